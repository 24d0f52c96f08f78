/** What `auto` and `local` stand for, from folders that look as Linux's do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BoardPlaces, resolveSelector } from '../../../host/links/found-boards.ts';

let root: string;
let places: BoardPlaces;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shoal-boards-'));
  places = { sys: join(root, 'sys'), dev: join(root, 'dev'), etc: join(root, 'etc') };
});
afterEach(() => rmSync(root, { recursive: true }));

function file(name: string, text = ''): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), `${text}\n`);
}

function usbDevice(name: string, serial: string, interfaceClass: string): void {
  const device = `sys/bus/usb/devices/${name}`;
  for (const [field, text] of Object.entries({ idVendor: '1209', idProduct: '0001', serial })) {
    file(`${device}/${field}`, text);
  }
  const fields = { bInterfaceClass: interfaceClass, bInterfaceSubClass: '53', bInterfaceProtocol: '01' };
  for (const [field, text] of Object.entries(fields)) file(`${device}:1.0/${field}`, text);
}

const supervisor = (fields: object): void => file('etc/shoal/supervisor.json', JSON.stringify(fields));

test('other selectors stay as they are', () => {
  expect(resolveSelector('emu:parallella-16', places)).toBe('emu:parallella-16');
  expect(resolveSelector('local:', places)).toBe('local:');
});

test('local: the device of either driver, the board by name or by the configuration of its supervisor', () => {
  expect(() => resolveSelector('local', places)).toThrow(
    expect.objectContaining({ code: 'DEVICE_NOT_FOUND', hint: expect.stringContaining('dev/epiphany/mesh0') }),
  );
  file('dev/epiphany');
  expect(() => resolveSelector('local', places)).toThrow(
    expect.objectContaining({ code: 'SELECTOR_INVALID', hint: expect.stringContaining('local:parallella-16') }),
  );
  expect(resolveSelector('local:parallella-64', places)).toBe(`mem:${places.dev}/epiphany,board=parallella-64`);
  supervisor({ board: 'parallella-16' });
  expect(resolveSelector('local', places)).toBe(`mem:${places.dev}/epiphany,board=parallella-16`);
  rmSync(join(places.dev, 'epiphany'));
  file('dev/epiphany/mesh0');
  expect(resolveSelector('local', places)).toBe(`mem:${places.dev}/epiphany/mesh0,board=parallella-16`);
  supervisor({ board: 'parallella-16', environment: { SHOAL_MEMORY: 'mem:/dev/mem,board=parallella-64' } });
  expect(resolveSelector('local', places)).toBe('mem:/dev/mem,board=parallella-64');
});

test('auto: the one board, or none, or all that there are', () => {
  usbDevice('1-1', 'KEYBOARD', '03');
  expect(() => resolveSelector('auto', places)).toThrow(
    expect.objectContaining({ code: 'DEVICE_NOT_FOUND', hint: expect.stringContaining('serial:/dev/ttyUSB0') }),
  );
  usbDevice('1-2', 'R7', 'ff');
  expect(resolveSelector('auto', places)).toBe('usb:1209:0001:R7');
  usbDevice('1-2.4', 'R8', 'ff');
  expect(() => resolveSelector('auto', places)).toThrow(
    expect.objectContaining({
      code: 'DEVICE_AMBIGUOUS',
      details: { selectors: ['usb:1209:0001:R7', 'usb:1209:0001:R8'] },
    }),
  );
  rmSync(places.sys, { recursive: true });
  file('dev/epiphany/mesh0');
  supervisor({ board: 'parallella-16' });
  expect(resolveSelector('auto', places)).toBe(`mem:${places.dev}/epiphany/mesh0,board=parallella-16`);
});
