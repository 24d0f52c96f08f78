/** Work lists over the cores of an emulated board. */
import type { Board, Kernels } from 'shoal';
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

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; details?: unknown }> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

const resets = async (): Promise<number> => (await board.stats()).reduce((all, core) => all + core.resets, 0);

test('map: results in order, from items of different size, on all cores', async () => {
  const before = await board.stats();
  const items = Array.from({ length: 100 }, (_, i) => [new Int32Array(1 + ((i * 37) % 200)).fill(i)] as const);
  expect(await board.map(k.sum, items)).toStrictEqual(items.map(([x]) => x.reduce((a, b) => a + b, 0)));
  for (const [index, core] of (await board.stats()).entries())
    expect(core.calls).toBeGreaterThan(before[index]?.calls ?? 0);
});

test('map: arrays that the kernel writes', async () => {
  const items = Array.from({ length: 40 }, (_, i) => [2, new Float32Array(10).fill(i), new Float32Array(10)] as const);
  await board.map(k.saxpy, items);
  expect(items.map(([, , y]) => y[9])).toStrictEqual(items.map((_, i) => 2 * i));
});

test('map: an async generator, a core of its own, an empty list, all cores for each item', async () => {
  async function* numbers(): AsyncGenerator<[number, number]> {
    for (let i = 0; i < 20; i++) {
      if (i % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      yield [i, 100];
    }
  }
  expect(await board.map(k.add, numbers())).toStrictEqual(Array.from({ length: 20 }, (_, i) => 100 + i));
  expect(await board.map(k.at(3).where, [[], [], []], { concurrency: 1 })).toStrictEqual([3016, 3016, 3016]);
  expect(await board.map(k.add, [])).toStrictEqual([]);
  const [all] = await board.map(k.everywhere.where, [[]]);
  expect(all).toHaveLength(16);
});

test('forEach and reduce get the results in order', async () => {
  const seen: number[] = [];
  const items = Array.from({ length: 50 }, (_, i) => [100 * ((i * 13) % 50)] as const);
  const expected = await board.map(k.work, items);
  await board.forEach(k.work, items, async (result, [rounds], index) => {
    expect(rounds).toBe(items[index]?.[0]);
    seen.push(result);
  });
  expect(seen).toStrictEqual(expected);
  const text = await board.reduce(k.work, items, (total, result) => `${total},${result}`, 'from');
  expect(text).toBe(['from', ...expected].join());
  expect(await board.reduce(k.work, [], () => 1, 7)).toBe(7);
});

test('stop: the item that fails is named, the others are not begun, no core is reset', async () => {
  const before = await resets();
  const calls = async (): Promise<number> => (await board.stats()).reduce((all, core) => all + core.calls, 0);
  const callsBefore = await calls();
  const items = Array.from({ length: 500 }, (_, i) => [new Int32Array(3), i === 20 ? 3 : 2] as const);
  const error = await failure(board.map(k.element, items));
  expect(error).toMatchObject({
    code: 'ITEM_FAILED',
    message: expect.stringMatching(/^item 20 of element: x\[i\] with i=3, length 3 at host-kernels\.ts/),
    details: { index: 20, kernel: 'element', code: 'KERNEL_TRAP' },
    cause: expect.any(RangeError),
  });
  expect(error.stack).toContain('host-map.test.ts');
  expect((await calls()) - callsBefore).toBeLessThan(200);
  expect(await resets()).toBe(before);
});

test('continue: settled results', async () => {
  const items = Array.from({ length: 30 }, (_, i) => [Int32Array.of(i), i % 10 === 3 ? 1 : 0] as const);
  const results = await board.map(k.element, items, { onError: 'continue' });
  for (const [i, result] of results.entries()) {
    if (i % 10 !== 3) expect(result).toStrictEqual({ status: 'fulfilled', value: i });
    else expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ITEM_FAILED', details: { index: i } } });
  }
});

test('an abort ends all, and the board goes on', async () => {
  const controller = new AbortController();
  const work = failure(
    board.map(
      k.spin,
      Array.from({ length: 40 }, () => [] as const),
      { signal: controller.signal },
    ),
  );
  setTimeout(() => controller.abort(new Error('enough')), 20);
  expect((await work).message).toBe('enough');
  expect(await k.everywhere.where()).toHaveLength(16);
  const early = failure(board.map(k.where, [[]], { signal: AbortSignal.abort(new Error('no')) }));
  expect((await early).message).toBe('no');
});

test('a deadline of one item', async () => {
  expect(await failure(board.map(k.spin, [[]], { timeoutMs: 20 }))).toMatchObject({
    code: 'ITEM_FAILED',
    details: { index: 0, code: 'CALL_TIMEOUT' },
  });
});

test('close in the middle', async () => {
  const other = await openBoard('e16g301');
  const kernels = await other.load<Module>(FILE);
  const work = failure(
    other.map(
      kernels.work,
      Array.from({ length: 100 }, () => [10_000] as const),
    ),
  );
  await kernels.where();
  other.close();
  expect((await work).message).toContain('was closed');
  expect(await failure(other.map(kernels.work, [[1]]))).toMatchObject({ code: 'BOARD_CLOSED' });
  expect(await failure(board.map(kernels.work, [[1]]))).toMatchObject({
    code: 'CALL_ARGUMENT',
    message: expect.stringContaining('work, which another board has loaded'),
  });
});

test.each<[string, unknown[], string]>([
  ['no kernel', [() => {}, []], 'must be a kernel of this board, not a function'],
  ['a name', ['sum', []], "must be a kernel of this board, not 'sum'"],
  ['no items', ['K', 5], 'items must be an iterable or async iterable of argument lists, not 5'],
  ['items null', ['K', null], 'not null'],
  ['options null', ['K', [], null], 'options must be an object, not null'],
  ['concurrency 0', ['K', [], { concurrency: 0 }], 'concurrency must be an integer from 1, not 0'],
  ['concurrency 1.5', ['K', [], { concurrency: 1.5 }], 'not 1.5'],
  ['onError', ['K', [], { onError: 'ignore' }], "onError must be 'stop' or 'continue', not 'ignore'"],
  ['onProgress', ['K', [], { onProgress: 1 }], 'onProgress must be a function, not 1'],
  ['timeout', ['K', [], { timeoutMs: -1 }], 'timeoutMs must be a number above 0, not -1'],
])('refused: %s', async (_, [kernel, items, options], message) => {
  const map = board.map.bind(board) as unknown as (...wrong: readonly unknown[]) => Promise<unknown>;
  const work = options === undefined ? map(kernel === 'K' ? k.sum : kernel, items) : map(k.sum, items, options);
  expect(await failure(work)).toMatchObject({ code: 'CALL_ARGUMENT', message: expect.stringContaining(message) });
});

test('refused: an item that is no list, wrong arguments of an item, no function for the results', async () => {
  const wrong = [[1, 2], 5] as unknown as [number, number][];
  expect(await failure(board.map(k.add, wrong))).toMatchObject({
    details: { index: 1, code: 'CALL_ARGUMENT' },
    message: expect.stringContaining('item 1 must be an array of the arguments of add, not 5'),
  });
  expect(await failure(board.map(k.add, [[1, 2.5]]))).toMatchObject({ details: { index: 0, code: 'CALL_ARGUMENT' } });
  const none = undefined as unknown as () => void;
  expect(await failure(board.forEach(k.add, [], none))).toMatchObject({ code: 'CALL_ARGUMENT' });
  expect(await failure(board.reduce(k.add, [], none, undefined))).toMatchObject({ code: 'CALL_ARGUMENT' });
});
