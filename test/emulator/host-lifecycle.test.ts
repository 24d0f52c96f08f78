/** Boards that are reset, closed, told to stop: what ends, what stays, who is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Board, BoardEvents, Kernels } from 'shoal';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openBoard } from '../support/boards/open-board.ts';

type Module = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/host-kernels.ts', import.meta.url);

let board: Board;
let k: Kernels<Module>;

beforeEach(async () => {
  board = await openBoard('parallella-16');
  k = await board.load<Module>(FILE);
});

afterEach(() => board.close());

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; cause?: unknown }> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

const resets = async (): Promise<number[]> => (await board.stats()).map((core) => core.resets);
const none = (): number[] => Array.from({ length: board.cores }, () => 0);

describe('reset', () => {
  test('of one core: its call rejects, what waits for it goes on, others do not notice', async () => {
    const events: unknown[] = [];
    board.on('coreReset', ({ coreIndex, core, reason }) => events.push([coreIndex, core, reason]));
    await k.at(5).count();
    await k.at(6).count();
    const stuck = failure(k.at(5).spin());
    const waiting = k.at(5).where();
    const other = k.at(6).work(10_000);
    expect(await k.at(7).where()).toBe(7016);
    await board.core(5).reset();
    const error = await stuck;
    expect(error).toMatchObject({ code: 'CORE_RESET', retryable: true });
    expect(error.message).toContain('core 1,1 was reset');
    expect(await waiting).toBe(5016);
    expect(await other).toEqual(expect.any(Number));
    expect([await k.at(5).count(), await k.at(6).count()]).toEqual([1, 2]);
    expect(await resets()).toEqual(none().map((_, i) => (i === 5 ? 1 : 0)));
    expect(events).toEqual([[5, [1, 1], error]]);
  });

  test('of the board: every call rejects, those that wait too; modules and arrays stay', async () => {
    const second = await board.load<Module>(FILE);
    using shared = await board.alloc(Int32Array, 100);
    using local = await board.core(3).alloc(Int32Array, 100);
    await Promise.all([k.fill(7, shared), k.fill(8, local), k.everywhere.count()]);
    const calls = Array.from({ length: 40 }, () => failure(k.spin()));
    calls.push(failure(k.at(2).where()));
    await board.reset();
    for (const call of calls) expect(await call).toMatchObject({ code: 'CORE_RESET' });
    expect(await resets()).toEqual(none().map(() => 1));
    expect(await k.everywhere.count()).toEqual(none().map(() => 1));
    expect(await second.at(4).where()).toBe(4016);
    expect([await k.sum(shared), await k.sum(local)]).toEqual([700, 800]);
    expect((await board.stats()).reduce((sum, core) => sum + core.resets, 0)).toBe(16);
  });

  test('a call that was answered but not read counts as answered; listeners may call at once', async () => {
    const fromListener: Promise<number>[] = [];
    board.on('coreReset', ({ coreIndex }) => fromListener.push(k.at(coreIndex).where()));
    await board.reset();
    expect(await Promise.all(fromListener)).toEqual(none().map((_, i) => 1000 * i + 16));
  });

  test('twice at once, while a module is loaded, and with work in flight', async () => {
    const work = Array.from({ length: 32 }, (_, i) => k.work(1000 * i).catch((error) => error.code));
    const [loaded] = await Promise.all([board.load<Module>(FILE), board.reset(), board.core(3).reset(), board.reset()]);
    expect(await loaded.everywhere.where()).toHaveLength(16);
    expect(await k.everywhere.count()).toEqual(none().map(() => 1));
    for (const outcome of await Promise.all(work)) expect([expect.any(Number), 'CORE_RESET']).toContainEqual(outcome);
  });
});

describe('close', () => {
  test('in mid-call, in mid-load, in mid-reset; twice; from a listener', async () => {
    const events: BoardEvents['close'][] = [];
    board.on('close', (event) => {
      events.push(event);
      board.close();
    });
    const pending = [k.spin(), board.load(FILE), board.unload(k), board.reset()].map(failure);
    await turn();
    board.close();
    board.close();
    await board[Symbol.asyncDispose]();
    for (const each of pending) {
      expect(['CALL_CANCELLED', 'BOARD_CLOSED', 'CORE_RESET']).toContain((await each).code);
    }
    expect(events).toEqual([{ reason: undefined }]);
    for (const late of [board.load(FILE), board.unload(k), board.reload(k), board.reset(), board.core(1).reset()]) {
      expect(await failure(late)).toMatchObject({ code: 'BOARD_CLOSED' });
    }
  });
});

describe('events', () => {
  test('a listener that throws is an uncaught exception and disturbs nobody', async () => {
    const uncaught = vi.fn();
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught);
    const seen: number[] = [];
    try {
      board.on('coreReset', () => {
        throw new Error('mine');
      });
      board.on('coreReset', ({ coreIndex }) => seen.push(coreIndex));
      await board.core(1).reset();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
    expect(seen).toEqual([1]);
    expect(uncaught).toHaveBeenCalledTimes(1);
    expect(await k.at(1).where()).toBe(1016);
  });

  test('each listening ends by itself', async () => {
    const seen: string[] = [];
    const listener = (): void => void seen.push('x');
    const [first, second] = [board.on('coreReset', listener), board.on('coreReset', listener)];
    await board.core(1).reset();
    first();
    first();
    await board.core(1).reset();
    second();
    await board.core(1).reset();
    expect(seen).toHaveLength(3);
  });

  test.each([
    ['reset', () => {}, "a board has no event 'reset'"],
    ['toString', () => {}, "a board has no event 'toString'"],
    [undefined, () => {}, 'a board has no event undefined'],
    ['close', null, 'the listener must be a function, not null'],
  ])('refused: %s, %s', (name, listener, message) => {
    const on = board.on.bind(board) as unknown as (...all: unknown[]) => void;
    expect(() => on(name, listener)).toThrow(
      expect.objectContaining({ code: 'CALL_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });
});

describe('a signal', () => {
  const aborted = { signal: AbortSignal.abort(new Error('enough')) };

  test('that has aborted stops everything before it begins', async () => {
    using array = await board.alloc(Int32Array, 10);
    using other = await board.alloc(Int32Array, 10);
    const before = await board.explain();
    const attempts = [
      () => openBoard('parallella-16', aborted),
      () => board.load(FILE, aborted),
      () => board.unload(k, aborted),
      () => board.reload(k, aborted),
      () => board.reset(aborted),
      () => board.core(2).reset(aborted),
      () => board.alloc(Int32Array, 10, aborted),
      () => board.core(2).alloc(Int32Array, 10, aborted),
      () => array.read(0, 10, aborted),
      () => array.write(Int32Array.of(1), 0, aborted),
      () => array.copyTo(other, aborted),
    ];
    for (const attempt of attempts) expect((await failure(attempt())).message).toBe('enough');
    expect((await board.explain()).memories).toEqual(before.memories);
    expect(await resets()).toEqual(none());
    expect(await array.read()).toEqual(new Int32Array(10));
    expect(await k.everywhere.where()).toHaveLength(16);
  });

  test('ends an open, a load and an unload that wait; the board goes on', async () => {
    const opening = new AbortController();
    const opened = failure(openBoard('parallella-64', opening));
    opening.abort(new Error('enough'));
    expect((await opened).message).toBe('enough');

    const stuck = failure(k.at(1).spin());
    const waiting = new AbortController();
    // The first waits for the call, the others for those before them.
    const next = board.load<Module>(FILE);
    const loads = [board.load(FILE, waiting), board.unload(k, waiting), board.reload(k, waiting)].map(failure);
    await new Promise((resolve) => setTimeout(resolve, 20));
    waiting.abort(new Error('no longer'));
    for (const load of loads) expect((await load).message).toBe('no longer');
    await board.core(1).reset();
    await stuck;
    expect(await (await next).at(1).where()).toBe(1016);

    const stuckAgain = failure(k.at(1).spin());
    const first = new AbortController();
    const load = failure(board.load(FILE, first));
    await turn();
    first.abort(new Error('no longer'));
    expect((await load).message).toBe('no longer');
    // Nothing is held back any more.
    expect(await k.at(2).where()).toBe(2016);
    await board.core(1).reset();
    expect(await stuckAgain).toMatchObject({ code: 'CORE_RESET' });
  });

  test('of a load does not end later calls', async () => {
    const controller = new AbortController();
    const loaded = await board.load<Module>(FILE, controller);
    controller.abort();
    expect(await loaded.where()).toEqual(expect.any(Number));
  });

  test.each([null, 5, { signal: 5 }, { signal: null }])('options that are none: %j', async (options) => {
    const wrong = options as unknown as undefined;
    using array = await board.alloc(Int32Array, 10);
    const failures = [
      openBoard('parallella-16', wrong),
      board.load(FILE, wrong),
      board.reset(wrong),
      board.unload(k, wrong),
      board.alloc(Int32Array, 1, wrong),
      array.read(0, 1, wrong),
    ].map(failure);
    for (const error of await Promise.all(failures)) expect(error).toMatchObject({ code: 'CALL_ARGUMENT' });
  });
});

describe('modules', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-modules-'));
    file = join(folder, 'counter.ts');
    write(1);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  interface Counter {
    next(): number;
  }

  function write(step: number, tableBytes = 16): void {
    writeFileSync(
      file,
      `'use kernel';
import type { i32 } from 'shoal/kernel';
let calls: i32 = 0;
const table = new Uint8Array(${tableBytes});
export function next(): i32 {
  table[0] = 1;
  calls += ${step} * table[0];
  return calls;
}
`,
    );
  }

  test('two side by side, loaded and unloaded in any order, keep their state and need no reset', async () => {
    const free = async (): Promise<number> =>
      (await board.explain()).memories.reduce((sum, each) => sum + each.usedBytes, 0);
    const before = await free();
    const a = await board.load<Counter>(file);
    write(10);
    const b = await board.load<Counter>(file);
    expect([await a.at(1).next(), await b.at(1).next(), await a.at(1).next()]).toEqual([1, 10, 2]);
    await board.unload(a);
    expect(await failure(a.at(1).next())).toMatchObject({ code: 'KERNEL_NOT_FOUND' });
    const c = await board.load<Counter>(file);
    expect([await b.at(1).next(), await c.at(1).next(), await k.at(1).where()]).toEqual([20, 10, 1016]);
    await board.unload(b.with({ timeoutMs: 5 }));
    await board.unload(c);
    expect(await free()).toBe(before);
    expect(await resets()).toEqual(none());
    for (const wrong of [a, b, {}, null, k.at(1)]) {
      expect(await failure(board.unload(wrong as object))).toMatchObject({ code: 'KERNEL_NOT_FOUND' });
    }
  });

  test('the same one after an edit: its state is new, that of others and arrays stay', async () => {
    const old = await board.load<Counter>(file);
    using array = await board.core(1).alloc(Int32Array, 10);
    await Promise.all([k.fill(3, array), k.at(1).count(), old.at(1).next()]);
    write(100);
    const edited = await board.reload(old);
    expect([await edited.at(1).next(), await edited.at(1).next()]).toEqual([100, 200]);
    expect(await failure(old.at(1).next())).toMatchObject({ code: 'KERNEL_NOT_FOUND' });
    expect(await k.at(1).count()).toBe(2);
    expect(await k.sum(array)).toBe(30);
    expect(await resets()).toEqual(none());
    // What has replaced one can be replaced.
    write(7);
    expect(await (await board.reload(edited)).next()).toBe(7);
    expect(await failure(board.reload(old))).toMatchObject({ code: 'KERNEL_NOT_FOUND' });
  });

  test.each([
    ['errors', () => writeFileSync(file, "'use kernel';\nexport const x: string = 5;\n"), 'COMPILE_FAILED'],
    ['no room', () => write(1, 30_000), 'MEMORY_OVERFLOW'],
    ['no room beside the others', () => write(1, 20_000), 'MEMORY_OVERFLOW'],
    ['no file', () => rmSync(file), 'FILE_NOT_FOUND'],
  ])('a reload that fails for %s leaves the old one with its state', async (_, edit, code) => {
    using low = await board.core(1).alloc(Uint8Array, 64);
    const old = await board.load<Counter>(file);
    using high = await board.core(1).alloc(Uint8Array, 8000);
    await old.at(1).next();
    // A gap below: the table of kernels may be laid there meanwhile.
    low.free();
    edit();
    expect(await failure(board.reload(old))).toMatchObject({ code });
    expect([await old.at(1).next(), await old.at(2).next()]).toEqual([2, 1]);
    expect(await k.at(1).where()).toBe(1016);
    expect(high.isFreed).toBe(false);
  });

  test('a load that does not fit leaves the others callable, wherever their table goes', async () => {
    const low = await board.core(1).alloc(Uint8Array, 400);
    write(1, 8000);
    const old = await board.load<Counter>(file);
    low.free();
    write(1, 20_000);
    expect(await failure(board.load(file))).toMatchObject({ code: 'MEMORY_OVERFLOW' });
    expect([await old.at(1).next(), await k.at(1).where()]).toEqual([1, 1016]);
  });
});
