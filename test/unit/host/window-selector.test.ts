import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../../boards/parallella-16.ts';
import { defaultOffset } from '../../../device/window-linux/memory-file.ts';
import { pciMemoryFile } from '../../../host/links/pci-memory.ts';
import { parseWindow } from '../../../host/links/window-selector.ts';

test.each([
  ['mem:/dev/shm/board', { path: '/dev/shm/board' }],
  ['mem:/dev/mem@0x80000000,board=parallella-16', { path: '/dev/mem', offset: 0x80000000, board: 'parallella-16' }],
  ['mem:/dev/epiphany/mesh0,board=parallella-64', { path: '/dev/epiphany/mesh0', board: 'parallella-64' }],
  ['mem:/file@8192', { path: '/file', offset: 8192 }],
  ['pcie:/sys/devices/pci0000:00/resource2', { path: '/sys/devices/pci0000:00/resource2' }],
])('%s', (selector, memory) => {
  expect(parseWindow(selector)).toEqual(memory);
});

test.each([
  'mem:',
  'mem:board',
  'mem:/file@12x',
  'mem:/file@100',
  'mem:/file,board=',
  'mem:/file,core=1',
  'pcie:',
])('%s names no window', (selector) => {
  expect(() => parseWindow(selector)).toThrow(
    expect.objectContaining({ code: 'SELECTOR_INVALID', hint: expect.stringContaining('mem:/dev/shm/board') }),
  );
});

test('other kinds are not its business', () => {
  expect([parseWindow('emu:parallella-16'), parseWindow('memory:/x'), parseWindow('tcp://a:1')]).toEqual([
    null,
    null,
    null,
  ]);
});

test("devices that have the board's own addresses, and files that begin with its window", () => {
  expect(defaultOffset('/dev/mem', PARALLELLA_16)).toBe(0x80000000);
  expect(defaultOffset('/dev/epiphany', PARALLELLA_16)).toBe(0x80000000);
  expect(defaultOffset('/dev/epiphany/mesh0', PARALLELLA_16)).toBe(0x80000000);
  expect(defaultOffset('/dev/shm/mem', PARALLELLA_16)).toBe(0);
});

const root = mkdtempSync(join(tmpdir(), 'shoal-pci-'));
afterAll(() => rmSync(root, { recursive: true }));

function device(slot: string, ...ranges: readonly (readonly [bytes: number, flags: number])[]): void {
  mkdirSync(join(root, slot));
  const hex = (value: number): string => `0x${value.toString(16).padStart(16, '0')}`;
  const lines = ranges.map(([bytes, flags], at) => `${hex(at << 28)} ${hex((at << 28) + bytes - 1)} ${hex(flags)}`);
  writeFileSync(join(root, slot, 'resource'), `${lines.join('\n')}\n`);
}

test('a PCI device: the file of its largest memory, never a guess', () => {
  device('0000:01:00.0', [256, 0x40200], [4096, 0x101], [0x10000000, 0x14220c]);
  expect(pciMemoryFile('0000:01:00.0', root)).toBe(join(root, '0000:01:00.0/resource2'));
  device('0000:02:00.0', [4096, 0x200], [4096, 0x200]);
  expect(() => pciMemoryFile('0000:02:00.0', root)).toThrow(
    expect.objectContaining({ code: 'DEVICE_AMBIGUOUS', hint: expect.stringContaining('02:00.0/resource1') }),
  );
  device('0000:03:00.0', [4096, 0x101]);
  expect(() => pciMemoryFile('0000:03:00.0', root)).toThrow(expect.objectContaining({ code: 'DEVICE_NOT_FOUND' }));
  expect(() => pciMemoryFile('0000:04:00.0', root)).toThrow(
    expect.objectContaining({ code: 'DEVICE_NOT_FOUND', hint: expect.stringContaining('0000:01:00.0, 0000:02:00.0') }),
  );
});
