/**
 * Makes random kernels that are well typed by construction, over everything the language has. A kernel that `staysExact`
 * rounds or wraps explicitly after every operation and keeps to values that never become subnormal, so that plain
 * JavaScript with doubles must give the same bits; the others use the language freely.
 */

import { EDGE_STATEMENTS } from './edge-statements.ts';
import { edgeI32, tameF32 } from './edge-values.ts';
import type { LanguageStatement, Writing } from './language-statement.ts';
import { LANGUAGE_STATEMENTS } from './language-statements.ts';
import type { MathCall } from './math-calls.ts';
import { MODULE_LINES } from './module-lines.ts';
import { ARRAY_TYPES, NARROW_KINDS } from './names-in-reach.ts';
import type { Random } from './random.ts';
import type {
  ExpressionKind,
  ExpressionPiece,
  KernelArgument,
  KernelCase,
  ParameterPiece,
  StatementPiece,
} from './syntax-pieces.ts';
import { ExpressionWriter } from './write-expressions.ts';

/** So many variables of a kind are looked at when a kernel ends. */
const OBSERVED = 12;

export class KernelWriter extends ExpressionWriter {
  #loopDepth = 0;
  #budget: number;
  #result: ExpressionKind | 'void' = 'void';

  constructor(random: Random, exact: boolean, mathCall: MathCall) {
    super(random, exact, mathCall);
    this.#budget = 10 + random.below(16);
  }

  kernel(name: string): KernelCase {
    const random = this.random;
    const parameters: ParameterPiece[] = [];
    const values: KernelArgument[] = [];
    for (let i = 1 + random.below(4); i > 0; i--) {
      const kind = random.pick(['i32', 'i32', 'u32', 'f32'] as const);
      const parameter = this.fresh(kind[0] as string);
      parameters.push({ name: parameter, type: kind });
      this.variables.push({ name: parameter, kind, writable: true });
      values.push({ tag: 'number', value: this.value(kind) });
    }
    if (random.chance(0.2)) {
      const { type, keep } = random.pick(NARROW_KINDS);
      const parameter = this.fresh('small');
      parameters.push({ name: parameter, type });
      this.variables.push({ name: parameter, kind: 'i32', writable: false });
      const value = edgeI32(random);
      // A kernel sees the low bits of what breaks the promise; plain JavaScript sees all of it.
      values.push({ tag: 'number', value: this.exact ? keep(value) : value });
    }
    for (let i = random.below(4); i > 0; i--) {
      const { type, kind, pool } = random.pick(ARRAY_TYPES);
      const array = this.fresh('list');
      const length = random.pick([1, 2, 4, 8, 16]);
      parameters.push({ name: array, type });
      this.arrays.push({ name: array, type, kind, length, writable: true });
      const take = this.exact && kind === 'f32' ? tameF32 : pool;
      values.push({ tag: 'array', type, values: Array.from({ length }, () => take(random)) });
    }
    this.#result = random.pick(['void', 'i32', 'i32', 'u32', 'f32', 'f32', 'bool'] as const);
    const body = this.#block(3);
    body.push(...this.#observe('seen', 'Int32Array', ['i32', 'u32', 'bool'], parameters, values));
    body.push(...this.#observe('felt', 'Float32Array', ['f32'], parameters, values));
    if (this.#result !== 'void') body.push({ parts: ['return ', this.expression(this.#result, 3), ';'] });
    const moduleLines = [...this.lines].sort().map((line) => MODULE_LINES[line]);
    return { name, parameters, result: this.#result, body, moduleLines, arguments: values, staysExact: this.exact };
  }

  /** Stores what the variables hold at the end, so that what went wrong in one of them is seen. */
  #observe(
    list: string,
    type: 'Int32Array' | 'Float32Array',
    kinds: readonly ExpressionKind[],
    parameters: ParameterPiece[],
    values: KernelArgument[],
  ): StatementPiece[] {
    const variables = this.variables.filter(({ kind }) => kinds.includes(kind)).slice(-OBSERVED);
    if (variables.length === 0) return [];
    parameters.push({ name: list, type });
    values.push({ tag: 'array', type, values: Array.from({ length: variables.length }, () => 0) });
    return variables.map(({ name, kind }, index) => ({
      parts: [`${list}[${index}] = ${kind === 'bool' ? `${name} ? 1 : 0` : name};`],
    }));
  }

  // Statements

  #block(depth: number): StatementPiece[] {
    const variables = this.variables;
    const arrays = this.arrays;
    this.variables = [...variables];
    this.arrays = [...arrays];
    const functions = this.functions;
    this.functions = [...functions];
    const list: StatementPiece[] = [];
    const statements = depth < 3 ? 1 + this.random.below(4) : 8 + this.random.below(12);
    for (let i = statements; i > 0 && this.#budget > 0; i--) list.push(...this.#statement(depth));
    if (depth < 3) {
      this.variables = variables;
      this.arrays = arrays;
      this.functions = functions;
    }
    return list;
  }

  #statement(depth: number): StatementPiece[] {
    this.#budget--;
    const random = this.random;
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
      choices.push(() => [{ parts: ['if (', this.expression('bool', 2), `) ${random.pick(['break', 'continue'])};`] }]);
    }
    if (random.chance(0.04)) {
      choices.push(() => [{ parts: ['if (', this.expression('bool', 2), ") throw new RangeError('planned');"] }]);
    }
    if (random.chance(0.1)) {
      choices.push(() => {
        const result = this.#result;
        return [
          {
            parts:
              result === 'void'
                ? ['if (', this.expression('bool', 2), ') return;']
                : ['if (', this.expression('bool', 2), ') return ', this.expression(result, 2), ';'],
          },
        ];
      });
    }
    return random.pick(choices)();
  }

  /** One of a list: a construct that the other statements do not use, or a case that they seldom meet. */
  #drawn(list: readonly LanguageStatement[], depth: number): StatementPiece[] {
    const writing: Writing = {
      random: this.random,
      isExact: this.exact,
      need: (line) => this.need(line),
      fresh: (prefix) => this.fresh(prefix),
      expression: (kind, size) => this.expression(kind, size),
      declare: (name, kind, writable) => this.variables.push({ name, kind, writable }),
      assignable: (kind) =>
        this.variables.filter((variable) => variable.writable && variable.kind === kind).map(({ name }) => name),
      arrays: this.arrays,
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
    return this.random.pick(usable).make(writing);
  }

  #declare(): StatementPiece[] {
    const kind = this.random.pick(['i32', 'i32', 'u32', 'f32', 'f32', 'bool'] as const);
    const writable = this.random.chance(0.7);
    const name = this.fresh('v');
    const type = kind === 'bool' ? 'boolean' : kind;
    const annotation = kind === 'u32' || kind === 'bool' || this.random.chance(0.5) ? `: ${type}` : '';
    const value = this.expression(kind, 2);
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
    this.variables.push({ name, kind, writable });
    const { assignment } = this.mathCall;
    const isRaised = kind === 'f32' && writable && assignment !== undefined && !this.exact;
    if (isRaised) return [statement, { parts: [`${name} ${assignment} `, this.expression('f32', 1), ';'] }];
    return [statement];
  }

  #assign(): StatementPiece[] {
    const targets = this.variables.filter((variable) => variable.writable);
    if (targets.length === 0) return this.#declare();
    const { name, kind } = this.random.pick(targets);
    if (!this.exact && this.random.chance(0.4)) {
      if (kind === 'i32') {
        if (this.random.chance(0.3)) return [{ parts: [this.random.pick([`${name}++;`, `--${name};`])] }];
        const operator = this.random.pick(['+=', '-=', '*=', '&=', '|=', '^=', '<<=', '>>=']);
        return [{ parts: [`${name} ${operator} `, this.expression('i32', 2), ';'] }];
      }
      if (kind === 'u32') {
        return [
          { parts: [`${name} ${this.random.pick(['+=', '-=', '*=', '>>>='])} `, this.expression('u32', 2), ';'] },
        ];
      }
      if (kind === 'f32') {
        const operator = this.random.pick(['+=', '-=', '*=', '/=', '%=']);
        const value = this.random.chance(0.5)
          ? { kind, parts: [this.expression('f32', 1), ' * ', this.expression('f32', 1)] }
          : this.expression('f32', 2);
        return [{ parts: [`${name} ${operator} `, value, ';'] }];
      }
    }
    return [{ parts: [`${name} = `, this.expression(kind, 2), ';'] }];
  }

  #store(): StatementPiece[] {
    const targets = this.arrays.filter((array) => array.writable);
    if (targets.length === 0) return this.#assign();
    const array = this.random.pick(targets);
    const place: ExpressionPiece = { kind: array.kind, parts: [`${array.name}[`, this.index(array), ']'] };
    if (this.random.chance(0.25) && (array.type === 'Int32Array' || array.type === 'Float32Array') && !this.exact) {
      return [{ parts: [place, ` ${this.random.pick(['+=', '-=', '*='])} `, this.expression(array.kind, 2), ';'] }];
    }
    if (this.random.chance(0.15) && array.kind === 'i32' && array.type !== 'Int32Array')
      return [{ parts: [place, '++;'] }];
    return [{ parts: [place, ' = ', this.expression(array.kind, 2), ';'] }];
  }

  /** A local function that changes a variable around it. */
  #function(): StatementPiece[] {
    const captured = this.variables.filter((variable) => variable.writable && variable.kind === 'i32');
    if (captured.length === 0) return this.#declare();
    const { name: variable } = this.random.pick(captured);
    const name = this.fresh('f');
    const value = this.expression('i32', 2);
    const text = [' { ', `${variable} = (${variable} ^ (p + `, value, `)) | 0; return ${variable}; `, '}'] as const;
    const statement: StatementPiece = this.random.chance(0.5)
      ? { parts: [`const ${name} = (p: i32): i32 =>`, ...text, ';'] }
      : { parts: [`function ${name}(p: i32): i32`, ...text] };
    this.functions.push(name);
    return [statement];
  }

  #exchange(): StatementPiece[] {
    const lists = this.arrays.filter(({ type, writable }) => writable && /^(Int|Uint|Float)32Array$/.test(type));
    if (lists.length === 0) return this.#store();
    this.need('exchange');
    const list = this.random.pick(lists).name;
    return [{ parts: [`exchange(${list}, `, this.expression('i32', 2), ', ', this.expression('i32', 1), ');'] }];
  }

  #moduleState(): StatementPiece[] {
    switch (this.random.below(3)) {
      case 0:
        this.need('counter');
        return [{ parts: ['counter = ', this.expression('i32', 2), ';'] }];
      case 1:
        this.need('total');
        return [{ parts: ['total = ', this.expression('f32', 2), ';'] }];
      default:
        this.need('memory');
        return [{ parts: ['memory[', this.expression('i32', 1), ' & 7] = ', this.expression('u32', 2), ';'] }];
    }
  }

  #branch(depth: number): StatementPiece[] {
    const condition = this.expression('bool', 2);
    const whenTrue = this.#block(depth - 1);
    if (this.random.chance(0.5)) return [{ parts: ['if (', condition, ') ', whenTrue] }];
    return [{ parts: ['if (', condition, ') ', whenTrue, ' else ', this.#block(depth - 1)] }];
  }

  #switch(depth: number): StatementPiece[] {
    const loopDepth = this.#loopDepth;
    this.#loopDepth = 0; // no `break` of ours inside: it would leave the switch
    const parts: (string | ExpressionPiece | readonly StatementPiece[])[] = [
      'switch (',
      this.expression('i32', 2),
      ' & 3) { ',
    ];
    for (let i = 0; i < 3; i++) {
      parts.push(`case ${i}: `, this.#block(Math.min(depth - 1, 1)), this.random.chance(0.8) ? ' break; ' : ' ');
    }
    parts.push('default: ', this.#block(Math.min(depth - 1, 1)), ' }');
    this.#loopDepth = loopDepth;
    return [{ parts }];
  }

  #loop(depth: number): StatementPiece[] {
    const name = this.fresh('n');
    const limit = 1 + this.random.below(12);
    const form = this.random.below(3);
    this.#loopDepth++;
    const outer = this.variables;
    this.variables = [...outer, { name, kind: 'i32', writable: false }];
    const body = this.#block(depth - 1);
    this.variables = outer;
    this.#loopDepth--;
    if (form === 0) {
      const arrays = this.arrays;
      const bound =
        arrays.length > 0 && this.random.chance(0.5) ? `${this.random.pick(arrays).name}.length` : `${limit}`;
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
    if (this.arrays.length === 0) return this.#loop(depth);
    const array = this.random.pick(this.arrays);
    const name = this.fresh('e');
    this.#loopDepth++;
    const outer = this.variables;
    this.variables = [...outer, { name, kind: array.kind, writable: false }];
    const body = this.#block(depth - 1);
    this.variables = outer;
    this.#loopDepth--;
    return [{ parts: [`for (const ${name} of ${array.name}) `, body] }];
  }
}
