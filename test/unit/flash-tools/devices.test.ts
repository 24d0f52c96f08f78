/** What is listed as a device, from folders that look as Linux's do. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pciDevices } from '../../../flash-tools/devices/pci-devices.ts';
import { serialDevices } from '../../../flash-tools/devices/serial-devices.ts';
import type { SystemPlaces } from '../../../flash-tools/devices/system-places.ts';
import { usbDevices } from '../../../flash-tools/devices/usb-devices.ts';
import { accessCheck, udevCheck } from '../../../flash-tools/doctor/device-checks.ts';
import { nodeCheck } from '../../../flash-tools/doctor/installation-checks.ts';
import { withoutSecrets } from '../../../flash-tools/doctor/report.ts';
import { udevRules } from '../../../flash-tools/udev-rules.ts';
import { ShoalError } from '../../../protocol/errors.ts';

const root = mkdtempSync(join(tmpdir(), 'shoal-devices-'));
afterAll(() => rmSync(root, { recursive: true }));

const denied = new Set<string>();
const places: SystemPlaces = {
  sys: join(root, 'sys'),
  dev: join(root, 'dev'),
  proc: join(root, 'proc'),
  etc: join(root, 'etc'),
  mayUse: (path) => !denied.has(path),
};
const nowhere: SystemPlaces = { ...places, sys: join(root, 'absent'), proc: join(root, 'absent') };

function files(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, folder, name)), { recursive: true });
    writeFileSync(join(root, folder, name), `${text}\n`);
  }
}

beforeAll(() => {
  const board = { idVendor: '1209', idProduct: '0001', manufacturer: 'Reef', product: 'Board', serial: 'R7' };
  files('sys/bus/usb/devices/1-1.4', { ...board, bDeviceClass: '00', busnum: '1', devnum: '12' });
  files('sys/bus/usb/devices/1-1.4:1.0', { bInterfaceClass: 'fe', bInterfaceSubClass: '01' });
  files('sys/bus/usb/devices/1-1', { bDeviceClass: '09', idVendor: '1d6b', idProduct: '0002' });
  files('sys/bus/usb/devices/1-10', {
    bDeviceClass: '00',
    idVendor: 'aaaa',
    idProduct: 'bbbb',
    busnum: '1',
    devnum: '3',
  });
  files('sys/bus/usb/devices/usb1', { bDeviceClass: '09' });
  const memory = '0x00000000fe000000 0x00000000fe0fffff 0x0000000000040200';
  const ports = '0x000000000000c000 0x000000000000c03f 0x0000000000040101';
  const none = '0x0000000000000000 0x0000000000000000 0x0000000000000000';
  const resource = [ports, none, memory, none, none, none, memory].join('\n');
  files('sys/bus/pci/devices/0000:00:04.0', { class: '0x120000', vendor: '0x1e52', device: '0x401e', resource });
  files('sys/bus/pci/devices/0000:00:05.0', { class: '0xff0000', vendor: '0x1af4', device: '0x1005', resource: ports });
  files('sys/bus/pci/devices/0000:00:01.0', { class: '0x010000', vendor: '0x1af4', device: '0x1001', resource });
  files('proc/812', { comm: 'minicom' });
  mkdirSync(join(root, 'proc/812/fd'));
  symlinkSync('/dev/ttyUSB1', join(root, 'proc/812/fd/3'));
});

test('USB devices, but no hubs, with what each can be named by', () => {
  denied.add(join(places.dev, 'bus/usb/001/003'));
  expect(usbDevices(places)).toEqual({
    absence: null,
    devices: [
      {
        kind: 'usb',
        selector: 'usb:1209:0001:R7',
        title: 'Reef Board, takes firmware by DFU',
        access: 'ok',
        hint: null,
        facts: { id: '1209:0001', serialNumber: 'R7', dfu: 'yes' },
      },
      {
        kind: 'usb',
        selector: 'usb:aaaa:bbbb',
        title: 'USB device',
        access: 'denied',
        hint: expect.stringContaining('shoal udev --install'),
        facts: { id: 'aaaa:bbbb' },
      },
    ],
  });
});

test('PCI devices of classes that may be boards, with their memory but not their I/O ports', () => {
  const card = join(places.sys, 'bus/pci/devices/0000:00:04.0');
  const list = () =>
    pciDevices(places).devices.map(({ selector, title, access, hint }) => [selector, title, access, hint]);
  const other = [null, 'device of its own kind', 'ok', null];
  expect(list()).toEqual([['pcie:0000:00:04.0', 'processing accelerator, BAR 2 of 1024 KB', 'ok', null], other]);
  denied.add(join(card, 'resource0'));
  expect(list()[0]?.[2]).toBe('ok');
  denied.add(join(card, 'resource2'));
  expect(list()[0]?.slice(2)).toEqual(['denied', expect.stringContaining(`${card}/resource*`)]);
});

test('where there is no such bus, the list says so', () => {
  expect(usbDevices(nowhere)).toEqual({ devices: [], absence: expect.stringContaining('has no USB') });
  expect(pciDevices(nowhere)).toEqual({ devices: [], absence: expect.stringContaining('has no PCI') });
});

test('serial ports: open to all, not permitted, in use by another program', async () => {
  denied.add('/dev/ttyACM0');
  const ports = [
    { path: '/dev/ttyUSB0', manufacturer: 'FTDI', vendorId: '0403', productId: '6001', serialNumber: 'A1' },
    { path: '/dev/ttyUSB1' },
    { path: '/dev/ttyACM0' },
  ];
  const { devices, absence } = await serialDevices(places, async () => ports);
  expect(absence).toBeNull();
  expect(devices.map(({ selector, title, access, hint }) => [selector, title, access, hint])).toEqual([
    ['serial:/dev/ttyUSB0', 'FTDI', 'ok', null],
    ['serial:/dev/ttyUSB1', 'serial port', 'busy', 'close minicom (process 812), which has it open'],
    ['serial:/dev/ttyACM0', 'serial port', 'denied', expect.stringContaining('dialout')],
  ]);
  expect(devices[0]?.facts).toEqual({ id: '0403:6001', serialNumber: 'A1' });
});

test('a package that is missing is why no port is visible, not an error', async () => {
  const missing = new ShoalError('LINK_DRIVER_MISSING', 'serial ports need a package', {
    hint: 'npm install serialport',
  });
  expect(await serialDevices(places, () => Promise.reject(missing))).toEqual({
    devices: [],
    absence: 'serial ports need a package [LINK_DRIVER_MISSING] (npm install serialport)',
  });
  expect(await serialDevices(places, async () => [])).toMatchObject({ absence: expect.stringContaining('plugged in') });
});

test('doctor: what may not be used is a warning with what to do', () => {
  denied.add(join(places.dev, 'bus/usb/001/003'));
  expect(accessCheck('USB', usbDevices(places))).toEqual({
    name: 'USB',
    status: 'warn',
    finding: '1 of 2 cannot be opened: usb:aaaa:bbbb (denied)',
    hint: expect.stringContaining('udev'),
  });
  expect(accessCheck('USB', usbDevices(nowhere)).status).toBe('ok');
  expect(nodeCheck('20.18.3')).toMatchObject({ status: 'fail', hint: 'Shoal needs Node 20.19 or newer' });
  expect(nodeCheck('20.19.0').status).toBe('ok');
  expect(nodeCheck('22.1.0').status).toBe('ok');
});

test('doctor: udev rules are missed by users, not by root', () => {
  expect(udevCheck(places, false)).toMatchObject({ status: 'warn', hint: 'sudo shoal udev --install' });
  expect(udevCheck(places, true).status).toBe('ok');
  files('etc/udev/rules.d', { '70-shoal.rules': udevRules() });
  expect(udevCheck(places, false).status).toBe('ok');
});

test('a report has no names and serial numbers, and words that contain them stay', () => {
  const user = { home: '/home/ada', name: 'ada', computer: 'tide.pool' };
  expect(withoutSecrets('/home/ada/x by ada on tide.pool: adapter tidexpool R7', ['R7'], user)).toBe(
    '~/x by <user> on <computer>: adapter tidexpool R7',
  );
  expect(withoutSecrets('root R7700', ['R7700'], { ...user, name: 'root' })).toBe('root <serial number>');
});

test('udev rules: one for each device that is asked for', () => {
  const rules = udevRules({ usb: ['1209:000A'], pci: ['1af4:1110'] });
  expect(rules).toContain('ATTR{idVendor}=="1209", ATTR{idProduct}=="000a"');
  expect(rules).toMatch(/SUBSYSTEM=="pci", ATTR\{vendor\}=="0x1af4", ATTR\{device\}=="0x1110", RUN\+=.*resource/);
  for (const line of rules.split('\n')) expect(line).toMatch(/^$|^#|^(KERNEL|SUBSYSTEM)=="/);
  expect(() => udevRules({ usb: ['1209'] })).toThrow("'1209' is no vendor and product id");
});
