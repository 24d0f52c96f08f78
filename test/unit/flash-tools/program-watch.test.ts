/** What decides about a program that `shoal run` runs. */
import { describe, expect, test, vi } from 'vitest';
import { exitCodeOf } from '../../../flash-tools/exit-codes.ts';
import { ConsoleLines } from '../../../flash-tools/programs/console-lines.ts';
import { ProgramWatch, type WatchOptions } from '../../../flash-tools/programs/program-watch.ts';

/** What becomes of a program that prints these lines and then ends with `exitCode`, or goes on if it is null. */
function outcome(options: WatchOptions, lines: readonly string[], exitCode: number | null): number | string {
  const watch = new ProgramWatch('p', options);
  for (const line of lines) watch.line(line);
  try {
    return watch.settle(watch.over.aborted ? null : exitCode);
  } catch (error) {
    return `${exitCodeOf(error)} ${(error as Error).message}`;
  }
}

describe('decided by', () => {
  const both = { expectText: ['ready', 'done'], failText: ['Error'] };
  test.each<[string, WatchOptions, string[], number | null, number | string]>([
    ['all texts, in any order', both, ['it is done', 'ready now'], null, 0],
    ['all texts, whatever the exit code', both, ['ready, done'], 3, 0],
    ['a failing text', both, ['ready', 'an Error'], 0, "9 p printed 'Error' [PROGRAM_FAILED]"],
    ['the first of both', both, ['ready', 'done', 'Error'], 1, 0],
    [
      'a failing text in the line of the last expected one',
      both,
      ['ready', 'done with Error'],
      0,
      /printed 'Error'/.source,
    ],
    ['an end too early', both, ['ready'], 0, "9 p has ended with 0; it has not printed 'done' [PROGRAM_FAILED]"],
    ['the exit code, without failing text', { failText: ['Error'] }, ['fine'], 0, 0],
    ['the exit code, with none expected', { failText: ['Error'] }, ['fine'], 4, 4],
    ['a text that is broken over lines: not', { expectText: ['ab'] }, ['a', 'b'], 0, /not printed 'ab'/.source],
  ])('%s', (_, options, lines, exitCode, expected) => {
    const result = outcome(options, lines, exitCode);
    if (typeof expected === 'number' || expected.startsWith('9')) expect(result).toBe(expected);
    else expect(result).toMatch(new RegExp(expected));
  });
});

test('a deadline ends it, and says what was missing', () => {
  vi.useFakeTimers();
  try {
    const watch = new ProgramWatch('p', { expectText: ['up'], timeout: '1.5' });
    vi.advanceTimersByTime(1499);
    expect(watch.over.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.over.aborted).toBe(true);
    const settle = (): number => watch.settle(null);
    expect(settle).toThrow("p did not end within 1.5 s; it has not printed 'up' [PROGRAM_TIMEOUT]");
    expect(exitCodeOf(new Error())).toBe(70);
    watch.line('up');
  } finally {
    vi.useRealTimers();
  }
});

test('a program that ends by itself leaves no timer', () => {
  vi.useFakeTimers();
  try {
    expect(new ProgramWatch('p', { timeout: '100' }).settle(7)).toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [{ timeout: '0' }],
  [{ timeout: 'soon' }],
  [{ timeout: '' }],
  [{ timeout: '1e9' }],
  [{ expectText: [''] }],
])('%j cannot be understood', (options) => {
  expect(() => new ProgramWatch('p', options)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test('output comes line by line, letters of several bytes whole, each stream on its own', () => {
  const lines: string[] = [];
  const console = new ConsoleLines((stream, line) => lines.push(`${stream} ${line}`));
  const bytes = new TextEncoder().encode('näh\nrest');
  console.push({ stream: 1, bytes: bytes.subarray(0, 2) });
  console.push({ stream: 2, bytes: new TextEncoder().encode('error\n') });
  console.push({ stream: 1, bytes: bytes.subarray(2) });
  expect(lines).toEqual(['2 error', '1 näh']);
  console.end();
  console.end();
  expect(lines).toEqual(['2 error', '1 näh', '1 rest']);
});
