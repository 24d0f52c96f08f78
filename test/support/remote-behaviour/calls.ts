/** Members, classes, iteration, pipelining, order. */
import { get, has, keys, type Remote, set } from 'shoal/protocol';
import { expect } from 'vitest';
import { type BehaviourTest, failure, NEEDS_AWAIT } from './behaviour-test.ts';
import { type Journal, Point } from './exports.ts';

export function callsBehave(check: BehaviourTest): void {
  check('a chain of calls works without waiting in between', async ({ far }) => {
    expect(await far('fs').open('hello.txt').read()).toBe('hello, world');
  });

  check('methods, getters and setters', async ({ far }) => {
    const shared = await far('geometry').shared();
    expect(await shared.x).toBe(3);
    expect(await shared.length).toBe(5);
    await set(shared, 'length', 10);
    expect([await shared.x, await shared.y]).toEqual([6, 8]);
    Reflect.set(shared, 'x', 1);
    expect(await get(shared, 'x')).toBe(1);
    expect(await shared.toString()).toBe('(1, 8)');
  });

  check(
    'what a Remote is, is told without a question',
    async ({ far }) => {
      const shared = await far('geometry').shared();
      expect(String(shared)).toBe('[remote Point]');
      expect(Object.prototype.toString.call(shared)).toBe('[object Remote]');
    },
    NEEDS_AWAIT,
  );

  check('classes: new, statics, instanceof', async ({ far }) => {
    const { Point: FarPoint } = far('geometry');
    const point = await new FarPoint(5, 12);
    expect(await point.length).toBe(13);
    expect(point).toBeInstanceOf(Point);
    expect(await FarPoint.origin().length).toBe(0);
    expect(typeof point).toBe('object');
    expect(typeof (await FarPoint)).toBe('function');
  });

  check('fields of fields', async ({ far }) => {
    const values = far('values');
    expect(await values.config.nested.deep).toBe('value');
    expect(await values.config).toEqual({ speed: 115_200, nested: { deep: 'value' } });
    expect(await get(values, 'nothing')).toBeUndefined();
  });

  check('members: in and keys', async ({ far }) => {
    const shared = await far('geometry').shared();
    expect(await has(shared, 'plus')).toBe(true);
    expect(await has(shared, 'z')).toBe(false);
    expect(await keys(shared)).toEqual(['x', 'y']);
  });

  check(
    'syntax that cannot wait says what to write',
    async ({ far }) => {
      const shared = await far('geometry').shared();
      expect(() => 'x' in shared).toThrow(expect.objectContaining({ code: 'REMOTE_NEEDS_AWAIT' }));
      expect(() => Object.keys(shared)).toThrow(expect.objectContaining({ code: 'REMOTE_NEEDS_AWAIT' }));
      expect(() => ({ ...shared })).toThrow(expect.objectContaining({ code: 'REMOTE_NEEDS_AWAIT' }));
      const remote = await far('values').count(3);
      expect(() => [...(remote as unknown as Iterable<number>)]).toThrow(
        expect.objectContaining({ code: 'REMOTE_NEEDS_AWAIT' }),
      );
    },
    NEEDS_AWAIT,
  );

  check('iteration: collections, generators, async generators', async ({ far }) => {
    const values = far('values');
    const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
      const all: T[] = [];
      for await (const item of items) all.push(item);
      return all;
    };
    expect(await collect(values.iterable)).toEqual(['a', 'b', 'c']);
    expect(await collect(values.count(5))).toEqual([1, 2, 3, 4, 5]);
    expect(await collect(values.countLater(3))).toEqual([1, 2, 3]);
    expect(await collect(values.mutable)).toEqual([1, 2, 3]);
    const some: number[] = [];
    for await (const value of values.count(1_000_000)) {
      some.push(value);
      if (value === 2) break;
    }
    expect(some).toEqual([1, 2]);
    expect((await failure(() => collect(far('fs') as unknown as AsyncIterable<unknown>))).message).toMatch(
      /not (async )?iterable/,
    );
  });

  check('results that are still to come are arguments', async ({ far }) => {
    const geometry = far('geometry');
    const first = new geometry.Point(1, 2);
    const second = new geometry.Point(3, 4);
    expect(await first.plus(second).plus(geometry.shared()).x).toBe(7);
    expect(await geometry.sum([first, await second] as unknown as Point[]).y).toBe(6);
    expect(await far('values').echo(first.x)).toBe(1);
    expect(await far('later')(far('later')('a', 9), 2)).toBe('a');
  });

  check(
    'what is done with a result fails as the result does',
    async ({ far }) => {
      const failed = far('fs').open('nothing');
      expect(await failure(() => far('values').echo(failed))).toMatchObject({ code: 'ENOENT' });
      expect(await failure(() => failed.read())).toMatchObject({ code: 'ENOENT' });
    },
    NEEDS_AWAIT,
  );

  check('data that is still to come is worked on as a copy', async ({ far }) => {
    const list = far('values').list();
    expect(await list.push(4)).toBe(4);
    expect(await list.length).toBeGreaterThanOrEqual(3);
    expect(await far('values').list()).toEqual([1, 2, 3]);
    const large = far('values').large(5000);
    expect(await large.length).toBe(5000);
    expect(await far('values').echo(large)).toHaveLength(5000);
  });

  check('calls on one object begin in order, also through promises and with promises as arguments', async ({ far }) => {
    const later = (entry: string, turns: number): Promise<string> => far('later')(entry, turns) as Promise<string>;
    const promise = far('laterJournal')();
    const calls: PromiseLike<unknown>[] = [promise.add('1'), promise.add(later('2', 20)), promise.add('3')];
    const journal: Remote<Journal> = await promise;
    calls.push(journal.add('4'), journal.add(later('5', 5)), promise.add('6'), journal.add('7'));
    await Promise.all(calls);
    expect(await journal.entries).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  check('what is missing says so', async ({ far, near }) => {
    expect(await failure(() => (far('fs') as unknown as { opn(): Promise<void> }).opn())).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('opn is not a function'),
    });
    const error = await failure(() => near.import('fz'));
    expect(error).toMatchObject({ code: 'EXPORT_NOT_FOUND', hint: expect.stringContaining('exports fs, ') });
  });

  check(
    'local promises are arguments and results',
    async ({ far }) => {
      const journal = await far('journal')();
      expect(await journal.addLater(Promise.resolve('entry'))).toBe(1);
      expect(await journal.entries).toEqual(['entry']);
      const refused = await failure(() => journal.addLater(Promise.reject<string>(new RangeError('no'))));
      expect(refused).toBeInstanceOf(RangeError);
    },
    NEEDS_AWAIT,
  );
}
