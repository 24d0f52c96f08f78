/** Arrays in the memories of an emulated board: shared, of one core, passed by reference, copied, freed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Board, type BoardArray, type Kernels, split } from 'shoal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBoard } from '../support/boards/open-board.ts';

type Module = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/host-kernels.ts', import.meta.url);

let board: Board;
let k: Kernels<Module>;

beforeAll(async () => {
  board = await openBoard('parallella-16');
  k = await board.load<Module>(FILE);
});

afterAll(() => board.close());

async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; hint?: string; details: Record<string, unknown> }> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

const bytes = async (): Promise<{ in: number; out: number }> => {
  const cores = await board.stats();
  return {
    in: cores.reduce((sum, core) => sum + core.bytesIn, 0),
    out: cores.reduce((sum, core) => sum + core.bytesOut, 0),
  };
};

describe('an array in shared memory', () => {
  test('holds zeros, what is written, and what kernels write; only its address travels', async () => {
    using y = await board.alloc(Int32Array, 100_000);
    expect(y).toMatchObject({ length: 100_000, byteLength: 400_000, core: null, isFreed: false });
    expect((await y.read()).every((each) => each === 0)).toBe(true);
    await y.write(Int32Array.of(7, 8, 9), 99_997);
    expect(await y.read(99_996)).toStrictEqual(Int32Array.of(0, 7, 8, 9));
    const before = await bytes();
    await k.fill(5, y);
    expect(await k.sum(y)).toBe(500_000);
    const after = await bytes();
    expect(after.in - before.in).toBeLessThan(100);
    expect(after.out - before.out).toBeLessThan(30);
    expect(await y.read(0, 3)).toStrictEqual(Int32Array.of(5, 5, 5));
  });

  test('of every type, also empty', async () => {
    using i8 = await board.alloc(Int8Array, 3);
    using u8 = await board.alloc(Uint8Array, 3);
    await i8.write(Int8Array.of(-1, 0, 5));
    await k.copy8(i8, u8);
    expect(await u8.read()).toStrictEqual(Uint8Array.of(255, 0, 5));
    using i16 = await board.alloc(Int16Array, 3);
    using u16 = await board.alloc(Uint16Array, 3);
    await i16.write(Int16Array.of(-1, 0, 5));
    await k.copy16(i16, u16);
    expect(await u16.read()).toStrictEqual(Uint16Array.of(65535, 0, 5));
    using none = await board.alloc(Int32Array, 0);
    expect(await k.sum(none)).toBe(0);
    expect(await none.read()).toStrictEqual(new Int32Array(0));
    using f32 = await board.alloc(Float32Array, 2);
    const nan = new Float32Array(Uint32Array.of(0xffc12345, 0x3f800000).buffer);
    await f32.write(nan);
    expect(new Uint32Array((await f32.read()).buffer)).toStrictEqual(Uint32Array.of(0x7fc00000, 0x3f800000));
    expect(new Uint32Array(nan.buffer)[0]).toBe(0xffc12345);
  });

  test('beside arrays of the host, parts of it, all cores on one', async () => {
    using x = await board.alloc(Float32Array, 1000);
    await x.write(Float32Array.from({ length: 1000 }, (_, i) => i));
    const y = new Float32Array(10).fill(1);
    await k.saxpy(2, x.subarray(100, 110), y);
    expect([...y]).toStrictEqual(Array.from({ length: 10 }, (_, i) => 201 + 2 * i));
    const all = new Float32Array(160);
    await k.everywhere.saxpy(3, x.subarray(0, 10), split(all));
    expect(all).toStrictEqual(Float32Array.from({ length: 160 }, (_, i) => 3 * (i % 10)));
    const parts = Array.from({ length: 25 }, (_, i) => x.subarray(40 * i, 40 * i + 40));
    await board.map(
      k.saxpy,
      parts.map((part) => [2, Float32Array.from({ length: 40 }, () => 1), part]),
    );
    expect(await x.read(0, 5)).toStrictEqual(Float32Array.of(2, 3, 4, 5, 6));
  });
});

describe('split over the cores', () => {
  test.each([1003, 1000, 16, 7, 1, 0])('%d elements: each core gets its part where it stands', async (length) => {
    using x = await board.alloc(Float32Array, length);
    using y = await board.alloc(Float32Array, length);
    const values = Float32Array.from({ length }, (_, i) => i);
    await x.write(values);
    const before = await bytes();
    await k.everywhere.saxpy(3, split(x), split(y));
    expect((await bytes()).in - before.in).toBeLessThan(16 * 60);
    expect(await y.read()).toStrictEqual(values.map((each) => 3 * each));
  });

  test('beside an array of the host, of all element sizes, and a part of an array', async () => {
    using bytesOf = await board.alloc(Uint8Array, 1001);
    await k.everywhere.copy8(split(Int8Array.from({ length: 1001 }, (_, i) => i)), split(bytesOf));
    expect(await bytesOf.read()).toStrictEqual(Uint8Array.from({ length: 1001 }, (_, i) => i));
    using half = await board.alloc(Uint16Array, 333);
    await k.everywhere.copy16(split(Int16Array.from({ length: 333 }, (_, i) => i)), split(half));
    expect(await half.read()).toStrictEqual(Uint16Array.from({ length: 333 }, (_, i) => i));
    using whole = await board.alloc(Int32Array, 200);
    await k.everywhere.fill(4, split(whole.subarray(50, 149)));
    expect(await whole.read()).toStrictEqual(Int32Array.from({ length: 200 }, (_, i) => (i >= 50 && i < 149 ? 4 : 0)));
    const sums = await k.everywhere.sum(split(whole));
    expect(sums.reduce((a, b) => a + b)).toBe(4 * 99);
    const calls = await k.everywhere.sum.explain(split(whole.subarray(0, 40)));
    // In groups of 8 bytes.
    expect(calls.map((call) => call.arguments[0]?.type.match(/\d+\)/)?.[0])).toStrictEqual(
      Array.from({ length: 16 }, (_, i) => (i < 4 ? '4)' : '2)')),
    );
  });

  test('refused: in the memory of one core, onto itself, for one core, freed', async () => {
    using own = await board.core(3).alloc(Int32Array, 64);
    expect(await failure(k.everywhere.sum(split(own)))).toMatchObject({ code: 'MEMORY_WRONG_CORE' });
    using x = await board.alloc(Float32Array, 64);
    expect(await failure(k.everywhere.saxpy(1, split(x), split(x)))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
    const one = k as unknown as { sum(x: unknown): Promise<unknown> };
    expect(await failure(one.sum(split(own)))).toMatchObject({
      message: expect.stringContaining('not split(Int32Array(64) in board memory)'),
    });
    const freed = await board.alloc(Int32Array, 64);
    freed.free();
    expect(await failure(k.everywhere.sum(split(freed)))).toMatchObject({ code: 'MEMORY_FREED' });
    for (const wrong of [[1, 2], null, new DataView(new ArrayBuffer(8)), undefined]) {
      expect(() => split(wrong as unknown as Int32Array)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
    }
  });
});

describe('an array in the memory of a core', () => {
  test('its calls run there, and it outlives a reset of its core', async () => {
    using x = await board.core(5).alloc(Int32Array, 100);
    expect(x.core).toStrictEqual([1, 1]);
    const before = (await board.stats())[5]?.calls ?? 0;
    await Promise.all([k.fill(3, x), k.fill(3, x), k.at(5).fill(4, x)]);
    expect((await board.stats())[5]?.calls).toBe(before + 3);
    expect(await failure(k.with({ timeoutMs: 20 }).at(5).spin())).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(await k.sum(x)).toBe(400);
    expect(await x.read(98)).toStrictEqual(Int32Array.of(4, 4));
    expect(await k.at(5).where()).toBe(5016);
  });

  test('modules are loaded around it', async () => {
    using x = await board.core([0, 3]).alloc(Int32Array, 500);
    await k.fill(9, x);
    const again = await board.load<Module>(FILE);
    expect(await again.everywhere.where()).toHaveLength(16);
    expect(await again.sum(x)).toBe(4500);
    await board.unload(again);
    expect(await k.sum(x)).toBe(4500);
  });

  test('another core is refused, also among all cores', async () => {
    using x = await board.core(1).alloc(Int32Array, 10);
    using y = await board.core(2).alloc(Uint32Array, 10);
    const error = await failure(k.at(4).sum(x));
    expect(error).toMatchObject({
      code: 'MEMORY_WRONG_CORE',
      message: expect.stringContaining('x of sum stands in the memory of core 0,1, but the call is one for core 1,0'),
    });
    expect(error.stack).toContain('host-memory.test.ts');
    expect(await failure(k.copy32(x, y))).toMatchObject({ code: 'MEMORY_WRONG_CORE' });
    expect(await failure(k.everywhere.sum(x))).toMatchObject({ code: 'MEMORY_WRONG_CORE' });
    expect(() => board.core(16)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
    expect(board.core([1, 2])).toMatchObject({ index: 6, position: [1, 2] });
  });
});

test('copyTo: between cores, to and from shared memory, long, at odd places, onto itself; nothing through the host', async () => {
  using a = await board.core(3).alloc(Uint8Array, 1000);
  using b = await board.core(12).alloc(Uint8Array, 1003);
  using c = await board.alloc(Uint8Array, 700_000);
  const values = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
  await a.write(values);
  await a.copyTo(b.subarray(3));
  expect(await b.read()).toStrictEqual(Uint8Array.of(0, 0, 0, ...values));
  await b.copyTo(c.subarray(1));
  expect(await c.read(0, 1005)).toStrictEqual(Uint8Array.of(0, 0, 0, 0, ...values, 0));
  const large = Uint8Array.from({ length: 300_000 }, (_, i) => i * 13 + (i >> 8));
  await c.write(large);
  await c.subarray(0, 300_000).copyTo(c.subarray(350_001));
  expect(await c.read(350_001, 650_001)).toStrictEqual(large);
  await c.subarray(0, 299_999).copyTo(c.subarray(1));
  expect(await c.read(1, 300_000)).toStrictEqual(large.subarray(0, 299_999));
  await c.subarray(5, 5).copyTo(a);
  await Promise.all([a.copyTo(c.subarray(0, 1000)), a.copyTo(c.subarray(1000)), a.copyTo(c.subarray(2000))]);
  expect(await c.read(0, 3000)).toStrictEqual(Uint8Array.of(...values, ...values, ...values));
  await using other = await openBoard('parallella-16');
  using d = await other.alloc(Uint8Array, 1000);
  await a.copyTo(d);
  expect(await d.read()).toStrictEqual(values);
});

describe('free', () => {
  test('by using, by free, twice; later use is refused by name', async () => {
    let kept: BoardArray<Int32Array>;
    {
      using x = await board.alloc(Int32Array, 10);
      kept = x.subarray(2, 4);
    }
    expect(kept.isFreed).toBe(true);
    kept.free();
    for (const use of [
      kept.read(),
      kept.write(Int32Array.of(1)),
      k.sum(kept),
      kept.copyTo(kept),
      board.map(k.sum, [[kept]]).catch((error) => {
        throw error.cause;
      }),
    ]) {
      expect(await failure(use)).toMatchObject({
        code: 'MEMORY_FREED',
        message: expect.stringMatching(/^Int32Array\(10\) of host-memory\.test\.ts:\d+:\d+ is used after it was freed/),
      });
    }
    expect(() => kept.subarray()).toThrow(expect.objectContaining({ code: 'MEMORY_FREED' }));
  });

  test('in the middle of a call: the memory is kept to its end', async () => {
    const x = await board.core(7).alloc(Int32Array, 1000);
    const call = k.sum(x);
    x.free();
    const y = await board.core(7).alloc(Int32Array, 1000);
    await y.write(new Int32Array(1000).fill(1));
    expect(await call).toBe(0);
    expect(await k.sum(y)).toBe(1000);
    y.free();
    // All is back: as much fits as before.
    for (let i = 0; i < 20; i++) (await board.core(7).alloc(Int32Array, 4000)).free();
  });

  test('out of memory says what holds it', async () => {
    using a = await board.core(9).alloc(Float32Array, 3000);
    const error = await failure(board.core(9).alloc(Float32Array, 5000));
    expect(error.message).toMatch(
      /^core 2,1 has no room for Float32Array\(5000\): it needs 20000 bytes, \d+ of \d+ are free, \d+ in one piece; held by 12000 Float32Array\(3000\) of host-memory\.test\.ts:\d+:\d+, \d+ modules and calls \[MEMORY_OVERFLOW\]$/,
    );
    expect(error).toMatchObject({ code: 'MEMORY_OVERFLOW', details: { needed: 20000 } });
    // A call that has no room beside it says how much there is.
    expect(await failure(k.at(9).sum(new Int32Array(4500)))).toMatchObject({ code: 'MEMORY_OVERFLOW' });
    const shared = await failure(board.alloc(Float32Array, 9e6));
    expect(shared.message).toContain('shared memory has no room for Float32Array(9000000): it needs 36000000 bytes');
    await using chip = await openBoard('e16g301');
    expect(await failure(chip.alloc(Int8Array, 1))).toMatchObject({
      code: 'MEMORY_OVERFLOW',
      message: expect.stringContaining('e16g301 has no shared memory'),
      hint: expect.stringContaining('board.core(0).alloc'),
    });
    expect(a.length).toBe(3000);
  });

  test('by garbage collection, but not while a part is held', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const arrayBytes = async (): Promise<number> => (await board.explain()).memories[10]?.arrayBytes ?? -1;
    const part = (await board.core(10).alloc(Int32Array, 100)).subarray(50);
    for (let i = 0; i < 10; i++) await board.core(10).alloc(Int32Array, 100);
    expect(await arrayBytes()).toBe(4400);
    for (let i = 0; i < 50 && (await arrayBytes()) > 400; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      collect();
    }
    expect(await arrayBytes()).toBe(400);
    expect(await k.sum(part.subarray(0, 10))).toBe(0);
    part.free();
    expect(await arrayBytes()).toBe(0);
  });

  test('close ends them all', async () => {
    const other = await openBoard('parallella-16');
    const x = await other.alloc(Int32Array, 5);
    expect(await failure(k.sum(x))).toMatchObject({ code: 'MEMORY_WRONG_CORE' });
    other.close();
    expect(await failure(x.read())).toMatchObject({ code: 'BOARD_CLOSED' });
    expect(await failure(other.alloc(Int32Array, 5))).toMatchObject({ code: 'BOARD_CLOSED' });
    expect(x.isFreed).toBe(true);
  });
});

describe('refused', () => {
  test('types, lengths, ranges', async () => {
    const alloc = board.alloc.bind(board) as unknown as (...all: unknown[]) => Promise<unknown>;
    for (const [type, length, text] of [
      [Float64Array, 5, 'not Float64Array'],
      ['Int8Array', 5, "not 'Int8Array'"],
      [undefined, 5, 'not undefined'],
      [Int8Array, -1, 'the length must be an integer from 0, not -1'],
      [Int8Array, 1.5, 'not 1.5'],
      [Int8Array, '5', "not '5'"],
      [Int8Array, undefined, 'not undefined'],
    ] as const) {
      const error = await failure(alloc(type, length));
      expect(error).toMatchObject({ code: 'CALL_ARGUMENT', message: expect.stringContaining(text) });
    }
    using x = await board.alloc(Int32Array, 10);
    for (const [start, end] of [
      [0, 11],
      [-1, 5],
      [6, 5],
      [0.5, 5],
      [Number.NaN, 5],
    ] as const) {
      expect(await failure(x.read(start, end))).toMatchObject({ code: 'CALL_ARGUMENT' });
      expect(() => x.subarray(start, end)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
    }
    expect(await failure(x.write(new Int32Array(3), 8))).toMatchObject({ code: 'CALL_ARGUMENT' });
    const wrong = x as unknown as { write(values: unknown): Promise<void>; copyTo(target: unknown): Promise<void> };
    for (const value of [new Uint32Array(3), [1, 2], null]) {
      expect(await failure(wrong.write(value))).toMatchObject({ code: 'CALL_ARGUMENT' });
      expect(await failure(wrong.copyTo(value))).toMatchObject({ code: 'CALL_ARGUMENT' });
    }
    using short = await board.alloc(Int32Array, 9);
    using floats = await board.alloc(Float32Array, 10);
    expect(await failure(x.copyTo(short))).toMatchObject({ message: expect.stringContaining('do not fit') });
    expect(await failure(wrong.copyTo(floats))).toMatchObject({ code: 'CALL_ARGUMENT' });
  });

  test('as arguments: another type, a part at an odd place, a scalar, overlaps', async () => {
    using x = await board.alloc(Float32Array, 20);
    const wrong = k as unknown as Record<'sum' | 'add', (...values: unknown[]) => Promise<unknown>>;
    expect(await failure(wrong.sum(x))).toMatchObject({
      code: 'CALL_ARGUMENT',
      message: expect.stringContaining('sum takes an Int32Array for x, not Float32Array(20) in board memory'),
    });
    expect(await failure(wrong.add(x, 1))).toMatchObject({ code: 'CALL_ARGUMENT' });
    expect(await failure(k.saxpy(1, x.subarray(1, 3), new Float32Array(2)))).toMatchObject({
      code: 'CALL_ARGUMENT',
      message: expect.stringContaining('a multiple of 8 bytes'),
    });
    expect(await failure(k.saxpy(1, x, x))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
    expect(await failure(k.saxpy(1, x.subarray(0, 10), x.subarray(8)))).toMatchObject({
      code: 'CALL_ALIASED_ARGUMENT',
    });
    await k.saxpy(1, x.subarray(0, 10), x.subarray(10));
    // A trap is one as with an array of the host.
    using i = await board.alloc(Int32Array, 4);
    expect((await failure(k.element(i, 4))).message).toContain('x[i] with i=4, length 4');
  });
});
