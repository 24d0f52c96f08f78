/** Random expressions over the variables and arrays in reach, and what they need of the module. */
import { edgeF32, edgeI32, edgeU32, floatLiteral, tameF32 } from './edge-values.ts';
import type { MathCall } from './math-calls.ts';
import type { ModuleLine } from './module-lines.ts';
import type { ArrayVariable, Variable } from './names-in-reach.ts';
import type { Random } from './random.ts';
import type { ExpressionKind, ExpressionPiece } from './syntax-pieces.ts';

export class ExpressionWriter {
  protected readonly random: Random;
  /** Plain JavaScript must give the same bits. */
  protected readonly exact: boolean;
  protected readonly mathCall: MathCall;
  protected readonly lines: Set<ModuleLine> = new Set();
  protected variables: Variable[] = [];
  protected arrays: ArrayVariable[] = [];
  /** Local functions from i32 to i32. */
  protected functions: string[] = [];
  #names = 0;

  constructor(random: Random, exact: boolean, mathCall: MathCall) {
    this.random = random;
    this.exact = exact;
    this.mathCall = mathCall;
  }

  protected fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  protected value(kind: 'i32' | 'u32' | 'f32'): number {
    if (kind === 'i32') return edgeI32(this.random);
    if (kind === 'u32') return edgeU32(this.random);
    return this.exact ? tameF32(this.random) : edgeF32(this.random);
  }

  protected need(line: ModuleLine): void {
    this.lines.add(line);
  }

  protected index(array: ArrayVariable): ExpressionPiece {
    // Out of range now and then, where plain JavaScript is not asked: the trap is compared too.
    if (!this.exact && this.random.chance(0.03)) return this.expression('i32', 2);
    return { kind: 'i32', parts: [this.expression('i32', 2), ` & ${array.length - 1}`] };
  }

  protected expression(kind: ExpressionKind, depth: number): ExpressionPiece {
    if (depth <= 0 || this.random.chance(0.15)) return this.#leaf(kind);
    if (kind === 'bool') return this.#condition(depth);
    const random = this.random;
    if (random.chance(0.08)) {
      const [test, yes, no] = [
        this.expression('bool', depth - 1),
        this.expression(kind, depth - 1),
        this.expression(kind, depth - 1),
      ];
      return { kind, parts: ['(', test, ' ? ', yes, ' : ', no, ')'] };
    }
    if (kind === 'i32') return this.#i32(depth - 1);
    if (kind === 'u32') return this.#u32(depth - 1);
    return this.#f32(depth - 1);
  }

  #leaf(kind: ExpressionKind): ExpressionPiece {
    const random = this.random;
    const variables = this.variables.filter((variable) => variable.kind === kind);
    if (variables.length > 0 && random.chance(0.6)) return { kind, parts: [random.pick(variables).name] };
    const arrays = this.arrays.filter((array) => array.kind === kind);
    if (arrays.length > 0 && random.chance(0.4)) {
      const array = random.pick(arrays);
      const at = this.variables.filter((variable) => variable.kind === 'i32');
      const index = at.length > 0 && random.chance(0.7) ? random.pick(at).name : `${random.below(array.length)}`;
      return { kind, parts: [`${array.name}[${index} & ${array.length - 1}]`] };
    }
    if (random.chance(0.2)) {
      if (kind === 'i32') {
        const line = random.pick(['table', 'counter'] as const);
        this.need(line);
        return { kind, parts: [line === 'table' ? `primes[${random.below(8)}]` : line] };
      }
      if (kind === 'u32') {
        this.need('memory');
        return { kind, parts: [`memory[${random.below(8)}]`] };
      }
      if (kind === 'f32') {
        const line = random.pick(['halves', 'total', 'scale'] as const);
        this.need(line);
        return { kind, parts: [line === 'halves' ? `halves[${random.below(8)}]` : line] };
      }
    }
    if (kind === 'bool') return { kind, parts: [random.pick(['true', 'false'])] };
    const value = this.value(kind);
    if (kind === 'f32') return { kind, parts: [floatLiteral(value)] };
    return { kind, parts: [value < 0 ? `(${value})` : `${value}`] };
  }

  #i32(depth: number): ExpressionPiece {
    const kind = 'i32';
    const random = this.random;
    const a = (): ExpressionPiece => this.expression('i32', depth);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => ['((', a(), ` ${random.pick(['+', '-'])} `, a(), ') | 0)'],
      () => ['Math.imul(', a(), ', ', a(), ')'],
      () => ['(', a(), ` ${random.pick(['&', '|', '^'])} `, a(), ')'],
      () => ['(', a(), ' >> ', a(), ')'],
      // TypeScript takes `(a) << f<i32>(b)` for type arguments of `(a)`; no type begins with `~`.
      () => ['(', a(), ' << ~~', a(), ')'],
      () => ['(~', a(), ')'],
      () => ['((-', a(), ') | 0)'],
      () => ['((', a(), ' / ', a(), ') | 0)'],
      () => ['((', a(), ' % ', '(', a(), ' | 1)) | 0)'],
      () => ['Math.clz32(', a(), ')'],
      () => [`Math.${random.pick(['min', 'max'])}(`, a(), ', ', a(), ')'],
      () => ['(Math.abs(', a(), ') | 0)'],
      () => ['(', this.expression('u32', depth), ' | 0)'],
      () => ['(', this.expression('f32', depth), ' | 0)'],
      () => {
        this.need('mix');
        return ['mix(', a(), ', ', a(), ')'];
      },
      () => {
        this.need('weigh');
        return ['weigh(', a(), ...(random.chance(0.5) ? [', ', a()] : []), ')'];
      },
      () => {
        this.need('either');
        return ['either<i32>(', this.#condition(depth), ', ', a(), ', ', a(), ')'];
      },
      () => this.#applied(depth),
    ];
    if (!this.exact) {
      choices.push(
        () => ['(', a(), ` ${random.pick(['+', '-', '*'])} `, a(), ')'],
        () => ['(', a(), ' % ', a(), ')'],
        () => ['Math.trunc(', a(), ' / (', a(), ' | 1))'],
      );
    }
    const lists = this.arrays.filter((array) => array.type === 'Int32Array' && array.length >= 8);
    if (lists.length > 0) {
      choices.push(() => {
        this.need('bump');
        return [`bump(${random.pick(lists).name}, `, a(), ')'];
      });
    }
    return { kind, parts: random.pick(choices)() };
  }

  /** A function passed to another: a local one, or one that is written there and uses what is around it. */
  #applied(depth: number): ExpressionPiece['parts'] {
    const random = this.random;
    this.need('apply');
    const count = this.expression('i32', 1);
    if (this.functions.length > 0) {
      const name = random.pick(this.functions);
      return random.chance(0.5) ? ['apply(', count, `, ${name})`] : [`${name}(`, this.expression('i32', depth), ')'];
    }
    const name = this.fresh('p');
    const outer = this.variables;
    this.variables = [...outer, { name, kind: 'i32', writable: false }];
    const body = this.expression('i32', Math.min(depth, 2));
    this.variables = outer;
    return ['apply(', count, `, (${name}) => `, body, ')'];
  }

  #u32(depth: number): ExpressionPiece {
    const kind = 'u32';
    const random = this.random;
    const a = (): ExpressionPiece => this.expression('u32', depth);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => ['((', a(), ` ${random.pick(['+', '-'])} `, a(), ') >>> 0)'],
      () => ['(Math.imul(', a(), ' | 0, ', a(), ' | 0) >>> 0)'],
      () => ['((', a(), ` ${random.pick(['&', '|', '^'])} `, a(), ') >>> 0)'],
      () => ['(', a(), ' >>> ', this.expression('i32', depth), ')'],
      () => ['((', a(), ' / ', a(), ') >>> 0)'],
      () => ['((', a(), ' % ', '((', a(), ' | 1) >>> 0)) >>> 0)'],
      () => ['(', this.expression('i32', depth), ' >>> 0)'],
      () => ['(', this.expression('f32', depth), ' >>> 0)'],
      () => [`Math.${random.pick(['min', 'max'])}(`, a(), ', ', a(), ')'],
    ];
    const variables = this.variables.filter((variable) => variable.kind === 'u32');
    // Small literals alone would make an i32.
    if (!this.exact && variables.length > 0) {
      choices.push(() => [`(${random.pick(variables).name} ${random.pick(['+', '-', '*'])} `, a(), ')']);
    }
    return { kind, parts: random.pick(choices)() };
  }

  #f32(depth: number): ExpressionPiece {
    const kind = 'f32';
    const random = this.random;
    const a = (): ExpressionPiece => this.expression('f32', depth);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => ['Math.fround(', a(), ` ${random.pick(['+', '-'])} `, a(), ')'],
      () => ['Math.fround(', a(), ' * ', `${random.pick([1, 2, 3, -1, -2])})`],
      () => ['(-', a(), ')'],
      () => ['Math.abs(', a(), ')'],
      () => [`Math.${random.pick(['min', 'max'])}(`, a(), ', ', a(), ')'],
      () => [`Math.${random.pick(['floor', 'ceil', 'trunc', 'round', 'sign'])}(`, a(), ')'],
      () => ['Math.fround(', a(), ' * ', `${random.pick([2, -1, -2])}`, random.pick([' + ', ' - ']), a(), ')'],
      () => ['Math.fround(', a(), random.pick([' + ', ' - ']), a(), ' * ', `${random.pick([2, -1, -2])})`],
      () => ['Math.fround(', this.expression('i32', depth), ')'],
      () => ['Math.fround(', this.expression('u32', depth), ')'],
    ];
    if (!this.exact) {
      const sign = (): string => random.pick([' + ', ' - ']);
      choices.push(
        () => ['(', a(), ` ${random.pick(['+', '-', '*', '/', '%'])} `, a(), ')'],
        ...Array.from({ length: 6 }, () => () => this.#ofMath(a)),
        () => ['(', a(), ' * ', a(), sign(), a(), ')'],
        () => ['(', a(), sign(), a(), ' * ', a(), ')'],
        () => ['(', a(), ' * ', a(), sign(), '(', a(), ' * ', a(), '))'],
        () => ['Math.sqrt(', a(), ')'],
        () => ['(', this.expression('i32', depth), ` ${random.pick(['+', '*', '/'])} `, a(), ')'],
        () => ['(', this.expression('i32', depth), ' / ', this.expression('i32', depth), ')'],
        () => {
          this.need('larger');
          return ['larger(', a(), ', ', a(), ')'];
        },
      );
    }
    return { kind, parts: random.pick(choices)() };
  }

  #ofMath(operand: () => ExpressionPiece): ExpressionPiece['parts'] {
    const { parts, needs } = this.mathCall;
    if (needs !== undefined) this.need(needs);
    return parts(operand);
  }

  #comparison(operand: 'i32' | 'u32' | 'f32', depth: number): ExpressionPiece['parts'] {
    const operator = this.random.pick(['<', '<=', '>', '>=', '===', '!==']);
    // TypeScript refuses to compare two literals that differ, and takes `a < (b) > (c)` for type arguments.
    const right = operator === '<' ? this.#leaf(operand) : this.expression(operand, depth - 1);
    return [
      operand === 'f32' ? '(Math.fround(' : '((',
      this.expression(operand, depth - 1),
      operand === 'f32' ? ')' : operand === 'i32' ? ' | 0)' : ' >>> 0)',
      ` ${operator} `,
      right,
      ')',
    ];
  }

  #condition(depth: number): ExpressionPiece {
    const random = this.random;
    const kind = 'bool';
    const operand = random.pick(['i32', 'i32', 'u32', 'f32', 'f32'] as const);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => this.#comparison(operand, depth),
      () => ['(', this.#condition(depth - 1), random.pick([' && ', ' || ']), this.#condition(depth - 1), ')'],
      () => ['!', this.#condition(depth - 1)],
    ];
    if (!this.exact) {
      choices.push(() => ['(', this.expression('i32', depth - 1), ' > ', this.expression('f32', depth - 1), ')']);
    }
    if (depth <= 0) return this.#leaf(kind);
    return {
      kind,
      parts: (random.chance(0.6) ? (choices[0] as () => ExpressionPiece['parts']) : random.pick(choices))(),
    };
  }
}
