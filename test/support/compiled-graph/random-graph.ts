/** Random programs as flow graphs: loops, branches, calls, memory, checks, integer and float arithmetic mixed. */
import { FunctionBuilder, type Variable } from '../../../compiler/flow-graph/function-builder.ts';
import type {
  BinaryOpcode,
  Condition,
  DataObject,
  GraphProgram,
  UnaryOpcode,
  Value,
} from '../../../compiler/flow-graph/graph.ts';
import type { TrapSite } from '../../../compiler/kernel-tree/tree.ts';
import type { Random } from '../kernel-generator/random.ts';

const INTEGER_OPERATIONS: readonly BinaryOpcode[] = [
  'add',
  'add',
  'sub',
  'mul',
  'and',
  'or',
  'xor',
  'shl',
  'shr-signed',
  'shr-unsigned',
];
const FLOAT_OPERATIONS: readonly BinaryOpcode[] = ['fadd', 'fsub', 'fmul'];
const INTEGER_UNARIES: readonly UnaryOpcode[] = [
  'bit-reverse',
  'sign-extend-8',
  'sign-extend-16',
  'zero-extend-8',
  'zero-extend-16',
];
const CONDITIONS: readonly Condition[] = [
  'eq',
  'ne',
  'lt-signed',
  'le-signed',
  'gt-signed',
  'ge-signed',
  'lt-unsigned',
  'le-unsigned',
  'gt-unsigned',
  'ge-unsigned',
];
const CONSTANTS = [0, 1, -1, 2, 3, 4, 5, 7, 8, 10, 100, 255, 256, 1023, 1024, -1024, -1025, 65535, 65536, 1 << 19];
const WIDE_CONSTANTS = [0x12345678, 0x7fffffff, -0x80000000, 0x00ff00ff, -65536];
export const DATA_WORDS = 32;

export interface RandomGraphOptions {
  /** Statements per function at the outermost level. */
  readonly size: number;
  /** Variables per function; many make register pressure. */
  readonly variables: number;
  /** No float operations at all: whole functions run in integer mode. */
  readonly integersOnly: boolean;
}

class FunctionMaker {
  private readonly random: Random;
  private readonly builder: FunctionBuilder;
  private readonly integers: Variable[] = [];
  private readonly floats: Variable[] = [];
  private readonly callees: readonly string[];
  private readonly options: RandomGraphOptions;
  private readonly symbol: string;
  /** Counters of the loops around the current place: from 0 to at most 7. */
  private readonly counters: Variable[] = [];

  constructor(random: Random, symbol: string, callees: readonly string[], options: RandomGraphOptions) {
    this.random = random;
    this.callees = callees;
    this.options = options;
    this.symbol = symbol;
    this.builder = new FunctionBuilder({ symbol, result: 'i32', exported: true, position: null });
  }

  make(): ReturnType<FunctionBuilder['done']> {
    const { builder, random } = this;
    const options = this.options;
    const words = ['a', 'b', 'c', 'd'].map((name) => builder.parameter('i32', name));
    for (let index = 0; index < options.variables; index++) {
      const variable = builder.variable('i32', `v${index}`);
      builder.write(variable, words[index] ?? this.constant());
      this.integers.push(variable);
    }
    for (let index = 0; index < (options.integersOnly ? 0 : Math.ceil(options.variables / 3)); index++) {
      const variable = builder.variable('f32', `f${index}`);
      builder.write(variable, builder.unary('float', random.pick(words)));
      this.floats.push(variable);
    }
    this.statements(options.size, 3);
    let sum = this.integer();
    for (const variable of this.integers) sum = builder.binary('xor', sum, builder.read(variable));
    for (const variable of this.floats) {
      sum = builder.binary('add', sum, builder.unary('bits', builder.read(variable)));
    }
    builder.return(sum);
    return builder.done();
  }

  private constant(): Value {
    return this.builder.constant(
      this.random.chance(0.2) ? this.random.pick(WIDE_CONSTANTS) : this.random.pick(CONSTANTS),
    );
  }

  private integer(): Value {
    return this.random.chance(0.25) ? this.constant() : this.builder.read(this.random.pick(this.integers));
  }

  private float(): Value {
    return this.builder.read(this.random.pick(this.floats));
  }

  private test(): { condition: Condition; left: Value; right: Value } {
    return { condition: this.random.pick(CONDITIONS), left: this.integer(), right: this.integer() };
  }

  private site(kind: TrapSite['kind']): TrapSite {
    return { kind, position: { file: 'random.ts', line: 1, column: 1 }, text: `${this.symbol} ${this.random.word()}` };
  }

  private statements(count: number, depth: number): void {
    for (let index = 0; index < count; index++) this.statement(depth);
  }

  private statement(depth: number): void {
    const { random, builder } = this;
    const kind = random.below(depth > 0 ? 16 : 12);
    if (kind < 5) this.assign();
    else if (kind < 7) this.assignFloat();
    else if (kind < 9) this.load();
    else if (kind < 11) this.store();
    else if (kind === 11) this.check();
    else if (kind < 14) this.branch(depth);
    else if (kind === 14) this.loop(depth);
    else if (this.callees.length > 0 && random.chance(0.4)) {
      const words = Array.from({ length: 4 }, () => this.integer());
      const result = builder.call(random.pick(this.callees), words, 'i32');
      if (result !== null) builder.write(random.pick(this.integers), result);
    } else this.swap();
  }

  private assign(): void {
    const { random, builder } = this;
    const target = random.pick(this.integers);
    switch (random.below(6)) {
      case 0:
        builder.write(target, builder.unary(random.pick(INTEGER_UNARIES), this.integer()));
        return;
      case 1:
        builder.write(target, builder.compare(this.test()));
        return;
      case 2:
        builder.write(target, builder.select(this.test(), this.integer(), this.integer()));
        return;
      default:
        builder.write(target, builder.binary(random.pick(INTEGER_OPERATIONS), this.integer(), this.integer()));
    }
  }

  private assignFloat(): void {
    const { random, builder } = this;
    if (this.floats.length === 0) {
      this.assign();
      return;
    }
    const target = random.pick(this.floats);
    switch (random.below(4)) {
      case 0:
        builder.write(target, builder.unary('float', this.integer()));
        return;
      case 1: {
        const result = { id: builder.graph.valueCount++, type: 'f32' as const, name: '' };
        const opcode = random.chance(0.5) ? 'fmadd' : 'fmsub';
        builder.emit({ op: 'fused', opcode, result, accumulate: this.float(), a: this.float(), b: this.float() });
        builder.write(target, result);
        return;
      }
      case 2:
        builder.write(target, builder.unary('fabs', this.float()));
        return;
      default:
        builder.write(target, builder.binary(random.pick(FLOAT_OPERATIONS), this.float(), this.float()));
    }
  }

  private address(sizeBytes: number): { base: Value; index: Value | null; scale: number; offset: number } {
    const { random, builder } = this;
    const base = builder.symbol('random.data', 4 * random.below(4));
    const offset = sizeBytes * random.below(8);
    if (this.counters.length > 0 && random.chance(0.6)) return this.countedAddress(base, sizeBytes);
    if (random.chance(0.3)) return { base, index: null, scale: 1, offset: offset + sizeBytes * random.below(8) };
    const mask = builder.constant(7);
    return { base, index: builder.binary('and', this.integer(), mask), scale: sizeBytes, offset };
  }

  /** An index that grows with the rounds of a loop. */
  private countedAddress(base: Value, sizeBytes: number): ReturnType<FunctionMaker['address']> {
    const { random, builder } = this;
    const counter = builder.read(random.pick(this.counters));
    const grown = builder.binary(random.pick(['add', 'mul'] as const), counter, builder.constant(random.below(3)));
    const index = random.chance(0.5) ? counter : builder.binary('add', grown, builder.constant(random.below(5)));
    return { base, index, scale: sizeBytes, offset: sizeBytes };
  }

  private load(): void {
    const { random, builder } = this;
    const sizeBytes = random.pick([1, 2, 4, 4] as const);
    const result = { id: builder.graph.valueCount++, type: 'i32' as const, name: '' };
    const alias = { tag: 'any' } as const;
    const signed = random.chance(0.5);
    builder.emit({ op: 'load', result, sizeBytes, signed, ...this.address(sizeBytes), volatile: false, alias });
    builder.write(random.pick(this.integers), result);
  }

  private store(): void {
    const { random, builder } = this;
    const sizeBytes = random.pick([1, 2, 4, 4] as const);
    const alias = { tag: 'any' } as const;
    const value = this.integer();
    builder.emit({ op: 'store', value, sizeBytes, ...this.address(sizeBytes), volatile: false, alias });
  }

  private check(): void {
    const { random, builder } = this;
    if (random.chance(0.5)) {
      builder.emit({ op: 'zero-check', value: this.integer(), site: this.site('division-by-zero') });
      return;
    }
    const mask = builder.constant(31);
    const index = random.chance(0.9) ? builder.binary('and', this.integer(), mask) : this.integer();
    const length = random.chance(0.9) ? builder.constant(30 + random.below(4)) : this.integer();
    builder.emit({ op: 'bounds-check', index, length, site: this.site('index-out-of-range') });
  }

  private branch(depth: number): void {
    const { random, builder } = this;
    const [whenTrue, whenFalse, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
    builder.branch(this.test(), whenTrue, whenFalse);
    builder.enter(whenTrue);
    this.statements(1 + random.below(3), depth - 1);
    const way = random.below(20);
    if (way === 0) builder.trap(this.site('throw'));
    else if (way === 1) builder.return(this.integer());
    else builder.jump(after);
    builder.enter(whenFalse);
    if (random.chance(0.5)) this.statements(1 + random.below(3), depth - 1);
    builder.jump(after);
    builder.enter(after);
  }

  /** At most seven rounds; the test stands first or last. */
  private loop(depth: number): void {
    const { random, builder } = this;
    const counter = builder.variable('i32', 'counter');
    builder.write(counter, builder.constant(0));
    const [header, body, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
    const testFirst = random.chance(0.6);
    const limit = testFirst
      ? builder.binary('and', this.integer(), builder.constant(7))
      : builder.constant(1 + random.below(5));
    builder.jump(header);
    builder.current = header;
    if (testFirst) {
      builder.branch({ condition: 'lt-signed', left: builder.read(counter), right: limit }, body, after);
      builder.enter(body);
    } else builder.seal(body);
    this.counters.push(counter);
    if (random.chance(0.4)) this.countedProduct(counter);
    this.statements(1 + random.below(4), depth - 1);
    this.counters.pop();
    if (random.chance(0.2)) {
      const goOn = builder.newBlock();
      builder.branch(this.test(), after, goOn);
      builder.enter(goOn);
    }
    if (random.chance(0.5)) this.swap();
    const next = builder.binary('add', builder.read(counter), builder.constant(1));
    builder.write(counter, next);
    if (testFirst) builder.jump(header);
    else builder.branch({ condition: 'lt-signed', left: next, right: limit }, header, after);
    builder.seal(header);
    builder.enter(after);
  }

  /** What strength reduction turns into additions. */
  private countedProduct(counter: Variable): void {
    const { random, builder } = this;
    const product = builder.binary('mul', builder.read(counter), this.integer());
    builder.write(random.pick(this.integers), builder.binary('sub', product, this.integer()));
  }

  /** Exchanges variables: cycles of parallel moves where ways meet. */
  private swap(): void {
    const first = this.random.pick(this.integers);
    const second = this.random.pick(this.integers);
    const third = this.random.pick(this.integers);
    const [a, b, c] = [first, second, third].map((variable) => this.builder.read(variable)) as [Value, Value, Value];
    this.builder.write(first, b);
    this.builder.write(second, c);
    this.builder.write(third, a);
  }
}

/** A program of three functions, `random.f2` being the one to call with four words. */
export function randomProgram(random: Random, options: RandomGraphOptions): GraphProgram {
  const bytes = new Uint8Array(DATA_WORDS * 4);
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.word();
  const data: DataObject[] = [
    { symbol: 'random.data', section: '.data', alignBytes: 8, lengthBytes: bytes.length, bytes, position: null },
  ];
  const symbols = ['random.f0', 'random.f1', 'random.f2'];
  const functions = symbols.map((symbol, index) =>
    new FunctionMaker(random, symbol, symbols.slice(0, index), options).make(),
  );
  return { name: 'random', functions, data };
}
