/** Calls and boards that explain themselves. */
import { type Board, type Kernels, split } from 'shoal';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('a call: result, core, bytes of each argument, instructions', async () => {
  const y = new Float32Array(100).fill(1);
  const call = await k.at(5).saxpy.explain(2, new Float32Array(100).fill(1), y);
  expect(y[99]).toBe(3);
  expect(call).toMatchObject({
    kernel: 'saxpy(a: f32, x: Float32Array, y: Float32Array): void',
    result: undefined,
    core: [1, 1],
    coreIndex: 5,
    why: 'it was asked for with at()',
    waitingBefore: 0,
    bytesOut: 400,
    arguments: [
      { name: 'a', type: 'f32', direction: 'in', bytesIn: 0, bytesOut: 0 },
      { name: 'x', type: 'Float32Array(100)', direction: 'in', bytesIn: 400, bytesOut: 0 },
      { name: 'y', type: 'Float32Array(100)', direction: 'in-out', bytesIn: 400, bytesOut: 400 },
    ],
  });
  expect(call.bytesIn).toBeGreaterThan(800);
  expect(call.bytesIn).toBeLessThan(850);
  expect(call.waitedMs).toBeGreaterThanOrEqual(0);
  expect(call.ranMs).toBeGreaterThan(0);
  const text = String(call);
  expect(text).toContain('ran on core 1,1: it was asked for with at()');
  expect(text).toMatch(/ {2}y: Float32Array\(100\) {2}in-out +400 +400$/m);
});

test('instructions are those of this call alone, the same each time, whatever waits behind it', async () => {
  const of = async (rounds: number): Promise<number> => (await k.at(3).work.explain(rounds)).instructions;
  const [short, long] = [await of(100), await of(1100)];
  expect(long - short).toBeGreaterThanOrEqual(2000);
  // Besides, the runtime reads a longer number.
  expect((long - short) % 1000).toBeLessThan(100);
  expect(Math.abs((await of(100)) - short)).toBeLessThan(40);
  const others = Array.from({ length: 5 }, () => k.at(3).work(500));
  const again = k.at(3).work.explain(100);
  const more = Array.from({ length: 5 }, () => k.at(3).work(500));
  const explained = await again;
  await Promise.all([...others, ...more]);
  // The core goes to sleep behind it, or had not yet when it came: a few instructions of the runtime.
  expect(Math.abs(explained.instructions - short)).toBeLessThan(40);
  expect(explained.waitingBefore).toBe(4);
});

test('why a core', async () => {
  expect(await k.where.explain()).toMatchObject({ why: 'it was the next idle one in turn' });
  using x = await board.core(9).alloc(Int32Array, 10);
  const call = await k.fill.explain(7, x);
  expect(call).toMatchObject({
    coreIndex: 9,
    why: 'an argument stands in its memory',
    bytesOut: 0,
    arguments: [{ name: 'value' }, { type: 'Int32Array(10) in board memory', direction: 'by reference', bytesIn: 0 }],
  });
  const others = Array.from({ length: 40 }, () => k.work(2000));
  expect(await k.add.explain(1, 2)).toMatchObject({ result: 3, why: 'it was the first to become idle' });
  await Promise.all(others);
});

test('rejects as the call does', async () => {
  const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error) => error);
  const trap = (await failure(k.element.explain(new Int32Array(2), 2))) as Error;
  expect(trap).toBeInstanceOf(RangeError);
  expect(trap.stack).toContain('host-explain.test.ts');
  const wrong = k.add.explain as (...values: unknown[]) => Promise<unknown>;
  expect(await failure(wrong(1))).toMatchObject({ code: 'CALL_ARGUMENT' });
  expect(await failure(k.with({ timeoutMs: 10 }).spin.explain())).toMatchObject({ code: 'CALL_TIMEOUT' });
});

test('a board: kernels, cores, memories', async () => {
  await using other = await openBoard('parallella-16');
  const kernels = await other.load<Module>(FILE);
  expect(await other.explain()).toMatchObject({ board: 'parallella-16', waiting: 0, kernels: [] });
  using x = await other.alloc(Int32Array, 1000);
  using near = await other.core(2).alloc(Int32Array, 100);
  await kernels.fill(1, x);
  await kernels.fill(1, new Int32Array(10));
  await kernels.element(near, 100).catch(() => undefined);
  const waiting = Array.from({ length: 20 }, () => kernels.work(100));
  const explained = await other.explain();
  await Promise.all(waiting);
  expect(explained.waiting).toBe(4);
  // Over a line some of the others may have ended meanwhile.
  expect(explained.kernels.slice(0, 2)).toMatchObject([
    { kernel: 'host-kernels.fill', calls: 2, failed: 0, bytesOut: 40 },
    { kernel: 'host-kernels.element', calls: 1, failed: 1, bytesOut: 0 },
  ]);
  expect(explained.memories).toHaveLength(17);
  expect(explained.memories[2]).toMatchObject({ name: 'core 0,2', arrayBytes: 400 });
  expect(explained.memories[16]).toMatchObject({ name: 'shared memory', usedBytes: 4000, capacityBytes: 32 << 20 });
  expect(explained.busy).toBeGreaterThan(0);
  const text = String(explained);
  expect(text).toMatch(/^parallella-16: cores \d+ % busy, 4 calls wait$/m);
  expect(text).toMatch(/^host-kernels\.fill +2 +0 +/m);
  expect(text).toMatch(/^core 3,3 +/m);
  expect(text).toMatch(/^shared memory +4,000 +33,554,432$/m);
});

test('everywhere: one explanation for each core', async () => {
  const y = new Float32Array(35);
  const calls = await k.everywhere.saxpy.explain(2, split(new Float32Array(35).fill(1)), split(y));
  expect(y).toStrictEqual(new Float32Array(35).fill(2));
  expect(calls.map(({ coreIndex }) => coreIndex)).toStrictEqual(Array.from({ length: 16 }, (_, i) => i));
  expect(calls[2]).toMatchObject({
    core: [0, 2],
    why: 'everywhere runs on each core',
    bytesOut: 12,
    arguments: [{}, { type: 'Float32Array(3)', bytesIn: 12 }, { type: 'Float32Array(3)', bytesOut: 12 }],
  });
  expect(calls[3]?.bytesOut).toBe(8);
  for (const call of calls) expect(call.instructions).toBeGreaterThan(100);
  expect((await k.everywhere.where.explain()).map(({ result }) => result)).toStrictEqual(await k.everywhere.where());
});

test('stats since an earlier time, and since one that was such itself', async () => {
  const start = await board.stats();
  await k.at(4).work(50_000);
  const first = await board.stats(start);
  expect(first.map(({ calls }) => calls)).toStrictEqual(start.map((_, i) => (i === 4 ? 1 : 0)));
  expect(first[4]?.busy).toBeGreaterThan(0.9);
  expect(first[5]?.busy).toBe(0);
  await k.at(5).work(50_000);
  const second = await board.stats(first);
  expect(second.map(({ calls }) => calls)).toStrictEqual(start.map((_, i) => (i === 5 ? 1 : 0)));
  expect(second[4]?.instructions).toBe(0);
  const both = await board.stats(start);
  for (const [i, core] of both.entries()) {
    expect(core.instructions).toBe((first[i]?.instructions ?? 0) + (second[i]?.instructions ?? 0));
    expect(core.calls + (start[i]?.calls ?? 0)).toBe((await board.stats())[i]?.calls);
  }
  expect((await board.stats(await board.stats())).every(({ busy, bytesIn }) => busy === 0 && bytesIn === 0)).toBe(true);
  for (const wrong of [[], null, 5, [...start]]) {
    await expect(board.stats(wrong as typeof start)).rejects.toMatchObject({ code: 'CALL_ARGUMENT' });
  }
});

test('samples: the figures of each interval, until the board is closed or the signal aborts', async () => {
  const other = await openBoard('e16g301');
  const kernels = await other.load<Module>(FILE);
  const calls: number[] = [];
  for await (const { cores, elapsedMs } of other.samples({ everyMs: 5 })) {
    calls.push(cores.reduce((sum, core) => sum + core.calls, 0));
    expect(elapsedMs).toBeGreaterThan(0);
    if (calls.length < 4) await Promise.all(Array.from({ length: calls.length }, () => kernels.where()));
    else setTimeout(() => other.close(), 1);
    if (calls.length > 200) break;
  }
  expect(calls.slice(0, 4)).toStrictEqual([0, 1, 2, 3]);
  expect(calls.length).toBeLessThan(200);
  expect(calls.reduce((sum, count) => sum + count, 0)).toBe(6);
  expect(() => other.samples()).toThrow(expect.objectContaining({ code: 'BOARD_CLOSED' }));

  const controller = new AbortController();
  const endless = (async () => {
    for await (const _ of board.samples({ everyMs: 1_000_000, signal: controller.signal })) expect.unreachable();
  })();
  setTimeout(() => controller.abort(new Error('enough')), 5);
  await expect(endless).rejects.toThrow('enough');
  for (const everyMs of [0, -1, Number.NaN, 2 ** 31, '5']) {
    const wrong = { everyMs: everyMs as number };
    expect(() => board.samples(wrong)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
  }
});
