/** Cores of an emulated board with each other: peers, barriers, locks, and what happens when one fails. */
import type { Board, Kernels } from 'shoal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBoard } from '../../boards/registry.ts';
import { emulations, isWatched, openBoard } from '../support/boards/open-board.ts';

type Module = typeof import('./kernels/neighbour-kernels.ts');
const FILE = new URL('./kernels/neighbour-kernels.ts', import.meta.url);

interface Failure extends Error {
  readonly code?: string;
  readonly hint?: string;
  readonly core?: unknown;
  readonly details?: { readonly waiting?: string; readonly report?: string };
}

async function failure(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error) => error,
  );
}

const KINDS = [
  { name: 'parallella-16', engine: 'generated', quantum: 2048 },
  { name: 'parallella-16', engine: 'interpreted', quantum: 17 },
  { name: 'parallella-64', engine: 'generated', quantum: 2048 },
  { name: 'parallella-64', engine: 'interpreted', quantum: 333 },
] as const;

describe.each(emulations(KINDS))('$name, $engine, $quantum instructions in turn', ({ name, engine, quantum }) => {
  const description = findBoard(name);
  const { rows, columns } = description;
  const count = rows * columns;
  const all = Array.from({ length: count }, (_, index) => index);
  const indexAt = (row: number, column: number): number =>
    row < 0 || row >= rows || column < 0 || column >= columns ? -1 : row * columns + column;
  const wrappedAt = (row: number, column: number): number =>
    indexAt((row + 7 * rows) % rows, (column + 7 * columns) % columns);
  let board: Board;
  let k: Kernels<Module>;

  beforeAll(async () => {
    board = await openBoard(name, {}, { engine, quantum });
    k = await board.load<Module>(FILE);
  }, 60_000);

  afterAll(() => board.close());

  test.each([
    ['north', (r: number, c: number) => indexAt(r - 1, c)],
    ['south', (r: number, c: number) => indexAt(r + 1, c)],
    ['east', (r: number, c: number) => indexAt(r, c + 1)],
    ['west', (r: number, c: number) => indexAt(r, c - 1)],
    ['neighbour', (r: number, c: number) => indexAt(r + 1, c + 1)],
    ['wrapped back', (r: number, c: number) => wrappedAt(r - 1, c - 1)],
    ['wrapped far', (r: number, c: number) => wrappedAt(r + 1, c)],
    ['by index', (r: number, c: number) => count - 1 - indexAt(r, c)],
    ['by row and column', (_: number, c: number) => indexAt(c % columns, 0)],
  ] as const)('peers: %s', async (_what, expected) => {
    const which = ['north', 'south', 'east', 'west', 'neighbour', 'wrapped back', 'wrapped far', 'by index'].indexOf(
      _what,
    );
    const found = await k.everywhere.around(which < 0 ? 8 : which);
    expect(found).toEqual(all.map((index) => expected(Math.floor(index / columns), index % columns)));
  });

  test('there is nothing beyond the board', async () => {
    expect(await k.everywhere.outside()).toEqual(all.map(() => true));
  });

  test('every core writes to every core', async () => {
    const byte = (from: number, to: number): number => (9 + from * 3 + to) & 255;
    const sum = (to: number): number => all.reduce((total, from) => (Math.imul(total, 31) + byte(from, to)) >>> 0, 0);
    expect(await k.everywhere.everyByte(9)).toEqual(all.map(sum));
  });

  test('what passes from core to core, barrier by barrier, more often than rounds are counted', async () => {
    const rounds = engine === 'generated' && count === 16 ? 300 : 20;
    const start = (index: number): number =>
      wrappedAt(Math.floor(index / columns), (index % columns) - (rounds % columns));
    expect(await k.everywhere.ring(rounds)).toEqual(all.map((index) => start(index) + rounds));
  });

  test('elements of all sizes', async () => {
    const from = (index: number): number => wrappedAt(Math.floor(index / columns) - 1, index % columns);
    const sum = (core: number): number => core * 2 + 1 + (-1 - core) * 1000 + ((250 + core) & 255) * 1_000_000;
    expect(await k.everywhere.kinds()).toEqual(all.map((index) => sum(from(index))));
  });

  test('what one core has written into a second one, a third one reads', async () => {
    const writer = (index: number): number => wrappedAt(Math.floor(index / columns) + 1, (index % columns) + 1);
    expect(await k.everywhere.third(1000)).toEqual(all.map((index) => 1000 + writer(index)));
  });

  test('parts of one array move over each other, seen as its own and as a view of a peer', async () => {
    const shifted = [12123456, 12123456, 45678678, 45678678, 11234567, 12123456, 89845678];
    for (const [how, digits] of shifted.entries()) {
      expect(await k.everywhere.overlap(how)).toEqual(all.map(() => digits));
    }
  });

  test('a lock lets one core at a time pass', async () => {
    expect(await k.everywhere.count(5)).toEqual(all.map(() => count * 5 * 10_001));
  });

  test('the index of a view is checked', async () => {
    const error = await failure(k.at(1).beyond(5));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain('other.view(shorts)[index] with index=5, length 5 at neighbour-kernels.ts');
  });

  test('calls do not get in the way of each other', async () => {
    const [first, second, third] = await Promise.all([
      k.everywhere.ring(3),
      k.everywhere.count(2),
      k.everywhere.ring(4),
    ]);
    expect(second).toEqual(all.map(() => count * 2 * 10_001));
    expect([first.length, third.length]).toEqual([count, count]);
  });

  test('a core that traps ends the calls that wait for it; the next call finds everything in order', async () => {
    const error = await failure(k.everywhere.trapsBefore(5));
    expect(error.message).toMatch(/before the barrier at neighbour-kernels\.ts:\d+:\d+ \(core \d,\d\)/);
    expect(await k.everywhere.count(1)).toEqual(all.map(() => count * 10_001));
  });

  test.runIf(isWatched()).each([0, 3])(
    'a barrier that core %d leaves out is a deadlock that says who waits where',
    async (core) => {
      const error = await failure(k.everywhere.leavesOut(core));
      expect(error.code).toBe('CALL_DEADLOCK');
      expect(error.message).toMatch(/leavesOut waits on core .* at barrier\(\) at neighbour-kernels\.ts:\d+:3/);
      expect(error.hint).toContain(`without a call: core 0,${core}`);
      expect(error.hint?.match(/waits at barrier\(\) .*: cores (.*)/)?.[1]?.split(' ')).toHaveLength(count - 1);
      expect(await k.everywhere.third(1)).toHaveLength(count);
    },
  );

  test.runIf(isWatched())('a call of one core does not wait for ever for the others', async () => {
    const error = await failure(k.ring(1));
    expect(error.code).toBe('CALL_DEADLOCK');
    expect(await k.everywhere.third(1)).toHaveLength(count);
  });

  test('a lock is free when the core that held it has failed', async () => {
    const error = await failure(k.everywhere.keepsLock(2));
    expect(error.message).toContain('with the lock');
    expect(await k.everywhere.count(1)).toEqual(all.map(() => count * 10_001));
  });

  test('a deadline says who works and who waits', async () => {
    const error = await failure(k.with({ timeoutMs: 150 }).everywhere.neverComes(1));
    expect(error.code).toBe('CALL_TIMEOUT');
    expect(error.details?.waiting).toMatch(/neverComes runs: core 0,1$/m);
    expect(error.details?.waiting).toMatch(/waits at barrier\(\) at neighbour-kernels\.ts:\d+:3: cores 0,0 0,2/);
    expect(await k.everywhere.third(1)).toHaveLength(count);
  });

  test('an abort ends the calls of all cores', async () => {
    const controller = new AbortController();
    const call = k.with({ signal: controller.signal }).everywhere.neverComes(1);
    const next = k.everywhere.third(1);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    expect((await failure(call)).message).toBe('enough');
    expect(await next).toHaveLength(count);
  });

  test('an abort while another call runs', async () => {
    const controller = new AbortController();
    const running = k.everywhere.ring(10);
    const waiting = k.with({ signal: controller.signal }).everywhere.ring(1);
    controller.abort(new Error('not any more'));
    expect((await failure(waiting)).message).toBe('not any more');
    expect(await running).toHaveLength(count);
  });
});

test('a module is loaded and unloaded between such calls, not within', async () => {
  const board = await openBoard('parallella-16');
  const k = await board.load<Module>(FILE);
  const [ring, other] = await Promise.all([k.everywhere.ring(10), board.load<Module>(FILE), k.everywhere.ring(2)]);
  expect(ring).toHaveLength(16);
  // Each module has barriers, locks and arrays of its own.
  const [a, b] = await Promise.all([k.everywhere.count(2), other.everywhere.count(3)]);
  expect([a[0], b[0]]).toEqual([16 * 2 * 10_001, 16 * 3 * 10_001]);
  const late = failure(Promise.all([board.unload(k), k.everywhere.ring(2)]));
  expect((await late).code).toBe('KERNEL_NOT_FOUND');
  expect(await other.everywhere.third(1)).toHaveLength(16);
  board.close();
});

test('close in mid-barrier', async () => {
  const board = await openBoard('parallella-16');
  const k = await board.load<Module>(FILE);
  const running = k.everywhere.neverComes(1);
  const waiting = k.everywhere.ring(1);
  setTimeout(() => board.close(), 20);
  expect((await failure(running)).code).toBe('CALL_CANCELLED');
  expect((await failure(waiting)).code).toBe('BOARD_CLOSED');
});
