/** `hostCores`: the same kernels on threads of Node, compared with the board bit for bit, and what goes wrong there. */
import { type Board, type Kernels, open, split } from 'shoal';
import { type HostCores, type HostKernels, hostCores } from 'shoal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Module = typeof import('./kernels/neighbour-kernels.ts');
type Others = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/neighbour-kernels.ts', import.meta.url);
const OTHERS = new URL('./kernels/host-kernels.ts', import.meta.url);

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; core?: unknown; hint?: string }> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error) => error,
  );
}

let board: Board;
let cores: HostCores;
let onBoard: Kernels<Module>;
let onHost: HostKernels<Module>;
let others: HostKernels<Others>;

beforeAll(async () => {
  board = await open('emu:parallella-16');
  cores = await hostCores(16);
  onBoard = await board.load<Module>(FILE);
  onHost = await cores.load<Module>(FILE);
  others = await cores.load<Others>(OTHERS);
}, 60_000);

afterAll(async () => {
  board.close();
  await cores.close();
});

describe('the same as on the board', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('around %d', async (which) => {
    expect(await onHost.everywhere.around(which)).toEqual(await onBoard.everywhere.around(which));
  });

  test('outside, everyByte, ring, kinds, third, count', async () => {
    expect(await onHost.everywhere.outside()).toEqual(await onBoard.everywhere.outside());
    expect(await onHost.everywhere.everyByte(77)).toEqual(await onBoard.everywhere.everyByte(77));
    expect(await onHost.everywhere.ring(9)).toEqual(await onBoard.everywhere.ring(9));
    expect(await onHost.everywhere.kinds()).toEqual(await onBoard.everywhere.kinds());
    for (let how = 0; how < 7; how++) {
      expect(await onHost.everywhere.overlap(how)).toEqual(await onBoard.everywhere.overlap(how));
    }
    expect(await onHost.everywhere.third(-5)).toEqual(await onBoard.everywhere.third(-5));
    expect(await onHost.everywhere.count(20)).toEqual(await onBoard.everywhere.count(20));
  });

  test('cores that have just been made write to each other at once', async () => {
    const expected = await onBoard.everywhere.ring(9);
    for (let round = 0; round < 4; round++) {
      const fresh = await hostCores(16);
      const kernels = await fresh.load<Module>(FILE);
      expect(await kernels.everywhere.ring(9)).toEqual(expected);
      await fresh.close();
    }
  });

  test('errors of kernels', async () => {
    const [here, there] = [await failure(onHost.at(2).beyond(5)), await failure(onBoard.at(2).beyond(5))];
    expect(here).toBeInstanceOf(RangeError);
    expect([here.code, here.core]).toEqual([there.code, there.core]);
    expect(there.message.startsWith(here.message.replace(/ \(core 0,2\)$/, ''))).toBe(true);
  });

  test.each([0, 3])('a barrier that core %d leaves out', async (core) => {
    const [here, there] = [
      await failure(onHost.everywhere.leavesOut(core)),
      await failure(onBoard.everywhere.leavesOut(core)),
    ];
    expect([here.code, here.message, here.hint]).toEqual([there.code, there.message, there.hint]);
  });
});

describe('calls', () => {
  test('arrays are copied at the call, and filled when it ends', async () => {
    const x = Float32Array.of(1, 2, 3);
    const y = Float32Array.of(10, 20, 30);
    const call = others.saxpy(2, x, y);
    x.fill(0);
    await call;
    expect([...y]).toEqual([12, 24, 36]);
  });

  test('everywhere: split arrays, whole arrays that would be written', async () => {
    const x = new Float32Array(40).fill(2);
    const y = new Float32Array(40).fill(1);
    await others.everywhere.saxpy(3, split(x), split(y));
    expect([...y]).toEqual(Array(40).fill(7));
    expect((await failure(others.everywhere.saxpy(3, x, y))).code).toBe('CALL_ARGUMENT');
  });

  test('wrong arguments, wrong cores, wrong options', async () => {
    expect((await failure(others.saxpy('2' as never, new Float32Array(1), new Float32Array(1)))).message).toMatch(
      /^saxpy takes a number for a, not '2'/,
    );
    expect(() => others.at(16)).toThrow('there is no core 16');
    expect(() => others.with({ timeoutMs: -1 })).toThrow('timeoutMs');
    expect((await failure(hostCores(0))).code).toBe('CALL_ARGUMENT');
    expect((await failure(hostCores({ rows: 9, columns: 8 }))).code).toBe('CALL_ARGUMENT');
    expect((await failure(cores.load('nowhere.ts'))).code).toBe('FILE_NOT_FOUND');
  });

  test('a core that traps ends the calls that wait for it', async () => {
    expect((await failure(onHost.everywhere.trapsBefore(5))).message).toBe('before the barrier (core 1,1)');
    expect((await failure(onHost.everywhere.keepsLock(2))).message).toBe('with the lock (core 0,2)');
    expect((await onHost.everywhere.count(1))[0]).toBe(16 * 10_001);
  });

  test('deadlines and aborts end what runs, and nothing else', async () => {
    await onHost.everywhere.third(1); // all threads have started
    const late = await failure(onHost.with({ timeoutMs: 100 }).everywhere.neverComes(1));
    expect(late.code).toBe('CALL_TIMEOUT');
    expect(late.hint).toMatch(/neverComes runs: core 0,1$/m);
    const controller = new AbortController();
    const call = onHost.with({ signal: controller.signal }).everywhere.neverComes(1);
    const next = onHost.everywhere.third(3);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    expect((await failure(call)).message).toBe('enough');
    expect(await next).toHaveLength(16);
  });
});

test('rows and columns', async () => {
  await using other = await hostCores({ rows: 2, columns: 3 });
  const k = await other.load<Module>(FILE);
  expect(await k.everywhere.around(1)).toEqual([3, 4, 5, -1, -1, -1]);
  expect(await k.everywhere.around(5)).toEqual([5, 3, 4, 2, 0, 1]);
  await using one = await hostCores(1);
  expect(await (await one.load<Module>(FILE)).everywhere.around(2)).toEqual([-1]);
  const shapes = await Promise.all([8, 7, 12].map((count) => hostCores(count)));
  expect(shapes.map(({ rows, columns }) => [rows, columns])).toEqual([
    [2, 4],
    [1, 7],
    [3, 4],
  ]);
  await Promise.all(shapes.map((shape) => shape.close()));
});

test('close in mid-barrier leaves no thread', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
  const other = await hostCores(4);
  const k = await other.load<Module>(FILE);
  const call = failure(k.everywhere.neverComes(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = other.close();
  expect((await call).code).toBe('CALL_CANCELLED');
  await Promise.all([closing, other.close()]);
  expect((await failure(k.everywhere.third(1))).code).toBe('BOARD_CLOSED');
  expect((await failure(other.load(FILE))).code).toBe('BOARD_CLOSED');
  const after = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
  expect(after).toBeLessThanOrEqual(before);
});
