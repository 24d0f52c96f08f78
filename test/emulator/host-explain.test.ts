/** Calls and boards that explain themselves. */
import { type Board, type Kernels, open } from 'shoal';
import { afterAll, beforeAll, expect, test } from 'vitest';

type Module = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/host-kernels.ts', import.meta.url);

let board: Board;
let k: Kernels<Module>;

beforeAll(async () => {
  board = await open('emu:parallella-16');
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
  await using other = await open('emu:parallella-16');
  const kernels = await other.load<Module>(FILE);
  expect(other.explain()).toMatchObject({ board: 'parallella-16', waiting: 0, kernels: [] });
  using x = await other.alloc(Int32Array, 1000);
  using near = await other.core(2).alloc(Int32Array, 100);
  await kernels.fill(1, x);
  await kernels.fill(1, new Int32Array(10));
  await kernels.element(near, 100).catch(() => undefined);
  const waiting = Array.from({ length: 20 }, () => kernels.work(100));
  const explained = other.explain();
  await Promise.all(waiting);
  expect(explained.waiting).toBe(4);
  expect(explained.kernels).toMatchObject([
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
