import { expect, test } from 'vitest';
import { parseSelector } from '../../../host/selector.ts';

test('emu:<board> names an emulated board', () => {
  expect(parseSelector('emu:parallella-64')).toMatchObject({ link: 'emu', board: { name: 'parallella-64', rows: 8 } });
});

test('an unknown board: did you mean', () => {
  expect(() => parseSelector('emu:paralella-16')).toThrow(
    expect.objectContaining({
      code: 'BOARD_UNKNOWN',
      message: "there is no board 'paralella-16' [BOARD_UNKNOWN]",
      hint: expect.stringContaining("Did you mean 'parallella-16'?"),
    }),
  );
});

test.each([
  '',
  'emu',
  'emu:',
  'parallella-16',
  'EMU:parallella-16',
  ':x',
  'constructor:x',
  7 as unknown as string,
])('%j is no selector', (selector) => {
  expect(() => parseSelector(selector)).toThrow(
    expect.objectContaining({ code: 'SELECTOR_INVALID', hint: expect.stringContaining('emu:parallella-16') }),
  );
});

test.each([
  'tcp://board:7000',
  'tcp://[::1]:7000',
  'unix:/run/board',
  'serial:/dev/ttyUSB0',
  'serial:/dev/ttyUSB0@921600',
  'usb:1209:0001',
])('%s names a line', (selector) => {
  const selection = parseSelector(selector);
  expect(selection.link === 'line' && selector.startsWith(selection.opener.name)).toBe(true);
});

test.each(['tcp://board', 'tcp:board:7000', 'unix:board', 'serial:', 'usb:'])('%s names no line', (selector) => {
  expect(() => parseSelector(selector)).toThrow(expect.objectContaining({ code: 'SELECTOR_INVALID' }));
});
