/** Calls that overlap on an emulated board: none is lost, none runs twice, whatever is given up around it. */
import { open } from 'shoal';
import { expect, test } from 'vitest';

type Module = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/host-kernels.ts', import.meta.url);

/** Numbers below `limit`, the same in every run. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test.each([1, 2, 3])('calls with aborts and deadlines among them, seed %d', async (seed) => {
  const random = randomNumbers(seed);
  await using board = await open('emu:parallella-16');
  const k = await board.load<Module>(FILE);
  let counted = 0;
  const all: Promise<unknown>[] = [];
  for (let i = 0; i < 600; i++) {
    const kernels = random(3) === 0 ? k.at(random(12)) : k;
    const kind = random(20);
    if (kind < 12) {
      all.push(kernels.work(random(3000)));
    } else if (kind < 14) {
      const controller = new AbortController();
      // Only on the last four cores, which may lose their state.
      const call = k
        .with({ signal: controller.signal })
        .at(12 + random(4))
        .work(random(20_000));
      all.push(call.catch((error) => expect(error).toBe('enough')));
      setTimeout(() => controller.abort('enough'), random(30));
    } else if (kind === 14) {
      const call = k
        .with({ timeoutMs: 1 + random(5) })
        .at(12 + random(4))
        .spin();
      all.push(call.catch((error) => expect(error).toMatchObject({ code: 'CALL_TIMEOUT' })));
    } else {
      const core = random(12);
      counted++;
      all.push(k.at(core).count());
    }
    if (random(10) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  const counts = await Promise.all(Array.from({ length: 12 }, (_, core) => k.at(core).count()));
  expect(counts.reduce((sum, count) => sum + count - 1, 0)).toBe(counted);
  const cores = await board.stats();
  expect(cores.slice(0, 12).map((core) => core.resets)).toStrictEqual(Array.from({ length: 12 }, () => 0));
});

test('a core that is kept supplied hardly sleeps', async () => {
  await using board = await open('emu:parallella-16');
  const k = await board.load<Module>(FILE);
  const before = await board.stats();
  const tiles = Array.from({ length: 480 }, () => [new Float32Array(500), new Float32Array(500)] as const);
  await Promise.all(tiles.map(([x, y]) => k.saxpy(2, x, y)));
  const after = await board.stats();
  const instructions = after.map((core, i) => core.instructions - (before[i]?.instructions ?? 0));
  expect(Math.min(...after.map((core) => core.busy))).toBeGreaterThan(0.9);
  // And all have done the same share of the work.
  expect(Math.min(...instructions) / Math.max(...instructions)).toBeGreaterThan(0.8);
});
