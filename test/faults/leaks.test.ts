/** What is left of boards and calls: nothing. Each test is a process of its own, so that only its own things are seen. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const OPEN = `
  import { getEventListeners } from 'node:events';
  import { setImmediate as turn } from 'node:timers/promises';
  import { open, split } from 'shoal';
  const url = new URL('file://' + process.cwd() + '/test/emulator/kernels/host-kernels.ts');
  async function collected() {
    for (let i = 0; i < 5; i++) {
      await turn();
      globalThis.gc();
    }
    return process.memoryUsage().heapUsed;
  }
  const board = await open('emu:parallella-16');
  const k = await board.load(url);
  const used = async () => (await board.explain()).memories.map((each) => each.usedBytes).join();
`;

/** What the program prints as JSON. */
function run(program: string): unknown {
  const args = ['--expose-gc', '--input-type=module', '-e', OPEN + program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 200_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('after close: no handle, no listener, no array; the process ends', () => {
  const program = `
    const controller = new AbortController();
    const { signal } = controller;
    const other = await open('emu:e16g301', { signal });
    const kernels = (await other.load(url, { signal })).with({ signal, timeoutMs: 1000 });
    const shared = await board.alloc(Int32Array, 100, { signal });
    const array = await other.core(3).alloc(Int32Array, 100, { signal });
    other.on('coreReset', () => {});
    other.on('close', () => {});
    await kernels.fill(3, array);
    await array.read(0, 5, { signal });
    await other.map(kernels.work, Array.from({ length: 50 }, (_, i) => [i]), { signal });
    const idle = getEventListeners(signal, 'abort').length;
    const endless = (async () => { for await (const _ of other.samples({ everyMs: 1e6, signal })); })();
    const pending = [kernels.spin(), kernels.work(1e6), other.load(url, { signal }), other.reset({ signal })];
    const items = async function* () { for (;;) yield [1000]; };
    pending.push(other.map(kernels.work, items(), { signal }));
    const settled = Promise.allSettled([...pending, endless]);
    await turn();
    other.close();
    await settled;
    await turn();
    console.log(JSON.stringify({
      idle,
      listeners: getEventListeners(signal, 'abort').length,
      resources: process.getActiveResourcesInfo(),
      freed: array.isFreed && !shared.isFreed,
    }));
  `;
  expect(run(program)).toEqual({ idle: 0, listeners: 0, resources: [], freed: true });
});

test('100 000 calls of all kinds: flat memory of the host, none of the board kept', { timeout: 300_000 }, () => {
  const program = `
    const x = new Float32Array(16), y = new Float32Array(16);
    const controller = new AbortController();
    const patient = k.with({ signal: controller.signal, timeoutMs: 10_000 });
    let calls = 0;
    /** Some hundred calls that succeed, fail on a core, are refused, come from lists. */
    async function round() {
      await Promise.all(Array.from({ length: 100 }, (_, i) => k.add(i, 1)));
      await Promise.all(Array.from({ length: 50 }, (_, i) => patient.at(i % 16).where()));
      await board.map(k.add, Array.from({ length: 100 }, (_, i) => [i, i]));
      await k.everywhere.saxpy(2, split(x), split(y));
      await Promise.allSettled([k.element(new Int32Array(2), 5), k.add(1, 2.5), k.saxpy(1, x, x)]);
      calls += 268;
    }
    for (let i = 0; i < 60; i++) await round();
    const [heap, memories] = [await collected(), await used()];
    while (calls < 100_000) await round();
    console.log(JSON.stringify({
      grownKilobytes: Math.max(0, Math.round(((await collected()) - heap) / 1024)),
      sameMemories: await used() === memories,
      resets: (await board.stats()).reduce((sum, core) => sum + core.resets, 0),
      listeners: getEventListeners(controller.signal, 'abort').length,
    }));
    board.close();
  `;
  const left = run(program) as { grownKilobytes: number };
  expect(left).toMatchObject({ sameMemories: true, resets: 0, listeners: 0 });
  // A call that kept anything would keep 80 000 times 16 bytes or more.
  expect(left.grownKilobytes).toBeLessThan(1024);
});

test('board memory, modules and boards that are given back, in turns', () => {
  const program = `
    async function round(i) {
      const other = await board.load(url);
      const a = await board.core(i % 16).alloc(Int32Array, 500);
      const b = await board.alloc(Int32Array, 100_000);
      await Promise.all([other.fill(1, a), other.everywhere.sum(split(b))]);
      await a.copyTo(b);
      a.free();
      if (i % 3 > 0) b.free();
      if (i % 2 === 0) await board.core(i % 16).reset();
      await board.unload(i % 2 === 0 ? other : await board.reload(other));
      const third = await open('emu:e16g301');
      if (i % 2 === 0) third.close();
    }
    const memories = await used();
    for (let i = 0; i < 6; i++) await round(i);
    const heap = await collected();
    for (let i = 0; i < 24; i++) await round(i);
    const grown = (await collected()) - heap;
    for (let i = 0; i < 100 && await used() !== memories; i++) await collected();
    console.log(JSON.stringify({ sameMemories: await used() === memories, grownMegabytes: Math.round(grown / 2 ** 20) }));
  `;
  const left = run(program) as { grownMegabytes: number };
  expect(left).toMatchObject({ sameMemories: true });
  // One board is more than that.
  expect(left.grownMegabytes).toBeLessThan(10);
});
