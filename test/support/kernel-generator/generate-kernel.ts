/**
 * Makes random kernels that are well typed by construction, over everything the language has. A kernel that `staysExact`
 * rounds or wraps explicitly after every operation and keeps to values that never become subnormal, so that plain
 * JavaScript with doubles must give the same bits; the others use the language freely.
 */

import { EDGE_STATEMENTS } from './edge-statements.ts';
import { edgeF32, edgeI32, edgeU32, floatLiteral, tameF32 } from './edge-values.ts';
import type { LanguageStatement, Writing } from './language-statement.ts';
import { LANGUAGE_STATEMENTS } from './language-statements.ts';
import type { MathCall } from './math-calls.ts';
import { MODULE_LINES, type ModuleLine } from './module-lines.ts';
import { ARRAY_TYPES, type ArrayVariable, NARROW_KINDS, type Variable } from './names-in-reach.ts';
import type { Random } from './random.ts';
import type {
  ExpressionKind,
  ExpressionPiece,
  KernelArgument,
  KernelCase,
  ParameterPiece,
  StatementPiece,
} from './syntax-pieces.ts';

/** So many variables of a kind are looked at when a kernel ends. */
const OBSERVED = 12;

export class KernelWriter {
  readonly #random: Random;
  readonly #exact: boolean;
  readonly #mathCall: MathCall;
  readonly #lines = new Set<ModuleLine>();
  #variables: Variable[] = [];
  #arrays: ArrayVariable[] = [];
  /** Local functions from i32 to i32. */
  #functions: string[] = [];
  #names = 0;
  #loopDepth = 0;
  #budget: number;
  #result: ExpressionKind | 'void' = 'void';

  constructor(random: Random, exact: boolean, mathCall: MathCall) {
    this.#random = random;
    this.#exact = exact;
    this.#mathCall = mathCall;
    this.#budget = 10 + random.below(16);
  }

  kernel(name: string): KernelCase {
    const random = this.#random;
    const parameters: ParameterPiece[] = [];
    const values: KernelArgument[] = [];
    for (let i = 1 + random.below(4); i > 0; i--) {
      const kind = random.pick(['i32', 'i32', 'u32', 'f32'] as const);
      const parameter = this.#fresh(kind[0] as string);
      parameters.push({ name: parameter, type: kind });
      this.#variables.push({ name: parameter, kind, writable: true });
      values.push({ tag: 'number', value: this.#value(kind) });
    }
    if (random.chance(0.2)) {
      const { type, keep } = random.pick(NARROW_KINDS);
      const parameter = this.#fresh('small');
      parameters.push({ name: parameter, type });
      this.#variables.push({ name: parameter, kind: 'i32', writable: false });
      const value = edgeI32(random);
      // A kernel sees the low bits of what breaks the promise; plain JavaScript sees all of it.
      values.push({ tag: 'number', value: this.#exact ? keep(value) : value });
    }
    for (let i = random.below(4); i > 0; i--) {
      const { type, kind, pool } = random.pick(ARRAY_TYPES);
      const array = this.#fresh('list');
      const length = random.pick([1, 2, 4, 8, 16]);
      parameters.push({ name: array, type });
      this.#arrays.push({ name: array, type, kind, length, writable: true });
      const take = this.#exact && kind === 'f32' ? tameF32 : pool;
      values.push({ tag: 'array', type, values: Array.from({ length }, () => take(random)) });
    }
    this.#result = random.pick(['void', 'i32', 'i32', 'u32', 'f32', 'f32', 'bool'] as const);
    const body = this.#block(3);
    body.push(...this.#observe('seen', 'Int32Array', ['i32', 'u32', 'bool'], parameters, values));
    body.push(...this.#observe('felt', 'Float32Array', ['f32'], parameters, values));
    if (this.#result !== 'void') body.push({ parts: ['return ', this.#expression(this.#result, 3), ';'] });
    const moduleLines = [...this.#lines].sort().map((line) => MODULE_LINES[line]);
    return { name, parameters, result: this.#result, body, moduleLines, arguments: values, staysExact: this.#exact };
  }

  /** Stores what the variables hold at the end, so that what went wrong in one of them is seen. */
  #observe(
    list: string,
    type: 'Int32Array' | 'Float32Array',
    kinds: readonly ExpressionKind[],
    parameters: ParameterPiece[],
    values: KernelArgument[],
  ): StatementPiece[] {
    const variables = this.#variables.filter(({ kind }) => kinds.includes(kind)).slice(-OBSERVED);
    if (variables.length === 0) return [];
    parameters.push({ name: list, type });
    values.push({ tag: 'array', type, values: Array.from({ length: variables.length }, () => 0) });
    return variables.map(({ name, kind }, index) => ({
      parts: [`${list}[${index}] = ${kind === 'bool' ? `${name} ? 1 : 0` : name};`],
    }));
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #value(kind: 'i32' | 'u32' | 'f32'): number {
    if (kind === 'i32') return edgeI32(this.#random);
    if (kind === 'u32') return edgeU32(this.#random);
    return this.#exact ? tameF32(this.#random) : edgeF32(this.#random);
  }

  #need(line: ModuleLine): void {
    this.#lines.add(line);
  }

  // Statements

  #block(depth: number): StatementPiece[] {
    const variables = this.#variables;
    const arrays = this.#arrays;
    this.#variables = [...variables];
    this.#arrays = [...arrays];
    const functions = this.#functions;
    this.#functions = [...functions];
    const list: StatementPiece[] = [];
    const statements = depth < 3 ? 1 + this.#random.below(4) : 8 + this.#random.below(12);
    for (let i = statements; i > 0 && this.#budget > 0; i--) list.push(...this.#statement(depth));
    if (depth < 3) {
      this.#variables = variables;
      this.#arrays = arrays;
      this.#functions = functions;
    }
    return list;
  }

  #statement(depth: number): StatementPiece[] {
    this.#budget--;
    const random = this.#random;
    const choices: (() => StatementPiece[])[] = [
      () => this.#declare(),
      () => this.#declare(),
      () => this.#assign(),
      () => this.#assign(),
      () => this.#store(),
      () => this.#store(),
      () => this.#moduleState(),
      () => this.#function(),
      () => this.#exchange(),
      () => this.#drawn(LANGUAGE_STATEMENTS, depth),
      () => this.#drawn(LANGUAGE_STATEMENTS, depth),
      () => this.#drawn(LANGUAGE_STATEMENTS, depth),
      () => this.#drawn(EDGE_STATEMENTS, depth),
      () => this.#drawn(EDGE_STATEMENTS, depth),
    ];
    if (depth > 0) {
      choices.push(
        () => this.#branch(depth),
        () => this.#branch(depth),
        () => this.#switch(depth),
      );
      if (this.#loopDepth < 2)
        choices.push(
          () => this.#loop(depth),
          () => this.#loop(depth),
          () => this.#forOf(depth),
        );
    }
    if (this.#loopDepth > 0) {
      choices.push(() => [
        { parts: ['if (', this.#expression('bool', 2), `) ${random.pick(['break', 'continue'])};`] },
      ]);
    }
    if (random.chance(0.04)) {
      choices.push(() => [{ parts: ['if (', this.#expression('bool', 2), ") throw new RangeError('planned');"] }]);
    }
    if (random.chance(0.1)) {
      choices.push(() => {
        const result = this.#result;
        return [
          {
            parts:
              result === 'void'
                ? ['if (', this.#expression('bool', 2), ') return;']
                : ['if (', this.#expression('bool', 2), ') return ', this.#expression(result, 2), ';'],
          },
        ];
      });
    }
    return random.pick(choices)();
  }

  /** One of a list: a construct that the other statements do not use, or a case that they seldom meet. */
  #drawn(list: readonly LanguageStatement[], depth: number): StatementPiece[] {
    const writing: Writing = {
      random: this.#random,
      isExact: this.#exact,
      need: (line) => this.#need(line),
      fresh: (prefix) => this.#fresh(prefix),
      expression: (kind, size) => this.#expression(kind, size),
      declare: (name, kind, writable) => this.#variables.push({ name, kind, writable }),
      assignable: (kind) =>
        this.#variables.filter((variable) => variable.writable && variable.kind === kind).map(({ name }) => name),
      arrays: this.#arrays,
      block: () => this.#block(Math.min(depth, 2) - 1),
      loopDepth: this.#loopDepth,
      insideLoops: (count, make) => {
        this.#loopDepth += count;
        const made = make();
        this.#loopDepth -= count;
        return made;
      },
    };
    const usable = list.filter(({ canBe }) => canBe === undefined || canBe(writing, depth));
    return this.#random.pick(usable).make(writing);
  }

  #declare(): StatementPiece[] {
    const kind = this.#random.pick(['i32', 'i32', 'u32', 'f32', 'f32', 'bool'] as const);
    const writable = this.#random.chance(0.7);
    const name = this.#fresh('v');
    const type = kind === 'bool' ? 'boolean' : kind;
    const annotation = kind === 'u32' || kind === 'bool' || this.#random.chance(0.5) ? `: ${type}` : '';
    const value = this.#expression(kind, 2);
    // Without an annotation a bare literal would adapt to what is assigned later: give it its kind.
    const sure: ExpressionPiece =
      annotation !== '' || kind === 'bool'
        ? value
        : kind === 'i32'
          ? { kind, parts: ['(', value, ' | 0)'] }
          : kind === 'u32'
            ? { kind, parts: ['(', value, ' >>> 0)'] }
            : { kind, parts: ['Math.fround(', value, ')'] };
    const statement: StatementPiece = { parts: [`${writable ? 'let' : 'const'} ${name}${annotation} = `, sure, ';'] };
    this.#variables.push({ name, kind, writable });
    const { assignment } = this.#mathCall;
    const isRaised = kind === 'f32' && writable && assignment !== undefined && !this.#exact;
    if (isRaised) return [statement, { parts: [`${name} ${assignment} `, this.#expression('f32', 1), ';'] }];
    return [statement];
  }

  #assign(): StatementPiece[] {
    const targets = this.#variables.filter((variable) => variable.writable);
    if (targets.length === 0) return this.#declare();
    const { name, kind } = this.#random.pick(targets);
    if (!this.#exact && this.#random.chance(0.4)) {
      if (kind === 'i32') {
        if (this.#random.chance(0.3)) return [{ parts: [this.#random.pick([`${name}++;`, `--${name};`])] }];
        const operator = this.#random.pick(['+=', '-=', '*=', '&=', '|=', '^=', '<<=', '>>=']);
        return [{ parts: [`${name} ${operator} `, this.#expression('i32', 2), ';'] }];
      }
      if (kind === 'u32') {
        return [
          { parts: [`${name} ${this.#random.pick(['+=', '-=', '*=', '>>>='])} `, this.#expression('u32', 2), ';'] },
        ];
      }
      if (kind === 'f32') {
        const operator = this.#random.pick(['+=', '-=', '*=', '/=', '%=']);
        const value = this.#random.chance(0.5)
          ? { kind, parts: [this.#expression('f32', 1), ' * ', this.#expression('f32', 1)] }
          : this.#expression('f32', 2);
        return [{ parts: [`${name} ${operator} `, value, ';'] }];
      }
    }
    return [{ parts: [`${name} = `, this.#expression(kind, 2), ';'] }];
  }

  #store(): StatementPiece[] {
    const targets = this.#arrays.filter((array) => array.writable);
    if (targets.length === 0) return this.#assign();
    const array = this.#random.pick(targets);
    const place: ExpressionPiece = { kind: array.kind, parts: [`${array.name}[`, this.#index(array), ']'] };
    if (this.#random.chance(0.25) && (array.type === 'Int32Array' || array.type === 'Float32Array') && !this.#exact) {
      return [{ parts: [place, ` ${this.#random.pick(['+=', '-=', '*='])} `, this.#expression(array.kind, 2), ';'] }];
    }
    if (this.#random.chance(0.15) && array.kind === 'i32' && array.type !== 'Int32Array')
      return [{ parts: [place, '++;'] }];
    return [{ parts: [place, ' = ', this.#expression(array.kind, 2), ';'] }];
  }

  /** A local function that changes a variable around it. */
  #function(): StatementPiece[] {
    const captured = this.#variables.filter((variable) => variable.writable && variable.kind === 'i32');
    if (captured.length === 0) return this.#declare();
    const { name: variable } = this.#random.pick(captured);
    const name = this.#fresh('f');
    const value = this.#expression('i32', 2);
    const text = [' { ', `${variable} = (${variable} ^ (p + `, value, `)) | 0; return ${variable}; `, '}'] as const;
    const statement: StatementPiece = this.#random.chance(0.5)
      ? { parts: [`const ${name} = (p: i32): i32 =>`, ...text, ';'] }
      : { parts: [`function ${name}(p: i32): i32`, ...text] };
    this.#functions.push(name);
    return [statement];
  }

  #exchange(): StatementPiece[] {
    const lists = this.#arrays.filter(({ type, writable }) => writable && /^(Int|Uint|Float)32Array$/.test(type));
    if (lists.length === 0) return this.#store();
    this.#need('exchange');
    const list = this.#random.pick(lists).name;
    return [{ parts: [`exchange(${list}, `, this.#expression('i32', 2), ', ', this.#expression('i32', 1), ');'] }];
  }

  #moduleState(): StatementPiece[] {
    switch (this.#random.below(3)) {
      case 0:
        this.#need('counter');
        return [{ parts: ['counter = ', this.#expression('i32', 2), ';'] }];
      case 1:
        this.#need('total');
        return [{ parts: ['total = ', this.#expression('f32', 2), ';'] }];
      default:
        this.#need('memory');
        return [{ parts: ['memory[', this.#expression('i32', 1), ' & 7] = ', this.#expression('u32', 2), ';'] }];
    }
  }

  #branch(depth: number): StatementPiece[] {
    const condition = this.#expression('bool', 2);
    const whenTrue = this.#block(depth - 1);
    if (this.#random.chance(0.5)) return [{ parts: ['if (', condition, ') ', whenTrue] }];
    return [{ parts: ['if (', condition, ') ', whenTrue, ' else ', this.#block(depth - 1)] }];
  }

  #switch(depth: number): StatementPiece[] {
    const loopDepth = this.#loopDepth;
    this.#loopDepth = 0; // no `break` of ours inside: it would leave the switch
    const parts: (string | ExpressionPiece | readonly StatementPiece[])[] = [
      'switch (',
      this.#expression('i32', 2),
      ' & 3) { ',
    ];
    for (let i = 0; i < 3; i++) {
      parts.push(`case ${i}: `, this.#block(Math.min(depth - 1, 1)), this.#random.chance(0.8) ? ' break; ' : ' ');
    }
    parts.push('default: ', this.#block(Math.min(depth - 1, 1)), ' }');
    this.#loopDepth = loopDepth;
    return [{ parts }];
  }

  #loop(depth: number): StatementPiece[] {
    const name = this.#fresh('n');
    const limit = 1 + this.#random.below(12);
    const form = this.#random.below(3);
    this.#loopDepth++;
    const outer = this.#variables;
    this.#variables = [...outer, { name, kind: 'i32', writable: false }];
    const body = this.#block(depth - 1);
    this.#variables = outer;
    this.#loopDepth--;
    if (form === 0) {
      const arrays = this.#arrays;
      const bound =
        arrays.length > 0 && this.#random.chance(0.5) ? `${this.#random.pick(arrays).name}.length` : `${limit}`;
      return [{ parts: [`for (let ${name} = 0; ${name} < ${bound}; ${name}++) `, body] }];
    }
    if (form === 1) {
      const counter: StatementPiece = { parts: [`${name} += 1;`] };
      return [{ parts: [`let ${name}: i32 = 0;`] }, { parts: [`while (${name} < ${limit}) `, [counter, ...body]] }];
    }
    const counter: StatementPiece = { parts: [`${name} -= 1;`] };
    return [
      { parts: [`let ${name}: i32 = ${limit};`] },
      { parts: ['do ', [counter, ...body], ` while (${name} > 0);`] },
    ];
  }

  #forOf(depth: number): StatementPiece[] {
    if (this.#arrays.length === 0) return this.#loop(depth);
    const array = this.#random.pick(this.#arrays);
    const name = this.#fresh('e');
    this.#loopDepth++;
    const outer = this.#variables;
    this.#variables = [...outer, { name, kind: array.kind, writable: false }];
    const body = this.#block(depth - 1);
    this.#variables = outer;
    this.#loopDepth--;
    return [{ parts: [`for (const ${name} of ${array.name}) `, body] }];
  }

  // Expressions

  #index(array: ArrayVariable): ExpressionPiece {
    // Out of range now and then, where plain JavaScript is not asked: the trap is compared too.
    if (!this.#exact && this.#random.chance(0.03)) return this.#expression('i32', 2);
    return { kind: 'i32', parts: [this.#expression('i32', 2), ` & ${array.length - 1}`] };
  }

  #expression(kind: ExpressionKind, depth: number): ExpressionPiece {
    if (depth <= 0 || this.#random.chance(0.15)) return this.#leaf(kind);
    if (kind === 'bool') return this.#condition(depth);
    const random = this.#random;
    if (random.chance(0.08)) {
      const [test, yes, no] = [
        this.#expression('bool', depth - 1),
        this.#expression(kind, depth - 1),
        this.#expression(kind, depth - 1),
      ];
      return { kind, parts: ['(', test, ' ? ', yes, ' : ', no, ')'] };
    }
    if (kind === 'i32') return this.#i32(depth - 1);
    if (kind === 'u32') return this.#u32(depth - 1);
    return this.#f32(depth - 1);
  }

  #leaf(kind: ExpressionKind): ExpressionPiece {
    const random = this.#random;
    const variables = this.#variables.filter((variable) => variable.kind === kind);
    if (variables.length > 0 && random.chance(0.6)) return { kind, parts: [random.pick(variables).name] };
    const arrays = this.#arrays.filter((array) => array.kind === kind);
    if (arrays.length > 0 && random.chance(0.4)) {
      const array = random.pick(arrays);
      const at = this.#variables.filter((variable) => variable.kind === 'i32');
      const index = at.length > 0 && random.chance(0.7) ? random.pick(at).name : `${random.below(array.length)}`;
      return { kind, parts: [`${array.name}[${index} & ${array.length - 1}]`] };
    }
    if (random.chance(0.2)) {
      if (kind === 'i32') {
        const line = random.pick(['table', 'counter'] as const);
        this.#need(line);
        return { kind, parts: [line === 'table' ? `primes[${random.below(8)}]` : line] };
      }
      if (kind === 'u32') {
        this.#need('memory');
        return { kind, parts: [`memory[${random.below(8)}]`] };
      }
      if (kind === 'f32') {
        const line = random.pick(['halves', 'total', 'scale'] as const);
        this.#need(line);
        return { kind, parts: [line === 'halves' ? `halves[${random.below(8)}]` : line] };
      }
    }
    if (kind === 'bool') return { kind, parts: [random.pick(['true', 'false'])] };
    const value = this.#value(kind);
    if (kind === 'f32') return { kind, parts: [floatLiteral(value)] };
    return { kind, parts: [value < 0 ? `(${value})` : `${value}`] };
  }

  #i32(depth: number): ExpressionPiece {
    const kind = 'i32';
    const random = this.#random;
    const a = (): ExpressionPiece => this.#expression('i32', depth);
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
      () => ['(', this.#expression('u32', depth), ' | 0)'],
      () => ['(', this.#expression('f32', depth), ' | 0)'],
      () => {
        this.#need('mix');
        return ['mix(', a(), ', ', a(), ')'];
      },
      () => {
        this.#need('weigh');
        return ['weigh(', a(), ...(random.chance(0.5) ? [', ', a()] : []), ')'];
      },
      () => {
        this.#need('either');
        return ['either<i32>(', this.#condition(depth), ', ', a(), ', ', a(), ')'];
      },
      () => this.#applied(depth),
    ];
    if (!this.#exact) {
      choices.push(
        () => ['(', a(), ` ${random.pick(['+', '-', '*'])} `, a(), ')'],
        () => ['(', a(), ' % ', a(), ')'],
        () => ['Math.trunc(', a(), ' / (', a(), ' | 1))'],
      );
    }
    const lists = this.#arrays.filter((array) => array.type === 'Int32Array' && array.length >= 8);
    if (lists.length > 0) {
      choices.push(() => {
        this.#need('bump');
        return [`bump(${random.pick(lists).name}, `, a(), ')'];
      });
    }
    return { kind, parts: random.pick(choices)() };
  }

  /** A function passed to another: a local one, or one that is written there and uses what is around it. */
  #applied(depth: number): ExpressionPiece['parts'] {
    const random = this.#random;
    this.#need('apply');
    const count = this.#expression('i32', 1);
    if (this.#functions.length > 0) {
      const name = random.pick(this.#functions);
      return random.chance(0.5) ? ['apply(', count, `, ${name})`] : [`${name}(`, this.#expression('i32', depth), ')'];
    }
    const name = this.#fresh('p');
    const outer = this.#variables;
    this.#variables = [...outer, { name, kind: 'i32', writable: false }];
    const body = this.#expression('i32', Math.min(depth, 2));
    this.#variables = outer;
    return ['apply(', count, `, (${name}) => `, body, ')'];
  }

  #u32(depth: number): ExpressionPiece {
    const kind = 'u32';
    const random = this.#random;
    const a = (): ExpressionPiece => this.#expression('u32', depth);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => ['((', a(), ` ${random.pick(['+', '-'])} `, a(), ') >>> 0)'],
      () => ['(Math.imul(', a(), ' | 0, ', a(), ' | 0) >>> 0)'],
      () => ['((', a(), ` ${random.pick(['&', '|', '^'])} `, a(), ') >>> 0)'],
      () => ['(', a(), ' >>> ', this.#expression('i32', depth), ')'],
      () => ['((', a(), ' / ', a(), ') >>> 0)'],
      () => ['((', a(), ' % ', '((', a(), ' | 1) >>> 0)) >>> 0)'],
      () => ['(', this.#expression('i32', depth), ' >>> 0)'],
      () => ['(', this.#expression('f32', depth), ' >>> 0)'],
      () => [`Math.${random.pick(['min', 'max'])}(`, a(), ', ', a(), ')'],
    ];
    const variables = this.#variables.filter((variable) => variable.kind === 'u32');
    // Small literals alone would make an i32.
    if (!this.#exact && variables.length > 0) {
      choices.push(() => [`(${random.pick(variables).name} ${random.pick(['+', '-', '*'])} `, a(), ')']);
    }
    return { kind, parts: random.pick(choices)() };
  }

  #f32(depth: number): ExpressionPiece {
    const kind = 'f32';
    const random = this.#random;
    const a = (): ExpressionPiece => this.#expression('f32', depth);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => ['Math.fround(', a(), ` ${random.pick(['+', '-'])} `, a(), ')'],
      () => ['Math.fround(', a(), ' * ', `${random.pick([1, 2, 3, -1, -2])})`],
      () => ['(-', a(), ')'],
      () => ['Math.abs(', a(), ')'],
      () => [`Math.${random.pick(['min', 'max'])}(`, a(), ', ', a(), ')'],
      () => [`Math.${random.pick(['floor', 'ceil', 'trunc', 'round', 'sign'])}(`, a(), ')'],
      () => ['Math.fround(', a(), ' * ', `${random.pick([2, -1, -2])}`, random.pick([' + ', ' - ']), a(), ')'],
      () => ['Math.fround(', a(), random.pick([' + ', ' - ']), a(), ' * ', `${random.pick([2, -1, -2])})`],
      () => ['Math.fround(', this.#expression('i32', depth), ')'],
      () => ['Math.fround(', this.#expression('u32', depth), ')'],
    ];
    if (!this.#exact) {
      const sign = (): string => random.pick([' + ', ' - ']);
      choices.push(
        () => ['(', a(), ` ${random.pick(['+', '-', '*', '/', '%'])} `, a(), ')'],
        ...Array.from({ length: 6 }, () => () => this.#ofMath(a)),
        () => ['(', a(), ' * ', a(), sign(), a(), ')'],
        () => ['(', a(), sign(), a(), ' * ', a(), ')'],
        () => ['(', a(), ' * ', a(), sign(), '(', a(), ' * ', a(), '))'],
        () => ['Math.sqrt(', a(), ')'],
        () => ['(', this.#expression('i32', depth), ` ${random.pick(['+', '*', '/'])} `, a(), ')'],
        () => ['(', this.#expression('i32', depth), ' / ', this.#expression('i32', depth), ')'],
        () => {
          this.#need('larger');
          return ['larger(', a(), ', ', a(), ')'];
        },
      );
    }
    return { kind, parts: random.pick(choices)() };
  }

  #ofMath(operand: () => ExpressionPiece): ExpressionPiece['parts'] {
    const { parts, needs } = this.#mathCall;
    if (needs !== undefined) this.#need(needs);
    return parts(operand);
  }

  #comparison(operand: 'i32' | 'u32' | 'f32', depth: number): ExpressionPiece['parts'] {
    const operator = this.#random.pick(['<', '<=', '>', '>=', '===', '!==']);
    // TypeScript refuses to compare two literals that differ, and takes `a < (b) > (c)` for type arguments.
    const right = operator === '<' ? this.#leaf(operand) : this.#expression(operand, depth - 1);
    return [
      operand === 'f32' ? '(Math.fround(' : '((',
      this.#expression(operand, depth - 1),
      operand === 'f32' ? ')' : operand === 'i32' ? ' | 0)' : ' >>> 0)',
      ` ${operator} `,
      right,
      ')',
    ];
  }

  #condition(depth: number): ExpressionPiece {
    const random = this.#random;
    const kind = 'bool';
    const operand = random.pick(['i32', 'i32', 'u32', 'f32', 'f32'] as const);
    const choices: (() => ExpressionPiece['parts'])[] = [
      () => this.#comparison(operand, depth),
      () => ['(', this.#condition(depth - 1), random.pick([' && ', ' || ']), this.#condition(depth - 1), ')'],
      () => ['!', this.#condition(depth - 1)],
    ];
    if (!this.#exact) {
      choices.push(() => ['(', this.#expression('i32', depth - 1), ' > ', this.#expression('f32', depth - 1), ')']);
    }
    if (depth <= 0) return this.#leaf(kind);
    return {
      kind,
      parts: (random.chance(0.6) ? (choices[0] as () => ExpressionPiece['parts']) : random.pick(choices))(),
    };
  }
}
