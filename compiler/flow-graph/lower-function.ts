/** Lowering of one function: its statements and control flow. Expressions are in lower-expression.ts. */
import type { LogFormat } from '../kernel-tree/log-format.ts';
import type { RecordPlaces } from '../kernel-tree/record-lifetimes.ts';
import type {
  ArrayExpression,
  Expression,
  Global,
  JumpTarget,
  KernelFunction,
  Local,
  ScalarType,
  Statement,
} from '../kernel-tree/tree.ts';
import type { ArrayOrigins } from './alias-classes.ts';
import { FunctionBuilder, type Test, type Variable } from './function-builder.ts';
import type { AliasClass, Block, GraphFunction, Value, WordType } from './graph.ts';
import { lowerNewArray, lowerSubarray } from './lower-array.ts';
import { ExpressionLowering } from './lower-expression.ts';
import { lowerLog } from './lower-log.ts';
import { RecordLowering } from './lower-record.ts';
import { countNodes } from './tree-size.ts';

export interface FunctionLoweringOptions {
  /** `floatOf(bits)` does not replace NaNs: the module sees to it that only 0x7fc00000 arises. */
  readonly rawFloatBits: boolean;
}

/** An array as the lowering holds it. */
export interface ArrayWords {
  readonly base: Value;
  readonly length: Value;
  readonly alias: AliasClass;
}

interface ArrayVariables {
  readonly base: Variable;
  readonly length: Variable;
  readonly alias: AliasClass;
}

export const ANYTHING: AliasClass = { tag: 'any' };

export function wordType(scalar: ScalarType): WordType {
  return scalar === 'f32' ? 'f32' : 'i32';
}

/** A condition of at most this many nodes is tested before the loop and again at its end, which saves a jump. */
const ROTATED_CONDITION_NODES = 16;

/** What is known of the whole program. */
export interface ProgramFacts {
  readonly origins: ArrayOrigins;
  readonly places: RecordPlaces;
  /** The numbers of log formats. */
  readonly logNumbers: ReadonlyMap<LogFormat, number>;
}

export function lowerFunction(f: KernelFunction, facts: ProgramFacts, options: FunctionLoweringOptions): GraphFunction {
  return new FunctionLowering(f, facts, options).lower();
}

export class FunctionLowering {
  readonly builder: FunctionBuilder;
  readonly options: FunctionLoweringOptions;
  readonly places: RecordPlaces;
  readonly records: RecordLowering;
  /** Address of the memory that the caller provides for what is returned. */
  private result: Variable | null = null;
  private readonly f: KernelFunction;
  private readonly origins: ArrayOrigins;
  private readonly logNumbers: ProgramFacts['logNumbers'];
  private readonly expressions: ExpressionLowering;
  private readonly scalars = new Map<Local, Variable>();
  private readonly arrays = new Map<Local, ArrayVariables>();
  private readonly parameterIndex = new Map<Local, number>();
  private readonly breaks = new Map<JumpTarget, Block>();
  private readonly continues = new Map<JumpTarget, Block>();

  constructor(f: KernelFunction, { origins, places, logNumbers }: ProgramFacts, options: FunctionLoweringOptions) {
    this.f = f;
    this.logNumbers = logNumbers;
    this.origins = origins;
    this.places = places;
    this.records = new RecordLowering(this);
    this.options = options;
    this.builder = new FunctionBuilder({
      symbol: f.symbol,
      result: f.result === 'void' ? null : wordType(f.result),
      exported: f.exported,
      position: f.position,
    });
    this.expressions = new ExpressionLowering(this);
  }

  log(format: LogFormat | undefined, words: readonly Value[]): void {
    const number = format && this.logNumbers.get(format);
    if (format === undefined || number === undefined) throw new Error('a log without a number');
    lowerLog(this.builder, format, number, words);
  }

  lower(): GraphFunction {
    const { builder, f } = this;
    builder.position = f.position;
    for (const local of f.parameters) {
      if (local.type.tag === 'scalar') {
        builder.write(this.scalar(local), builder.parameter(wordType(local.type.scalar), local.name));
      } else {
        this.parameterIndex.set(local, builder.graph.parameters.length);
        const { base, length } = this.arrayVariables(local);
        builder.write(base, builder.parameter('i32', local.name));
        builder.write(length, builder.parameter('i32', `${local.name}.length`));
      }
    }
    if (this.places.resultWords(f) > 0) {
      this.result = builder.variable('i32', 'result');
      builder.write(this.result, builder.parameter('i32', 'result'));
    }
    this.statements(f.body);
    if (f.result === 'void') builder.return(null);
    else builder.trap({ kind: 'unreachable', position: f.position, text: f.name });
    return builder.done();
  }

  resultAddress(): Value {
    if (this.result === null) throw new Error(`${this.f.symbol} makes nothing that it returns`);
    return this.builder.read(this.result);
  }

  scalar(local: Local): Variable {
    let variable = this.scalars.get(local);
    if (variable === undefined) {
      if (local.type.tag !== 'scalar') throw new Error(`${local.name} is an array`);
      variable = this.builder.variable(wordType(local.type.scalar), local.name);
      this.scalars.set(local, variable);
    }
    return variable;
  }

  private arrayVariables(local: Local): ArrayVariables {
    let variables = this.arrays.get(local);
    if (variables === undefined) {
      const isParameter = this.f.parameters.includes(local);
      const origin = isParameter ? local : this.origins.origin.get(local);
      variables = {
        base: this.builder.variable('i32', local.name),
        length: this.builder.variable('i32', `${local.name}.length`),
        alias: origin === undefined ? ANYTHING : this.aliasOf(origin),
      };
      this.arrays.set(local, variables);
    }
    return variables;
  }

  private aliasOf(origin: Local | Global): AliasClass {
    if ('symbol' in origin) return { tag: 'global', symbol: origin.symbol };
    const index = this.parameterIndex.get(origin);
    return index === undefined || !this.origins.apart.has(origin) ? ANYTHING : { tag: 'parameter', index };
  }

  private assignArray(local: Local, value: ArrayExpression): void {
    const words = this.array(value);
    const { base, length } = this.arrayVariables(local);
    this.builder.write(base, words.base);
    this.builder.write(length, words.length);
  }

  array(array: ArrayExpression): ArrayWords {
    const { builder } = this;
    switch (array.op) {
      case 'local-array': {
        const { base, length, alias } = this.arrayVariables(array.local);
        return { base: builder.read(base), length: builder.read(length), alias };
      }
      case 'global-array': {
        const { global } = array;
        const { initial } = global;
        const length = builder.constant(typeof initial === 'object' && 'length' in initial ? initial.length : 0);
        return { base: builder.symbol(global.symbol), length, alias: this.aliasOf(global) };
      }
      case 'new-array':
        return lowerNewArray(this, array, (e) => this.expressions.value(e));
      case 'held-array': {
        const base = this.expressions.value(array.reference);
        return { base, length: this.expressions.value(array.length), alias: ANYTHING };
      }
      case 'subarray':
        return lowerSubarray(this, array, (e) => this.expressions.value(e));
      case 'changed-array':
        this.assignArray(array.local, array.value);
        for (const effect of array.effects) this.expressions.effect(effect);
        return this.array({ op: 'local-array', local: array.local });
      case 'peer-array': {
        // The address of a core has zeros where those of its memory have theirs. It may be the own core, and an access
        // that the compiler keeps over a barrier would miss what others write: barriers are calls, which touch anything.
        const peer = this.expressions.value(array.peer);
        const { base, length } = this.array(array.array);
        return { base: builder.binary('add', peer, base), length, alias: ANYTHING };
      }
      case 'conditional-array': {
        const base = builder.variable('i32', '');
        const length = builder.variable('i32', '');
        this.fork(array.condition, (taken) => {
          const words = this.array(taken ? array.whenTrue : array.whenFalse);
          builder.write(base, words.base);
          builder.write(length, words.length);
        });
        return { base: builder.read(base), length: builder.read(length), alias: ANYTHING };
      }
    }
  }

  /** Both ways of a condition, which meet again. */
  fork(condition: Expression, arm: (taken: boolean) => void): void {
    const { builder } = this;
    const whenTrue = builder.newBlock();
    const whenFalse = builder.newBlock();
    const join = builder.newBlock();
    this.branch(condition, whenTrue, whenFalse);
    builder.enter(whenTrue);
    arm(true);
    builder.jump(join);
    builder.enter(whenFalse);
    arm(false);
    builder.jump(join);
    builder.enter(join);
  }

  /** Ends the current block by a jump to one of two blocks that are not sealed yet. */
  branch(condition: Expression, whenTrue: Block, whenFalse: Block): void {
    const { builder } = this;
    switch (condition.op) {
      case 'logical-not':
        this.branch(condition.value, whenFalse, whenTrue);
        return;
      case 'and':
      case 'or': {
        const right = builder.newBlock();
        if (condition.op === 'and') this.branch(condition.left, right, whenFalse);
        else this.branch(condition.left, whenTrue, right);
        builder.enter(right);
        this.branch(condition.right, whenTrue, whenFalse);
        return;
      }
      case 'bool':
        builder.jump(condition.value ? whenTrue : whenFalse);
        return;
      default: {
        const test: Test = this.expressions.test(condition);
        builder.position = condition.position;
        builder.branch(test, whenTrue, whenFalse);
      }
    }
  }

  /** Statements of a function that was put in the place of its call. */
  inline(target: JumpTarget, body: readonly Statement[]): void {
    const { builder } = this;
    const exit = builder.newBlock();
    this.breaks.set(target, exit);
    this.statements(body);
    builder.jump(exit);
    builder.enter(exit);
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    const { builder } = this;
    builder.position = statement.position;
    switch (statement.op) {
      case 'declare': {
        const variable = this.scalar(statement.local);
        const value =
          statement.value === null ? builder.constant(0, variable.type) : this.expressions.value(statement.value);
        builder.write(variable, value);
        return;
      }
      case 'declare-array':
      case 'assign-array':
        this.assignArray(statement.local, statement.value);
        return;
      case 'expression':
        this.expressions.effect(statement.value);
        return;
      case 'if':
        this.fork(statement.condition, (taken) => this.statements(taken ? statement.whenTrue : statement.whenFalse));
        return;
      case 'loop':
        this.loop(statement);
        return;
      case 'block': {
        if (statement.target === null) {
          this.statements(statement.body);
          return;
        }
        this.inline(statement.target, statement.body);
        return;
      }
      case 'break':
      case 'continue': {
        const to = (statement.op === 'break' ? this.breaks : this.continues).get(statement.target);
        if (to === undefined) throw new Error(`${statement.op} ${statement.target.name} is not inside of it`);
        builder.jump(to);
        return;
      }
      case 'return': {
        const value = statement.value === null ? null : this.expressions.value(statement.value);
        builder.position = statement.position;
        builder.return(value);
        return;
      }
      case 'throw':
        builder.trap(statement.site);
    }
  }

  private loop(statement: Extract<Statement, { op: 'loop' }>): void {
    const { builder } = this;
    const { condition } = statement;
    const exit = builder.newBlock();
    const next = builder.newBlock();
    const header = builder.newBlock();
    const testFirst = statement.test === 'first' && condition !== null;
    const rotate = testFirst && countNodes(condition) <= ROTATED_CONDITION_NODES;
    if (testFirst && rotate) {
      const before = builder.newBlock();
      this.branch(condition, before, exit);
      builder.enter(before);
    }
    builder.jump(header);
    builder.current = header;
    if (testFirst && !rotate) {
      const body = builder.newBlock();
      this.branch(condition, body, exit);
      builder.enter(body);
    }
    this.breaks.set(statement.target, exit);
    this.continues.set(statement.target, next);
    this.statements(statement.body);
    builder.jump(next);
    builder.enter(next);
    for (const item of statement.update) this.expressions.effect(item);
    if (condition !== null && (rotate || !testFirst)) {
      const latch = builder.newBlock();
      this.branch(condition, latch, exit);
      builder.enter(latch);
    }
    builder.position = statement.position;
    builder.jump(header);
    builder.seal(header);
    builder.enter(exit);
  }
}
