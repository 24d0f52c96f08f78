/** What kernels log: on a core as in exact Node, in order, complete, and never in the way of a call. */
import { format } from 'node:util';
import type { Board, Kernels, LogEvent } from 'shoal';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { evaluateProgram } from '../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../compiler/front-end/check-kernel-program.ts';
import { emulations, openBoard } from '../support/boards/open-board.ts';

type Module = typeof import('./kernels/log-kernels.ts');
type Callable = (...values: unknown[]) => unknown;
const FILE = new URL('./kernels/log-kernels.ts', import.meta.url);

afterEach(() => vi.restoreAllMocks());

const CALLS: readonly (readonly [keyof Module, ...unknown[]])[] = [
  ...[0, 1, -1, 23, -24, 255, -256, 65535, -65537, 2 ** 31 - 1, -(2 ** 31)].map(
    (n) => ['numbers', n, n >>> 0, n / 8, n > 0] as const,
  ),
  ...[-0, 0.1, 1 / 3, 1e-45, 3.4028234663852886e38, 1e21, 123456789, -1e-7, NaN, Infinity, -Infinity].map(
    (x) => ['numbers', 1, 2, x, true] as const,
  ),
  ['constants'],
  ['strings', true, 0],
  ['strings', false, 1],
  ['formats', 3, 2.5],
  ['order', 1],
  ['elements', Float32Array.of(0.1, -0, 1e-40, 16777216)],
  ['conditional', 3],
  ['conditional', 4],
  ['asserts', 3, 0],
  ['asserts', 4, 1],
  ['asserts', 7, 0],
  ['asserts', 8, 2],
  ['thrown', 0],
  ['thrown', 1],
  ['thrown', 2],
  ['many', 300],
  ['wide', 2 ** 31 - 1],
];

describe.each(emulations(['generated', 'interpreted'] as const))('engine %s', (engine) => {
  let board: Board;
  let k: Kernels<Module>;
  const events: LogEvent[] = [];

  beforeAll(async () => {
    board = await openBoard('parallella-16', { onLog: (event) => events.push(event) }, { engine });
    k = await board.load<Module>(FILE);
  });
  afterAll(() => board.close());

  test.each(CALLS.map(([name, ...values]) => ({ name, values })))('$name($values)', async ({ name, values }) => {
    const { checked } = checkKernelProgram(FILE.pathname);
    const expected: string[] = [];
    const keep =
      (method: string) =>
      (...shown: unknown[]): void => {
        expected.push(`${method} ${format(...shown)}`);
      };
    if (checked === null) throw new Error('the kernels do not compile');
    const exact = evaluateProgram(checked.program, {}, { log: keep('log'), warn: keep('warn') });
    let answer: string;
    try {
      answer = String((exact[name] as Callable)(...values));
    } catch (error) {
      answer = String(error);
    }
    events.length = 0;
    const call = (k.at([2, 1])[name] as (...all: unknown[]) => Promise<unknown>)(...values);
    // Taken before anything else can happen: what is logged has arrived when the call is settled.
    const [result, shown] = await call.then(
      (value) => [String(value), [...events]] as const,
      (error) => [String(error), [...events]] as const,
    );
    expect(shown.map(({ method, text }) => `${method} ${text}`)).toStrictEqual(expected);
    expect(result.startsWith(answer), `${result} is ${answer}`).toBe(true);
    for (const { core, coreIndex, kernel } of shown) {
      expect([core, coreIndex, kernel]).toStrictEqual([[2, 1], 9, name]);
    }
  });

  test('a kernel that logs for ever is stopped by its deadline, and loses nothing before', async () => {
    events.length = 0;
    const call = k.with({ timeoutMs: 100 }).at(0).forever();
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(events.length).toBeGreaterThan(100);
    expect(events.map(({ text }) => text)).toStrictEqual(events.map((_, index) => String(index)));
    expect(await k.at(0).thrown(3)).toBe(3);
  });

  test('a kernel that logs for ever is stopped by a signal', async () => {
    const stop = new AbortController();
    const off = board.on('log', ({ text }) => {
      if (text === '50') stop.abort(new Error('enough'));
    });
    await expect(k.with({ signal: stop.signal }).forever()).rejects.toThrow('enough');
    off();
    expect(await k.everywhere.thrown(3)).toStrictEqual(Array.from({ length: 16 }, () => 3));
  });
});

describe('listeners', () => {
  let board: Board;
  let k: Kernels<Module>;
  beforeAll(async () => {
    board = await openBoard('parallella-16');
    k = await board.load<Module>(FILE);
  });
  afterAll(() => board.close());

  test('without one, logs go to the console with their core', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await k.at([3, 2]).formats(3, 2.5);
    await k.at(0).asserts(0, 0);
    expect(log.mock.calls[0]).toStrictEqual(['[3,2] 3 of 2, 2.5% 3 3 more 2.5']);
    expect(warn.mock.calls.slice(0, 2)).toStrictEqual([
      ['[0,0] Assertion failed'],
      ['[0,0] Assertion failed: is small 0'],
    ]);
  });

  test('with one, nothing is printed; it gets values, text and place', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const events: LogEvent[] = [];
    const off = board.on('log', (event) => events.push(event));
    await k.at(1).numbers(-1, 7, 0.5, false);
    off();
    expect(log).not.toHaveBeenCalled();
    expect(events[0]).toStrictEqual({
      core: [0, 1],
      coreIndex: 1,
      kernel: 'numbers',
      method: 'log',
      values: [-1, 7, 0.5, false],
      text: '-1 7 0.5 false',
      position: { file: FILE.pathname, line: expect.any(Number), column: 3 },
    });
    await k.at(1).conditional(4);
    expect(events).toHaveLength(3);
    expect(log).toHaveBeenCalledTimes(2);
  });

  test('one that throws breaks neither the call nor the others, and is heard of', async () => {
    const faults: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => faults.push(error));
    const texts: string[] = [];
    const offs = [
      board.on('log', () => {
        throw new Error('listener');
      }),
      board.on('log', ({ text }) => texts.push(text)),
    ];
    expect(await k.many(3)).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
    for (const off of offs) off();
    expect(texts).toHaveLength(3);
    expect(faults).toStrictEqual([1, 2, 3].map(() => new Error('listener')));
  });

  test('logs of all cores at once keep the order of each core', async () => {
    const byCore = new Map<number, string[]>();
    const off = board.on('log', ({ coreIndex, text }) =>
      byCore.set(coreIndex, [...(byCore.get(coreIndex) ?? []), text.split(' ')[0] ?? '']),
    );
    await k.everywhere.many(100);
    off();
    expect(byCore.size).toBe(16);
    const all = Array.from({ length: 100 }, (_, i) => String(i));
    for (const texts of byCore.values()) expect(texts).toStrictEqual(all);
  });
});
