/** Emulated USB devices over USB/IP, asked by a client of its own. Linux as a client is in test/vm. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineDevice } from '../../../emulator/usb/line-device.ts';
import { UsbIpServer } from '../../../emulator/usb/usbip-server.ts';
import type { Line } from '../../../protocol/line.ts';
import { UsbIpClient } from '../../support/usb/usbip-client.ts';

const NOTHING = new Uint8Array(0);
/** To the interface: opens the line. */
const OPEN_LINE = '4101010000000000';
const STALLED = -32;
const CANCELLED = -104;

let lines: Line[];
let device: LineDevice;
let server: UsbIpServer;
let clients: UsbIpClient[];

beforeEach(async () => {
  lines = [];
  clients = [];
  device = new LineDevice({ onLine: (line) => lines.push(line) });
  server = await UsbIpServer.listen([device, new LineDevice({ productId: 7, onLine: () => undefined })], 0);
});

afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

async function client(busId?: string): Promise<UsbIpClient> {
  const made = await UsbIpClient.connect(server.port);
  clients.push(made);
  if (busId !== undefined) expect(await made.import(busId)).toBe(0);
  return made;
}

test('lists what it offers, with the classes of the interfaces', async () => {
  expect(await (await client()).list()).toEqual([
    { busId: '1-1', ids: '12090001', interfaces: ['ff530100'] },
    { busId: '1-2', ids: '12090007', interfaces: ['ff530100'] },
  ]);
});

test('a device is for one client at a time', async () => {
  const first = await client('1-1');
  expect(await (await client()).import('1-1')).toBe(1);
  expect(await (await client()).import('1-9')).toBe(1);
  first.close();
  await expect.poll(async () => (await client()).import('1-1')).toBe(0);
});

test('descriptors come in the length that was asked for', async () => {
  const usb = await client('1-1');
  usb.submit(0, true, 8, NOTHING, '8006000100000800');
  expect(await usb.answer(true)).toMatchObject({ status: 0, data: Uint8Array.from([18, 1, 0, 2, 0, 0, 0, 64]) });
  usb.submit(0, true, 255, NOTHING, '800602030904ff00');
  const { data } = await usb.answer(true);
  expect(new TextDecoder('utf-16le').decode(data.subarray(2))).toBe('Shoal board (emulated)');
  usb.submit(0, true, 255, NOTHING, '800609030904ff00');
  expect(await usb.answer(true)).toMatchObject({ status: STALLED, actualLength: 0 });
});

test('messages both ways; an answer says how many bytes were taken', async () => {
  const usb = await client('1-1');
  usb.submit(1, false, 3, Uint8Array.of(1, 2, 3));
  expect(await usb.answer(false)).toMatchObject({ status: STALLED });
  usb.submit(0, false, 0, NOTHING, OPEN_LINE);
  expect(await usb.answer(false)).toMatchObject({ status: 0 });
  const heard: Uint8Array[] = [];
  if (lines[0] !== undefined) lines[0].onBytes = (bytes) => heard.push(bytes);
  usb.submit(1, false, 512, new Uint8Array(512).fill(5));
  expect(await usb.answer(false)).toMatchObject({ status: 0, actualLength: 512 });
  expect(heard).toEqual([]);
  usb.submit(1, false, 1, Uint8Array.of(6));
  expect(await usb.answer(false)).toMatchObject({ status: 0, actualLength: 1 });
  expect(heard.map(({ length }) => length)).toEqual([513]);
  const waiting = usb.submit(1, true, 1024, NOTHING);
  lines[0]?.write(new Uint8Array(1024).fill(8));
  expect(await usb.answer(true)).toMatchObject({ sequence: waiting, status: 0, actualLength: 1024 });
  usb.submit(1, true, 1024, NOTHING);
  expect(await usb.answer(true)).toMatchObject({ status: 0, actualLength: 0 });
});

test('a transfer that is unlinked gets no answer and takes nothing', async () => {
  const usb = await client('1-1');
  usb.submit(0, false, 0, NOTHING, OPEN_LINE);
  await usb.answer(false);
  const waiting = usb.submit(1, true, 512, NOTHING);
  const unlink = usb.unlink(waiting);
  expect(await usb.answer(false)).toMatchObject({ command: 4, sequence: unlink, status: CANCELLED });
  lines[0]?.write(Uint8Array.of(4));
  const next = usb.submit(1, true, 512, NOTHING);
  expect(await usb.answer(true)).toMatchObject({ command: 3, sequence: next, data: Uint8Array.of(4) });
  usb.unlink(next);
  expect(await usb.answer(false)).toMatchObject({ command: 4, status: 0 });
});

test('a client that leaves ends the line; a plug that is pulled ends the client', async () => {
  const usb = await client('1-1');
  usb.submit(0, false, 0, NOTHING, OPEN_LINE);
  await usb.answer(false);
  const ended = new Promise((resolve) => {
    if (lines[0] !== undefined) lines[0].onEnd = resolve;
  });
  usb.close();
  expect(await ended).toMatchObject({ code: 'LINK_LOST' });
  let next = usb;
  await expect
    .poll(async () => {
      next = await client();
      return next.import('1-1');
    })
    .toBe(0);
  device.unplug();
  await next.untilEnd();
});

test.each([
  ['an unknown operation', '01118009000000000000'],
  ['a command before the import', '000000010000000100010001'.padEnd(96, '0')],
])('%s ends the connection', async (_, hex) => {
  const usb = await client();
  usb.send(Buffer.from(hex, 'hex'));
  await usb.untilEnd();
});

test.each([
  ['an unknown command', '00000009'.padEnd(96, '0')],
  ['a transfer of 4 GiB', `${'0000000100000001000100010000000000000001'}00000000ffffffff`.padEnd(96, '0')],
])('%s ends the connection and unplugs the device', async (_, hex) => {
  const usb = await client('1-1');
  usb.send(Buffer.from(hex, 'hex'));
  await usb.untilEnd();
  expect(await (await client()).list()).toHaveLength(2);
});
