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
  'serial:/dev/ttyUSB0',
  'usb:1',
  'tcp://x',
  'pcie:0',
  'mem:0',
  'auto',
  'local',
])('%s comes later', (selector) => {
  expect(() => parseSelector(selector)).toThrow(
    expect.objectContaining({ code: 'SELECTOR_INVALID', message: expect.stringContaining('does not exist yet') }),
  );
});
