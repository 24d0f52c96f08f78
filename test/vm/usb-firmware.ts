/** Firmware by DFU on Linux's own USB stack: dfu-util of Debian and our command flash the same emulated devices. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DfuDevice, UsbIpServer } from '../../emulator/index.ts';
import { writeDfuFile, writeDfuSeFile } from '../support/usb/dfu-files.ts';
import { type Guest, HOST_ADDRESS } from '../support/vm/guest.ts';
import { plugIn, untilPluggedIn } from '../support/vm/plug-in.ts';
import { xorshift } from '../support/xorshift.ts';

const shoalCommand = join(import.meta.dirname, '../../bin/shoal.js');
const IDS = { vendorId: 0x1209, productId: 0x0002, deviceVersion: 0x0100 };
const FLASH = { name: 'Flash', address: 0x0800_0000, pageBytes: 2048, pageCount: 32 };
const LENGTH = 50_000;

function randomBytes(seed: number): Uint8Array {
  const next = xorshift(seed);
  return Uint8Array.from({ length: LENGTH }, () => next() & 0xff);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const heldBy = (device: DfuDevice): string =>
  sha256((device.memories[0]?.bytes ?? new Uint8Array(0)).subarray(0, LENGTH));

export function usbFirmwareTests(guest: () => Guest): void {
  /** The SHA-256 of what dfu-util reads out of a device. */
  async function readByDfuUtil(...options: readonly string[]): Promise<string> {
    await succeeds(
      `rm -f /run/read && dfu-util ${options.join(' ')} -U /run/read && head -c ${LENGTH} /run/read > /run/part`,
    );
    return (await succeeds('sha256sum < /run/part')).split(' ')[0] ?? '';
  }

  async function succeeds(command: string): Promise<string> {
    const { code, output } = await guest().run(command);
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
    return output;
  }

  async function shoalFlash(file: string, selector: string, ...options: readonly string[]): Promise<unknown> {
    const words = [process.execPath, shoalCommand, 'flash', selector, '--package', file, '--json', ...options];
    return JSON.parse(await succeeds(`${words.join(' ')} 2>/dev/null`)) as unknown;
  }

  test('a board without addresses, whose firmware runs at first', async () => {
    const device = new DfuDevice({ memories: [FLASH], serialNumber: 'PLAIN', startsAs: 'runtime', workMs: 1 });
    const server = await UsbIpServer.listen([device], 0);
    try {
      await plugIn(guest(), server, '1-1');
      // It leaves when it is told to, and is plugged in again as the boot loader.
      const again = `usbip --tcp-port ${server.port} attach -r ${HOST_ADDRESS} -b 1-1`;
      await guest().run(`(until [ -e /run/stop ]; do ${again}; sleep 0.2; done > /dev/null 2>&1) &`);
      const [first, second] = [randomBytes(1), randomBytes(2)];
      const file = guest().giveFile('first.dfu', writeDfuFile(first, IDS));
      // In two steps, because libusb does not see what is plugged in later without a device manager, as in this guest.
      await succeeds('dfu-util -d 1209:0002 -e');
      await expect.poll(() => device.mode).toBe('boot');
      await untilPluggedIn(guest(), '1-1');
      await succeeds(`dfu-util -d 1209:0002 -D ${file}`);
      expect(heldBy(device)).toBe(sha256(first));
      expect(await readByDfuUtil('-d', '1209:0002')).toBe(sha256(first));
      // With power anew its firmware runs again; our command tells it to leave by itself.
      device.unplug();
      const protocol = '/sys/bus/usb/devices/1-1/1-1:1.0/bInterfaceProtocol';
      await succeeds(`until grep -q 01 ${protocol} 2>/dev/null; do sleep 0.1; done`);
      expect(
        await shoalFlash(guest().giveFile('second.dfu', writeDfuFile(second, IDS)), 'usb:1209:0002:PLAIN'),
      ).toMatchObject({ ok: true, data: { lengthBytes: LENGTH, proof: 'read-back' } });
      expect(heldBy(device)).toBe(sha256(second));
      expect(await readByDfuUtil('-d', '1209:0002')).toBe(sha256(second));
    } finally {
      await guest().run('echo > /run/stop');
      await server.close();
    }
  });

  test('a board with addresses (DfuSe)', async () => {
    const device = new DfuDevice({ memories: [FLASH], serialNumber: 'PAGES', isDfuSe: true, workMs: 1 });
    const server = await UsbIpServer.listen([device], 0);
    try {
      await plugIn(guest(), server, '1-1');
      expect(await succeeds('dfu-util -l')).toContain('name="@Flash  /0x08000000/32*002Kg"');
      const [first, second] = [randomBytes(3), randomBytes(4)];
      await succeeds(`dfu-util -a 0 -s 0x08000000 -D ${guest().giveFile('first.bin', first)}`);
      expect(heldBy(device)).toBe(sha256(first));
      const elements = [{ address: FLASH.address, bytes: second }];
      const file = guest().giveFile('second-pages.dfu', writeDfuSeFile([{ alternate: 0, elements }], IDS));
      expect(await shoalFlash(file, 'usb:serial=PAGES', '--start')).toMatchObject({ data: { proof: 'read-back' } });
      expect(heldBy(device)).toBe(sha256(second));
      expect(device.mode).toBe('runtime');
    } finally {
      await server.close();
    }
  });
}
