/** Random kernel trees over the whole of tree.ts, with loops that end, indices that often miss and every operator. */
import type {
  ArithmeticOperator,
  ArrayElement,
  ArrayExpression,
  ComparisonOperator,
  ElementKind,
  Expression,
  Global,
  KernelFunction,
  KernelProgram,
  Local,
  NumberKind,
  ScalarType,
  Statement,
  Target,
} from '../../../compiler/kernel-tree/tree.ts';
import { elementKindOf } from '../../../compiler/kernel-tree/visit-tree.ts';
import { edgeF32, edgeI32, edgeU32 } from '../../support/kernel-generator/edge-values.ts';
import type { Random } from '../../support/kernel-generator/random.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  assignLocal,
  binary,
  bool,
  call,
  compare,
  convert,
  declare,
  divisionSite,
  element,
  elementTarget,
  giveBack,
  increment,
  indexSite,
  jump,
  kernel,
  loop,
  number,
  position,
  programOf,
  run,
  scalar,
  state,
  unary,
  use,
  useGlobal,
  when,
} from '../exact-node/tree-builder.ts';

const KINDS: readonly NumberKind[] = ['i32', 'u32', 'f32'];
const ELEMENTS: readonly ElementKind[] = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32'];
const INTEGER_OPERATORS: readonly ArithmeticOperator[] = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'min',
  'max',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
];
const FLOAT_OPERATORS: readonly ArithmeticOperator[] = ['add', 'sub', 'mul', 'div', 'rem', 'min', 'max'];
const COMPARISONS: readonly ComparisonOperator[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

export const ARRAY_LENGTHS = [0, 1, 5, 8] as const;

const kindOfElement = (kind: ArrayElement): NumberKind => (kind === 'f32' || kind === 'u32' ? kind : 'i32');

/** A site of its own, so that a test sees which check failed. */
let sites = 0;
const siteOf = () => indexSite(`x[${sites++}]`);

class TreeMaker {
  readonly random: Random;
  readonly functions: KernelFunction[] = [];
  readonly globals: Global[] = [];
  private scalars: Local[] = [];
  private arrays: Local[] = [];
  private depth = 0;

  constructor(random: Random) {
    this.random = random;
  }

  program(): KernelProgram {
    const { random } = this;
    sites = 0;
    for (const kind of KINDS)
      this.globals.push(state(`state_${kind}`, { tag: 'scalar', scalar: kind }, this.literal(kind)));
    const element = random.pick(ELEMENTS);
    this.globals.push(state('bank', { tag: 'array', element }, [1, 2, 3, 4, 5, 6, 7, 8]));
    this.globals.push({
      ...state('table', { tag: 'array', element: 'i32' }, [3, 1, -4, 1, -5, 9]),
      storage: 'constant',
    });
    const helpers = random.below(3);
    for (let index = 0; index < helpers; index++) this.functions.push(this.function(`helper${index}`, false));
    this.functions.push(this.function('main', true));
    return programOf(this.functions, this.globals);
  }

  private function(name: string, exported: boolean): KernelFunction {
    const { random } = this;
    this.scalars = [];
    this.arrays = [];
    const parameters: Local[] = [];
    for (let index = 0; index < 2 + random.below(2); index++) {
      const parameter = scalar(`p${index}`, random.pick<ScalarType>([...KINDS, 'bool']));
      parameters.push(parameter);
      this.scalars.push(parameter);
    }
    for (let index = 0; index < random.below(3); index++) {
      const parameter = arrayLocal(`a${index}`, random.pick(ELEMENTS));
      parameters.push(parameter);
      this.arrays.push(parameter);
    }
    const kind = random.pick<ScalarType>([...KINDS, 'bool']);
    const body: Statement[] = [];
    for (const scalarKind of KINDS) {
      const local = scalar(`v_${scalarKind}`, scalarKind);
      body.push(declare(local, this.expression(scalarKind, 2)));
      this.scalars.push(local);
    }
    body.push(...this.statements(3 + random.below(4)), giveBack(this.expression(kind, 3)));
    return kernel(name, parameters, kind, body, exported);
  }

  private statements(count: number): Statement[] {
    const known = this.scalars.length;
    const list: Statement[] = [];
    for (let index = 0; index < count; index++) list.push(this.statement());
    this.scalars.length = known;
    return list;
  }

  private statement(): Statement {
    const { random } = this;
    const choice = random.below(this.depth > 2 ? 6 : 11);
    if (choice < 2) return run(this.assignment(2));
    if (choice < 3) {
      const local = scalar(`t${random.below(1000)}`, random.pick(KINDS));
      const statement = declare(local, this.expression(this.kindOf(local), 2));
      this.scalars.push(local);
      return statement;
    }
    if (choice < 5) {
      const array = this.array();
      if (array === null) return run(this.assignment(2));
      return run(this.store(array, 2));
    }
    if (choice < 6) return run(this.update());
    this.depth++;
    const statement = choice < 8 ? this.branch() : this.loop();
    this.depth--;
    return statement;
  }

  private branch(): Statement {
    const { random } = this;
    const whenTrue = this.statements(random.below(3));
    return when(this.expression('bool', 2), whenTrue, this.statements(random.below(2)));
  }

  private loop(): Statement {
    const { random } = this;
    const target = { name: `loop${random.below(1000)}` };
    const counter = scalar(`i${random.below(1000)}`, 'i32');
    // The counter belongs to the loop: nothing else may assign it, nor what the limit evaluates in every turn.
    const array = this.array();
    const limit =
      array !== null && random.chance(0.6)
        ? ({ op: 'length', type: 'i32', array, position } as Expression)
        : number('i32', random.below(7));
    const body: Statement[] = [];
    this.readable = [...this.readable, counter];
    if (array !== null && random.chance(0.6)) {
      body.push(
        run(
          assign(
            elementTarget(array, use(counter), siteOf()),
            this.kindOfArray(array),
            this.expression(this.kindOfArray(array), 2),
          ),
        ),
      );
    }
    body.push(...this.statements(1 + random.below(3)));
    if (random.chance(0.3))
      body.push(when(this.expression('bool', 1), [jump(random.chance(0.5) ? 'break' : 'continue', target)]));
    body.push(...this.statements(random.below(2)));
    this.readable = this.readable.slice(0, -1);
    const condition = compare('lt', 'i32', use(counter), limit);
    const inner = loop(target, condition, body, [increment(counter)], random.chance(0.85) ? 'first' : 'last');
    return {
      op: 'block',
      target: null,
      body: [declare(counter, number('i32', random.chance(0.8) ? 0 : random.below(5) - 2)), inner],
      position,
    };
  }

  private readable: Local[] = [];

  private kindOf(local: Local): ScalarType {
    return local.type.tag === 'scalar' ? local.type.scalar : 'i32';
  }

  private kindOfArray(array: ArrayExpression): NumberKind {
    return kindOfElement(elementKindOf(array));
  }

  private array(writable = true): ArrayExpression | null {
    const { random } = this;
    const choices: ArrayExpression[] = this.arrays.map(arrayOf);
    for (const global of this.globals) {
      if (global.type.tag === 'array' && (!writable || global.storage === 'state'))
        choices.push({ op: 'global-array', global });
    }
    if (choices.length === 0) return null;
    const first = random.pick(choices);
    if (!random.chance(0.2)) return first;
    if (random.chance(0.5)) {
      const [begin, end] = [this.expression('i32', 1), this.expression('i32', 1)];
      return { op: 'subarray', array: first, begin, end: random.chance(0.7) ? end : null };
    }
    const same = choices.filter((other) => elementKindOf(other) === elementKindOf(first));
    return {
      op: 'conditional-array',
      condition: this.expression('bool', 1),
      whenTrue: first,
      whenFalse: random.pick(same),
    };
  }

  private assignment(depth: number): Expression {
    const local = this.random.pick(this.scalars);
    return assignLocal(local, this.expression(this.kindOf(local), depth));
  }

  private store(array: ArrayExpression, depth: number): Expression {
    const kind = this.kindOfArray(array);
    return assign(elementTarget(array, this.index(), siteOf()), kind, this.expression(kind, depth));
  }

  private update(): Expression {
    const { random } = this;
    const array = random.chance(0.5) ? this.array() : null;
    let target: Target;
    let kind: NumberKind;
    if (array !== null) {
      kind = this.kindOfArray(array);
      target = elementTarget(array, this.index(), siteOf());
    } else {
      const global = this.globals[random.below(KINDS.length)] as Global;
      kind = KINDS[this.globals.indexOf(global)] as NumberKind;
      target = { op: 'global', global };
    }
    const current = scalar('current', kind);
    const value = binary(random.pick(['add', 'sub', 'mul']), kind, use(current), this.expression(kind, 1));
    return { op: 'update', type: kind, target, current, value, yields: random.pick(['old', 'new']), position };
  }

  private index(): Expression {
    const { random } = this;
    if (random.chance(0.5)) return number('i32', random.below(6));
    if (this.readable.length > 0 && random.chance(0.6)) {
      const counter = use(random.pick(this.readable));
      return random.chance(0.6) ? counter : binary('add', 'i32', counter, number('i32', random.below(4) - 1));
    }
    return binary('and', 'i32', this.expression('i32', 1), number('i32', 7));
  }

  private literal(kind: NumberKind): number {
    const pool = { i32: edgeI32, u32: edgeU32, f32: edgeF32 };
    return pool[kind](this.random);
  }

  expression(kind: ScalarType, depth: number): Expression {
    const { random } = this;
    if (depth === 0 || random.chance(0.15)) return this.leaf(kind);
    if (kind === 'bool') return this.condition(depth);
    if (kind === 'reference') throw new Error('random trees have no records');
    const sub = (of: ScalarType = kind): Expression => this.expression(of, depth - 1);
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return this.arithmetic(kind, depth);
      case 3:
        return this.unary(kind, sub);
      case 4:
        return this.conversion(kind, sub);
      case 5:
        return { op: 'conditional', type: kind, condition: sub('bool'), whenTrue: sub(), whenFalse: sub(), position };
      case 6: {
        const array = this.array(false);
        if (array === null || this.kindOfArray(array) !== kind) return this.leaf(kind);
        return element(array, kind, this.index(), siteOf());
      }
      case 7: {
        if (kind !== 'f32') return this.arithmetic(kind, depth);
        const [a, b, c] = [sub(), sub(), sub()];
        return {
          op: 'fused',
          type: 'f32',
          form: random.pick(['add', 'sub', 'rsub']),
          a,
          b,
          c,
          cFirst: random.chance(0.5),
          position,
        };
      }
      case 8: {
        const callee = this.functions.find((f) => f.result === kind);
        if (callee === undefined) return this.arithmetic(kind, depth);
        const values = callee.parameters.map((parameter) => {
          if (parameter.type.tag === 'scalar') return this.expression(parameter.type.scalar, 1);
          const { element: wanted } = parameter.type;
          const fitting: ArrayExpression[] = this.arrays
            .filter((local) => local.type.tag === 'array' && local.type.element === wanted)
            .map(arrayOf);
          for (const global of this.globals) {
            const fits = global.type.tag === 'array' && global.type.element === wanted && global.storage === 'state';
            if (fits) fitting.push({ op: 'global-array', global });
          }
          return fitting.length === 0 ? null : random.pick(fitting);
        });
        const complete = values.filter((value) => value !== null);
        return complete.length === values.length ? call(callee, ...complete) : this.leaf(kind);
      }
      default: {
        const locals = this.scalars.filter((local) => this.kindOf(local) === kind);
        if (locals.length === 0) return this.leaf(kind);
        return assignLocal(random.pick(locals), sub());
      }
    }
  }

  private arithmetic(kind: NumberKind, depth: number): Expression {
    const { random } = this;
    const operator = random.pick(kind === 'f32' ? FLOAT_OPERATORS : INTEGER_OPERATORS);
    const left = this.expression(kind, depth - 1);
    const right = this.expression(kind, depth - 1);
    if (kind === 'f32' || (operator !== 'div' && operator !== 'rem')) return binary(operator, kind, left, right);
    // A literal 0 with a site does not happen: the front end refuses it.
    if (right.op === 'number' && right.value === 0) return binary('add', kind, left, right);
    return binary(operator, kind, left, right, operator === 'rem' || random.chance(0.3) ? divisionSite : 'zero');
  }

  private unary(kind: NumberKind, sub: (of?: ScalarType) => Expression): Expression {
    const { random } = this;
    if (kind === 'f32') {
      return unary(random.pick(['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'round', 'sign']), kind, sub());
    }
    if (kind === 'u32') return unary(random.pick(['neg', 'not', 'abs', 'sign']), kind, sub());
    return random.chance(0.2)
      ? unary('clz', 'i32', sub(random.pick(['i32', 'u32'])))
      : unary(random.pick(['neg', 'not', 'abs', 'sign']), kind, sub());
  }

  private conversion(kind: NumberKind, sub: (of: ScalarType) => Expression): Expression {
    const { random } = this;
    if (kind === 'f32') {
      const which = random.pick(['i32-to-f32', 'u32-to-f32', 'f32-of-bits'] as const);
      return convert(which, 'f32', sub(which === 'u32-to-f32' ? 'u32' : 'i32'));
    }
    if (kind === 'u32') {
      const which = random.pick(['f32-to-u32', 'i32-to-u32'] as const);
      return convert(which, 'u32', sub(which === 'f32-to-u32' ? 'f32' : 'i32'));
    }
    const which = random.pick([
      'f32-to-i32',
      'u32-to-i32',
      'bool-to-i32',
      'bits-of-f32',
      'sign-extend-8',
      'sign-extend-16',
      'zero-extend-8',
      'zero-extend-16',
    ] as const);
    const from = { 'f32-to-i32': 'f32', 'u32-to-i32': 'u32', 'bool-to-i32': 'bool', 'bits-of-f32': 'f32' } as const;
    return convert(which, 'i32', sub(which in from ? from[which as keyof typeof from] : 'i32'));
  }

  private condition(depth: number): Expression {
    const { random } = this;
    const sub = (kind: ScalarType): Expression => this.expression(kind, depth - 1);
    switch (random.below(6)) {
      case 0:
        return {
          op: random.pick(['and', 'or'] as const),
          type: 'bool',
          left: sub('bool'),
          right: sub('bool'),
          position,
        };
      case 1:
        return { op: 'logical-not', type: 'bool', value: sub('bool'), position };
      case 2:
        return convert('to-bool', 'bool', sub(random.pick(KINDS)));
      default: {
        const kind = random.pick(KINDS);
        return compare(random.pick(COMPARISONS), kind, sub(kind), sub(kind));
      }
    }
  }

  private leaf(kind: ScalarType): Expression {
    const { random } = this;
    const locals = [...this.scalars, ...this.readable].filter((local) => this.kindOf(local) === kind);
    if (locals.length > 0 && random.chance(0.6)) return use(random.pick(locals));
    if (kind === 'bool') return bool(random.chance(0.5));
    if (kind === 'reference') throw new Error('random trees have no records');
    if (random.chance(0.15)) {
      const global = this.globals.find((g) => g.type.tag === 'scalar' && g.type.scalar === kind);
      if (global !== undefined) return useGlobal(global);
    }
    return number(kind, this.literal(kind));
  }
}

/** A program whose only exported kernel is `main`; it may trap, and it ends. */
export function randomTree(random: Random): KernelProgram {
  return new TreeMaker(random).program();
}
