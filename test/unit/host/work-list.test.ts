import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { ShoalError } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { runWorkList, type Values, type WorkList } from '../../../host/work-list/item-run.ts';

/** A work list of which each call answers its first value doubled, after as many turns as its second value says. */
function list(over: Partial<WorkList> & Pick<WorkList, 'items'>): WorkList {
  return {
    name: 'double',
    total: undefined,
    concurrency: 4,
    window: 8,
    onError: 'stop',
    signal: undefined,
    onProgress: undefined,
    call: async ([x, turns = 0]) => {
      for (let i = 0; i < Number(turns); i++) await turn();
      if (Number(x) < 0) throw new RangeError(`${x} is negative`);
      return 2 * Number(x);
    },
    deliver: () => {},
    ...over,
  };
}

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; details?: unknown }> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

/** Collects what is delivered. */
async function results({
  onDelivered = () => {},
  ...over
}: Partial<WorkList> & Pick<WorkList, 'items'> & { readonly onDelivered?: () => void }): Promise<unknown[]> {
  const all: unknown[] = [];
  const deliver: WorkList['deliver'] = (outcome) => {
    all.push(outcome);
    onDelivered();
  };
  await runWorkList(list({ ...over, deliver }));
  return all.map((each) => {
    const outcome = each as PromiseSettledResult<unknown>;
    return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
  });
}

test('results come in order, never more calls than asked for, whatever each takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(100), fc.nat(4)), { maxLength: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('array', 'generator', 'async'),
      async (values, concurrency, window, kind) => {
        let running = 0;
        let begun = 0;
        let delivered = 0;
        const { call } = list({ items: [] });
        async function* slowly(): AsyncGenerator<Values> {
          for (const value of values) {
            await turn();
            yield value;
          }
        }
        const items = kind === 'array' ? values : kind === 'generator' ? values.values() : slowly();
        const all = await results({
          items,
          concurrency,
          window,
          call: async (value, stopped) => {
            running++;
            begun++;
            expect(running).toBeLessThanOrEqual(concurrency);
            expect(begun - delivered).toBeLessThanOrEqual(window);
            const result = await call(value, stopped);
            running--;
            return result;
          },
          onDelivered: () => delivered++,
        });
        expect(all).toStrictEqual(values.map(([x]) => 2 * x));
      },
    ),
    { numRuns: 60, examples: [[[], 1, 1, 'array']] },
  );
}, 60_000);

test('a source is asked only when its item can be begun, and visits hold it back', async () => {
  let taken = 0;
  let visited = 0;
  function* source(): Generator<Values> {
    for (; taken < 100; taken++) {
      // Two run, four are begun and not visited.
      expect(taken - visited).toBeLessThanOrEqual(4);
      yield [taken];
    }
  }
  await runWorkList(
    list({
      items: source(),
      concurrency: 2,
      window: 4,
      deliver: async () => {
        await turn();
        visited++;
      },
    }),
  );
  expect(visited).toBe(100);
});

test('stop: the failing item is named; what runs is waited for; the source is closed', async () => {
  let closed = false;
  let running = 0;
  const stoppedSignals: boolean[] = [];
  function* source(): Generator<Values> {
    try {
      for (let i = 0; ; i++) yield [i === 5 ? -5 : i];
    } finally {
      closed = true;
    }
  }
  const { call } = list({ items: [] });
  const delivered: number[] = [];
  const error = await failure(
    runWorkList(
      list({
        items: source(),
        call: async (values, stopped) => {
          running++;
          const result = await call([values[0], 3], stopped).finally(() => running--);
          stoppedSignals.push(stopped.aborted);
          return result;
        },
        deliver: (_, __, index) => delivered.push(index),
      }),
    ),
  );
  expect(error).toMatchObject({
    code: 'ITEM_FAILED',
    message: 'item 5 of double: -5 is negative [ITEM_FAILED]',
    cause: new RangeError('-5 is negative'),
    details: { index: 5, kernel: 'double' },
  });
  expect(closed).toBe(true);
  expect(running).toBe(0);
  expect(stoppedSignals).toContain(true);
  expect(delivered).toStrictEqual(delivered.map((_, i) => i));
});

test('continue: all others run, failures stand in their place', async () => {
  const all = await results({ items: [[1], [-2], [3], 4, [-5]], onError: 'continue' });
  expect(all).toMatchObject([
    2,
    { code: 'ITEM_FAILED', details: { index: 1 } },
    6,
    { message: expect.stringContaining('item 3 must be an array of the arguments of double, not 4') },
    { details: { index: 4 } },
  ]);
});

test.each([
  ['the source', { items: throwing() }],
  [
    'onProgress',
    {
      items: [[1], [2]],
      onProgress: () => {
        throw new Error('mine');
      },
    },
  ],
  [
    'the visit',
    {
      items: [[1], [2]],
      deliver: async () => {
        throw new Error('mine');
      },
    },
  ],
  [
    'an async source',
    {
      items: {
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('mine')) }),
      } as AsyncIterable<Values>,
    },
  ],
])('what %s throws stops the work, in mode continue too', async (_, over) => {
  expect((await failure(runWorkList(list({ onError: 'continue', ...over })))).message).toBe('mine');
});

function* throwing(): Generator<Values> {
  yield [1];
  throw new Error('mine');
}

test('an abort ends the wait for a source that never answers', async () => {
  const controller = new AbortController();
  const items: AsyncIterable<Values> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: () => new Promise(() => {}) }),
  };
  const work = failure(runWorkList(list({ items, signal: controller.signal })));
  await turn();
  controller.abort(new Error('enough'));
  expect((await work).message).toBe('enough');
});

test.each(['before', 'after'])('an abort %s the failure ends the wait for a source that never closes', async (when) => {
  const controller = new AbortController();
  let closes = 0;
  // There is no room for its second item: it owes none when it is told to close.
  const items: Iterable<Values> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: [-1, 5] }),
      return: () => {
        closes++;
        return new Promise(() => {}) as never;
      },
    }),
  };
  const work = failure(runWorkList(list({ items, concurrency: 1, signal: controller.signal })));
  if (when === 'before') await turn();
  else while (closes === 0) await turn();
  controller.abort(new Error('enough'));
  const error = await work;
  expect(when === 'before' ? error.message : error.code).toBe(when === 'before' ? 'enough' : 'ITEM_FAILED');
  expect(closes).toBe(1);
});

test('a source that reuses one array for all items, and a list in a list', async () => {
  const values: [number, number] = [0, 0];
  function* reused(): Generator<Values> {
    for (let i = 0; i < 20; i++) {
      values[0] = i;
      yield values;
    }
  }
  // Arguments are read when the item is begun, before the source goes on.
  const call: WorkList['call'] = ([x]) => Promise.resolve(turn()).then(() => 2 * Number(x));
  expect(await results({ items: reused(), call })).toStrictEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
  const outer = await results({
    items: [[1], [2], [3]],
    call: ([x]) => results({ items: [[x], [Number(x) + 1]] }),
  });
  expect(outer).toStrictEqual([
    [2, 4],
    [4, 6],
    [6, 8],
  ]);
});

test('a closed board stops the work in mode continue', async () => {
  let calls = 0;
  function* endless(): Generator<Values> {
    for (;;) yield [1];
  }
  const call = async (): Promise<unknown> => {
    if (++calls > 10) throw new ShoalError('BOARD_CLOSED', 'the board x is closed');
    return turn();
  };
  expect(await failure(runWorkList(list({ items: endless(), onError: 'continue', call })))).toMatchObject({
    code: 'BOARD_CLOSED',
  });
});

test('progress tells what has ended, and the total when it is known', async () => {
  const seen: unknown[] = [];
  await results({ items: [[1], [-2], [3]], total: 3, onError: 'continue', onProgress: (each) => seen.push(each) });
  expect(seen).toHaveLength(3);
  expect(seen.at(-1)).toStrictEqual({ done: 3, failed: 1, total: 3 });
  const unknown: (number | undefined)[] = [];
  await results({ items: [[1, 2]].values(), onProgress: ({ total }) => unknown.push(total) });
  expect(unknown).toStrictEqual([1]);
});
