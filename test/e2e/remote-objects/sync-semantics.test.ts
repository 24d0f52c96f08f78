/** What is particular to objects that are used without `await`: syntax, callbacks, deadlines, boards that die. */
import { openSync, type Sync, type SyncBoard } from 'shoal';
import { copy, isRemote, release, withOptions } from 'shoal/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Far, KNOWN_CLASSES, Point } from '../../support/remote-behaviour/exports.ts';
import type { syncExports } from '../../support/sync/far-process.ts';
import { FarSide } from '../../support/sync/far-side.ts';

type Exports = Sync<Far & typeof syncExports>;

let far: FarSide;
let board: SyncBoard;

beforeEach(async () => {
  far = await FarSide.start();
  board = openSync(far.selector, { classes: KNOWN_CLASSES, abandonMs: 1500 });
});
afterEach(async () => {
  board.close();
  await far.stop();
});

function remote<K extends string & keyof Exports>(name: K): Exports[K] {
  return board.control.import(name) as Exports[K];
}

/** What is thrown, and how long that took. */
function failure(operation: () => unknown): {
  readonly error: Error & { readonly code?: string };
  readonly ms: number;
} {
  const start = performance.now();
  try {
    operation();
  } catch (error) {
    return { error: error as Error, ms: performance.now() - start };
  }
  throw new Error('it did not throw');
}

describe('syntax means what it means for an object of this side', () => {
  test('fields: read, set, asked for, listed, spread, taken apart', () => {
    const shared = remote('geometry').shared();
    expect(shared.x + shared.y).toBe(7);
    expect(shared.length).toBe(5);
    shared.length = 10;
    expect({ ...shared }).toEqual({ x: 6, y: 8 });
    const { x, ...rest } = shared;
    expect([x, rest]).toEqual([6, { y: 8 }]);
    expect(['x' in shared, 'plus' in shared, 'z' in shared, 'toString' in shared]).toEqual([true, true, false, true]);
    expect([Object.hasOwn(shared, 'x'), Object.hasOwn(shared, 'plus')]).toEqual([true, false]);
    expect(Object.entries(shared)).toEqual([
      ['x', 6],
      ['y', 8],
    ]);
    expect(JSON.stringify({ shared })).toBe('{"shared":{"x":6,"y":8}}');
    expect(Object.assign(shared, { x: 0 })).toBe(shared);
    expect(shared.x).toBe(0);
    expect(Object.hasOwn(shared, 'w')).toBe(false);
  });

  test('classes and text', () => {
    const { Point: FarPoint, shared } = remote('geometry');
    const point = new FarPoint(1, 2);
    expect(point).toBeInstanceOf(Point);
    expect(point.constructor).toBe(Point);
    expect(`${point} and ${FarPoint.origin()}`).toBe('(1, 2) and (0, 0)');
    expect(point.plus(new FarPoint(1, 1)).x).toBe(2);
    expect(point.plus).toBe(shared().plus);
    expect(typeof point.plus).toBe('function');
    expect(String(remote('values').config)).toBe('[object Object]');
    expect(() => Reflect.deleteProperty(point, 'x')).toThrow(expect.objectContaining({ code: 'REMOTE_REFUSED' }));
  });

  test('the source of a function and what makes functions are those of this side', () => {
    const { open } = remote('fs');
    expect(open.toString()).toBe('function () { [native code] }');
    expect((open as unknown as { constructor: unknown }).constructor).toBe(Function);
    expect(open.call(undefined, 'hello.txt').read()).toBe('hello, world');
    expect(open.bind(null, 'hello.txt')().read()).toBe('hello, world');
  });

  test('iteration', () => {
    const values = remote('values');
    expect([...values.iterable]).toEqual(['a', 'b', 'c']);
    expect(Array.from(values.count(4))).toEqual([1, 2, 3, 4]);
    expect([...values.countLater(3)]).toEqual([1, 2, 3]);
    expect([...values.numbers(5)]).toEqual([0, 1, 2, 3, 4]);
    for (const value of values.count(1_000_000)) if (value === 3) break;
    expect(() => [...(values.config as unknown as Iterable<unknown>)]).toThrow(TypeError);
    const [first, second] = values.count(9);
    expect([first, second]).toEqual([1, 2]);
  });

  test('arrays that stay there', async () => {
    remote('journal');
    board.close();
    await far.tell({ kind: 'options', options: { passing: 'by-reference' } });
    board = openSync(far.selector, { classes: KNOWN_CLASSES });
    const list = remote('values').list();
    expect([isRemote(list), Array.isArray(list), list.length]).toEqual([true, true, 3]);
    expect(list.map((item) => item * 2).join()).toBe('2,4,6');
    expect(list.sort((a, b) => b - a)).toBe(list);
    expect(JSON.stringify(list)).toBe('[3,2,1]');
    expect(list.push(4)).toBe(4);
    expect([...list]).toEqual([3, 2, 1, 4]);
    list.length = 2;
    expect(remote('values').list()).toHaveLength(2);
    expect(remote('values').list()).toBe(list);
  });

  test('what is passed stays here, unless it says otherwise', () => {
    const { typeOf, echo } = remote('values');
    const data = { a: 1 };
    expect(typeOf(data)).toBe('[object Remote]');
    expect(typeOf(copy(data))).toBe('[object Object]');
    expect(echo(data)).toBe(data);
  });
});

describe('errors', () => {
  test('are thrown at the call, with class, fields and the stacks of both sides', () => {
    const { error } = failure(function hereItWasCalled() {
      remote('errors').disk();
    });
    expect(error).toBeInstanceOf(KNOWN_CLASSES.DiskError);
    expect(error).toMatchObject({ message: 'bad sector', sector: 17 });
    const [there, here] = (error.stack ?? '').split('-- called from the other side of a link --');
    expect(there).toContain('Object.disk');
    expect(here).toContain('hereItWasCalled');
  });

  test('what is not there', () => {
    const { error } = failure(() => board.control.import('fz'));
    expect(error).toMatchObject({ code: 'EXPORT_NOT_FOUND', hint: expect.stringContaining('fs') });
    expect(() => (remote('fs') as unknown as { opn(): void }).opn()).toThrow(/opn is not a function/);
  });
});

describe('callbacks', () => {
  test('run in this thread while it waits, and nest', () => {
    const seen: number[] = [];
    const { down } = remote('nesting');
    const up = (depth: number): number => {
      seen.push(depth);
      return depth === 0 ? 0 : 1 + down(depth - 1, up);
    };
    expect(down(40, up)).toBe(40);
    expect(seen).toHaveLength(20);
  });

  test('a callback that throws throws the same for whoever called', () => {
    const { error } = failure(() =>
      remote('callbacks').call(() => {
        throw new RangeError('from here');
      }),
    );
    expect(error.message).toBe('from here');
    expect(error).toBeInstanceOf(RangeError);
  });

  test('promises are refused while the thread waits, and work while it does not', async () => {
    const { call } = remote('callbacks');
    expect(failure(() => call(async () => 'later')).error).toMatchObject({ code: 'SYNC_ASYNC_CALLBACK' });
    expect(failure(() => remote('later')(Promise.resolve(1), 0)).error).toMatchObject({ code: 'SYNC_ASYNC_CALLBACK' });
    expect(call(() => 'still well')).toBe('still well');
    const value = await new Promise((resolve) => {
      remote('soon')(async (given) => {
        await null;
        resolve(given);
      });
    });
    expect(value).toBe(7);
  });
});

describe('deadlines', () => {
  test('of a call, and of all calls of an object', () => {
    const { error, ms } = failure(() => withOptions(remote('jobs'), { timeoutMs: 100 }).forever());
    expect(error).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeoutMs: 100 } });
    expect(ms).toBeGreaterThanOrEqual(99);
    expect(remote('jobs').wasCancelled()).toBe(true);
    expect(board.control.counts.calling).toBe(0);
  });

  test('end a board that never stops to call back', () => {
    let calls = 0;
    const flood = withOptions(remote('flood'), { timeoutMs: 200 });
    expect(failure(() => flood(() => calls++)).error).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(calls).toBeGreaterThan(0);
  });

  test('the outer one holds for what is inside', () => {
    const { call } = remote('callbacks');
    const { forever } = withOptions(remote('jobs'), { timeoutMs: 2500 });
    const inner: unknown[] = [];
    const { error } = failure(() =>
      withOptions(remote('callbacks'), { timeoutMs: 2000 }).call(() => {
        inner.push(failure(() => forever()).error.code);
        return call(() => 1);
      }),
    );
    expect(error).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeoutMs: 2000 } });
    expect(inner).toEqual(['CALL_TIMEOUT']);
  });

  test('there is always one, and no signal', () => {
    for (const timeoutMs of [Infinity, 0, -1, Number.NaN, 2 ** 31]) {
      expect(failure(() => openSync(far.selector, { timeoutMs })).error).toMatchObject({ code: 'CALL_ARGUMENT' });
      expect(failure(() => board.control.import('fs', { timeoutMs })).error).toMatchObject({ code: 'CALL_ARGUMENT' });
      expect(failure(() => withOptions(remote('jobs'), { timeoutMs })).error).toMatchObject({ code: 'CALL_ARGUMENT' });
    }
    const { signal } = new AbortController();
    expect(failure(() => withOptions(remote('jobs'), { signal })).error).toMatchObject({ code: 'CALL_ARGUMENT' });
  });
});

describe('a board that dies', () => {
  test('in mid-call: the call waits for it as long as it was told to, and says that it is gone', () => {
    const { error, ms } = failure(() => remote('ending')());
    expect(error.message).toMatch(/gone for 1500 ms/);
    expect(error).toMatchObject({ code: 'LINK_CLOSED', cause: expect.objectContaining({ code: 'LINK_LOST' }) });
    expect(ms).toBeLessThan(10_000);
    expect(failure(() => remote('fs')).error).toMatchObject({ code: 'LINK_CLOSED' });
    expect(board.control.isClosed).toBe(true);
  });

  test('that stands still: the deadline ends the call', () => {
    const { down } = remote('nesting');
    process.kill(far.process.pid ?? 0, 'SIGSTOP');
    const { error, ms } = failure(() => withOptions(down, { timeoutMs: 300 })(1, (depth) => depth));
    expect(error).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(ms).toBeLessThan(5000);
    process.kill(far.process.pid ?? 0, 'SIGCONT');
    expect(down(1, () => 4)).toBe(5);
  });

  test('that is started anew: old references are void, new ones work, and listeners are told', async () => {
    remote('fs');
    board.close();
    board = openSync(far.selector, { classes: KNOWN_CLASSES });
    const events: string[] = [];
    for (const event of ['interrupted', 'reset'] as const) board.control.on(event, () => events.push(event));
    const point = remote('geometry').shared();
    await far.restart();
    expect(failure(() => point.x).error).toMatchObject({ code: 'STALE_REFERENCE' });
    expect(remote('geometry').shared().x).toBe(3);
    expect(events).toEqual(['interrupted', 'reset']);
  });

  test('that is not there: openSync throws', () => {
    expect(failure(() => openSync('unix:/none/here')).error).toMatchObject({ code: 'LINK_UNAVAILABLE' });
    expect(failure(() => openSync('tcp://127.0.0.1:1')).error).toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('emulate --tcp'),
    });
    expect(failure(() => openSync('emu:parallela-16')).error).toMatchObject({ code: 'BOARD_UNKNOWN' });
    expect(failure(() => openSync('nonsense')).error).toMatchObject({ code: 'SELECTOR_INVALID' });
  });
});

describe('release', () => {
  test('a scope gives back in the middle of a job what the garbage collector could not', async () => {
    const { Point: FarPoint } = remote('geometry');
    release(new FarPoint(0, 0));
    const before = board.control.counts.imported;
    for (let round = 0; round < 10; round++) {
      using scope = board.control.scope();
      const geometry = scope.import<Far['geometry']>('geometry');
      for (let index = 0; index < 100; index++) new geometry.Point(index, 0);
      expect(board.control.counts.imported).toBeGreaterThan(before + 90);
    }
    expect(board.control.counts.imported).toBeLessThanOrEqual(before + 2);
  });

  test('`using` lets an object dispose itself and releases it', () => {
    const file = remote('fs').open('hello.txt');
    {
      using again = file;
      expect(again.read()).toBe('hello, world');
    }
    expect(failure(() => file.read()).error).toMatchObject({ code: 'REFERENCE_RELEASED' });
  });

  test('after close everything fails at once', () => {
    const fs = remote('fs');
    board.close();
    board.close();
    expect(failure(() => fs.open('hello.txt')).error).toMatchObject({ code: 'LINK_CLOSED' });
  });
});
