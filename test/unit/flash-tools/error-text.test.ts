import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorReport, errorText } from '../../../flash-tools/error-text.ts';
import { exitCodeOf } from '../../../flash-tools/exit-codes.ts';
import { wantsColour } from '../../../flash-tools/terminal-style.ts';
import { ERROR_CODES, ShoalError, type ShoalErrorCode } from '../../../protocol/errors.ts';

const FILE = {};

function systemError(): unknown {
  try {
    return readFileSync('/absent/file');
  } catch (error) {
    return error;
  }
}

describe('an error as text', () => {
  test('has its code, message and hint', () => {
    const error = new ShoalError('BOARD_UNKNOWN', "there is no board 'x'", { hint: 'shoal boards' });
    expect(errorText(error, FILE)).toBe("error[BOARD_UNKNOWN]: there is no board 'x'\n  try: shoal boards\n");
  });

  test('without a hint is one line', () => {
    expect(errorText(new ShoalError('CALL_TIMEOUT', 'too late'), FILE)).toBe('error[CALL_TIMEOUT]: too late\n');
  });

  test('of the system has the code of the system and no stack', () => {
    expect(errorText(systemError(), FILE)).toMatch(/^error\[ENOENT\]: ENOENT: no such file.*\n$/);
  });

  test('of the compiler is its code frames', () => {
    const details = { text: 'kernels.ts:1:1 …\n' };
    expect(errorText(new ShoalError('COMPILE_FAILED', 'one error', { details }), FILE)).toBe(details.text);
  });

  test('that is a bug asks for a report and shows the stack', () => {
    const text = errorText(new TypeError('x is not a function'), FILE);
    expect(text).toMatch(
      /^error\[INTERNAL\]: x is not a function\n {2}try: .*report.*\nTypeError: x is not a function\n +at /,
    );
    expect(errorText('a string', FILE)).toMatch(/^error\[INTERNAL\]: a string\n/);
  });
});

test('an error as JSON', () => {
  const error = new ShoalError('CALL_TIMEOUT', 'too late', { hint: 'wait', retryable: true, details: { core: 3 } });
  expect(JSON.parse(JSON.stringify(errorReport(error)))).toEqual({
    code: 'CALL_TIMEOUT',
    message: 'too late',
    hint: 'wait',
    retryable: true,
    details: { core: 3 },
  });
});

test('exit codes', () => {
  const codes = (Object.keys(ERROR_CODES) as ShoalErrorCode[]).map((code) => [
    code,
    exitCodeOf(new ShoalError(code, '')),
  ]);
  expect(Object.fromEntries(codes)).toMatchObject({
    USAGE: 2,
    BOARD_UNKNOWN: 2,
    FILE_NOT_FOUND: 1,
    CALL_TIMEOUT: 6,
    COMPILE_FAILED: 8,
    KERNEL_TRAP: 9,
    INTERNAL: 70,
  });
  for (const [, code] of codes) expect(code).toBeGreaterThan(0);
  expect(exitCodeOf(systemError())).toBe(1);
  expect(exitCodeOf(Object.assign(new Error('x'), { code: 'EACCES', syscall: 'open' }))).toBe(4);
  expect(exitCodeOf(new Error('x'))).toBe(70);
  expect(exitCodeOf(undefined)).toBe(70);
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('colours on a terminal (%s) with %j: %s', (isTTY, environment, wanted) => {
  expect(wantsColour({ isTTY }, environment)).toBe(wanted);
});
