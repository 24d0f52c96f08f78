/** Graphs built by hand for what random ones seldom hit: many arguments, long branches, big frames, constants. */
import { describe, expect, it } from 'vitest';
import { epiphanyBackEnd } from '../../compiler/back-ends/epiphany/index.ts';
import { FunctionBuilder } from '../../compiler/flow-graph/function-builder.ts';
import type { DataObject, GraphFunction, GraphProgram, Value } from '../../compiler/flow-graph/graph.ts';
import { type Outcome, readData, runCompiled } from '../support/compiled-graph/run-compiled.ts';

const SITE = { kind: 'index-out-of-range', position: { file: 'f.ts', line: 1, column: 1 }, text: 'x[i]' } as const;

function build(make: (builder: FunctionBuilder) => void, symbol: string = 'test.f'): GraphFunction {
  const builder = new FunctionBuilder({ symbol, result: 'i32', exported: true, position: null });
  make(builder);
  return builder.done();
}

function run(functions: GraphFunction[], words: readonly number[], data: DataObject[] = []): Outcome {
  const program: GraphProgram = { name: 'test', functions, data };
  return runCompiled(epiphanyBackEnd().compile(program), 'test.f', words);
}

const any = { tag: 'any' } as const;

describe('calling convention', () => {
  it('passes sixteen words', () => {
    const sum = build((builder) => {
      let total = builder.constant(0);
      for (let index = 0; index < 16; index++) {
        const word = builder.parameter('i32', `w${index}`);
        total = builder.binary('add', total, builder.binary('shl', word, builder.constant(index)));
      }
      builder.return(total);
    }, 'test.sum');
    const caller = build((builder) => {
      const words = Array.from({ length: 16 }, (_, index) => builder.parameter('i32', `w${index}`));
      builder.return(builder.call('test.sum', words.toReversed(), 'i32'));
    });
    const words = Array.from({ length: 16 }, (_, index) => index * 3 + 1);
    const expected = words.toReversed().reduce((total, word, index) => total + (word << index), 0);
    expect(run([sum, caller], words).result).toBe(expected);
  });

  it('exchanges arguments', () => {
    const difference = build((builder) => {
      const [a, b] = [builder.parameter('i32', 'a'), builder.parameter('i32', 'b')];
      builder.return(builder.binary('sub', a, b));
    }, 'test.difference');
    const swapped = build((builder) => {
      const [a, b] = [builder.parameter('i32', 'a'), builder.parameter('i32', 'b')];
      builder.return(builder.call('test.difference', [b, a], 'i32'));
    });
    expect(run([difference, swapped], [5, 12]).result).toBe(7);
  });

  it('keeps values across calls', () => {
    const clobber = build((builder) => builder.return(builder.parameter('i32', 'a')), 'test.same');
    const keeper = build((builder) => {
      const words = Array.from({ length: 12 }, (_, index) => builder.parameter('i32', `w${index}`));
      const doubled = words.map((word) => builder.binary('add', word, word));
      let total = builder.call('test.same', [words[0] as Value], 'i32') as Value;
      for (const word of [...doubled, ...words]) total = builder.binary('xor', total, word);
      builder.return(builder.call('test.same', [total], 'i32'));
    });
    const words = Array.from({ length: 12 }, (_, index) => 1 << (2 * index));
    const expected = [...words.map((word) => 2 * word), ...words].reduce((a, b) => a ^ b, words[0] as number);
    expect(run([clobber, keeper], words).result).toBe(expected);
  });
});

describe('branches', () => {
  it.each([10, 60, 64, 70, 200])('over %d blocks of code', (count) => {
    const graph = build((builder) => {
      const x = builder.variable('i32', 'x');
      const y = builder.parameter('i32', 'y');
      builder.write(x, y);
      const [odd, after] = [builder.newBlock(), builder.newBlock()];
      const zero = builder.constant(0);
      builder.branch({ condition: 'eq', left: y, right: zero }, after, odd);
      builder.enter(odd);
      for (let index = 0; index < count; index++) {
        builder.write(x, builder.binary(index % 2 === 0 ? 'add' : 'xor', builder.read(x), y));
      }
      builder.jump(after);
      builder.enter(after);
      builder.return(builder.read(x));
    });
    let expected = 7;
    for (let index = 0; index < count; index++) expected = index % 2 === 0 ? expected + 7 : expected ^ 7;
    expect(run([graph], [7]).result).toBe(expected);
    expect(run([graph], [0]).result).toBe(0);
  });

  it('to stubs far away', () => {
    const graph = build((builder) => {
      const [index, length] = [builder.parameter('i32', 'i'), builder.parameter('i32', 'n')];
      builder.emit({ op: 'bounds-check', index, length, site: SITE });
      let sum = index;
      for (let step = 0; step < 300; step++) sum = builder.binary('xor', sum, builder.binary('add', sum, length));
      builder.return(sum);
    });
    expect(run([graph], [130, 128]).trap).toEqual([0, 130, 128]);
    expect(run([graph], [-1, 128]).trap).toEqual([0, -1, 128]);
    expect(run([graph], [127, 128]).trap).toBeUndefined();
  });
});

describe('checks', () => {
  it.each([
    [true, false],
    [false, true],
    [true, true],
  ])('report constant operands (index %s, length %s)', (indexIsConstant, lengthIsConstant) => {
    const graph = build((builder) => {
      const [a, b] = [builder.parameter('i32', 'i'), builder.parameter('i32', 'n')];
      const index = indexIsConstant ? builder.constant(70_000) : a;
      const length = lengthIsConstant ? builder.constant(2000) : b;
      builder.emit({ op: 'bounds-check', index, length, site: SITE });
      builder.return(a);
    });
    expect(run([graph], [70_000, 2000]).trap).toEqual([0, 70_000, 2000]);
  });

  it('pass operands that stand in each other’s registers', () => {
    const graph = build((builder) => {
      const [first, second] = [builder.parameter('i32', 'a'), builder.parameter('i32', 'b')];
      const third = builder.parameter('i32', 'c');
      // b and c come in r1 and r2 and leave in r2 and r1.
      builder.emit({ op: 'bounds-check', index: third, length: second, site: SITE });
      builder.return(first);
    });
    expect(run([graph], [1, 5, 9]).trap).toEqual([0, 9, 5]);
  });

  it('leave integer mode before they report', () => {
    const graph = build((builder) => {
      const [a, b] = [builder.parameter('i32', 'a'), builder.parameter('i32', 'b')];
      const product = builder.binary('mul', a, b);
      const square = builder.binary('mul', product, product);
      builder.emit({ op: 'zero-check', value: square, site: { ...SITE, kind: 'division-by-zero' } });
      builder.return(square);
    });
    expect(run([graph], [3, 4]).result).toBe(144);
    // The harness fails if CONFIG is not in float mode.
    expect(run([graph], [0x10000, 0x10000]).trap?.[0]).toBe(0);
  });
});

describe('constants', () => {
  it.each([0, 1, 255, 256, 65535, 65536, -1, -1024, -1025, 1023, 1024, 0x12340000, -0x80000000])('%d', (constant) => {
    const graph = build((builder) => {
      const x = builder.parameter('i32', 'x');
      const sum = builder.binary('add', x, builder.constant(constant));
      const other = builder.binary('xor', x, builder.constant(constant));
      builder.return(builder.binary('sub', sum, other));
    });
    expect(run([graph], [0x1357])).toMatchObject({ result: (0x1357 + constant - (0x1357 ^ constant)) | 0 });
  });
});

describe('memory', () => {
  const data: DataObject = {
    symbol: 'test.data',
    section: '.bss',
    alignBytes: 8,
    lengthBytes: 12_000,
    position: null,
  };

  it.each([0, 4, 28, 32, 2044 * 4, 2047 * 4, 2048 * 4, 11_996])('reaches offset %d', (offset) => {
    const graph = build((builder) => {
      const [value, negative] = [builder.parameter('i32', 'v'), builder.parameter('i32', 'n')];
      const base = builder.symbol('test.data');
      const store = { op: 'store', sizeBytes: 4, volatile: false, alias: any } as const;
      builder.emit({ ...store, value, base, index: null, scale: 1, offset });
      const result = { id: builder.graph.valueCount++, type: 'i32' as const, name: '' };
      const end = builder.binary('add', base, negative);
      const load = { op: 'load', result, sizeBytes: 4, signed: false, volatile: false, alias: any } as const;
      builder.emit({ ...load, base: end, index: null, scale: 1, offset: offset - 12_000 });
      builder.return(result);
    });
    const outcome = run([graph], [0x1234567, 12_000], [data]);
    expect(outcome.result).toBe(0x1234567);
    const bytes = readData(outcome, 'test.data', 12_000);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getInt32(offset, true)).toBe(0x1234567);
  });
});

describe('frames', () => {
  it.each([70, 300])('hold %d spilled values', (count) => {
    const graph = build((builder) => {
      const x = builder.parameter('i32', 'x');
      const values = Array.from({ length: count }, (_, index) => {
        const scaled = builder.binary('add', x, builder.constant(index * 7));
        return builder.binary('xor', scaled, builder.binary('shl', x, builder.constant(index % 32)));
      });
      let sum = x;
      for (const value of values) sum = builder.binary('add', builder.binary('shl', sum, builder.constant(1)), value);
      for (const value of values.toReversed()) sum = builder.binary('xor', sum, value);
      builder.return(sum);
    });
    const x = 0x2468;
    const values = Array.from({ length: count }, (_, index) => ((x + index * 7) ^ (x << (index % 32))) | 0);
    let expected = x;
    for (const value of values) expected = ((expected << 1) + value) | 0;
    for (const value of values.toReversed()) expected ^= value;
    expect(run([graph], [x]).result).toBe(expected);
  });
});
