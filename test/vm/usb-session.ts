/** Objects of a board on USB: Linux's own USB stack and the package `usb` as users have them. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBoard } from '../../boards/registry.ts';
import { UsbIpServer } from '../../emulator/index.ts';
import { EmulatedControl } from '../../host/index.ts';
import type { Guest } from '../support/vm/guest.ts';
import { plugIn } from '../support/vm/plug-in.ts';

const programs = join(import.meta.dirname, 'guest');
const SELECTOR = 'usb:1209:0001:EMU7';

export function usbSessionTests(guest: () => Guest): void {
  test('objects of a board on USB: exact, over a plug that is pulled, and for one program at a time', async () => {
    const control = await EmulatedControl.start(findBoard('parallella-16'));
    const device = control.usbDevice('EMU7');
    const server = await UsbIpServer.listen([device], 0);
    try {
      await plugIn(guest(), server, '1-1');
      const session = await guest().inBackground(join(programs, 'session.mjs'), SELECTOR, '/run/ready');
      await guest().untilFile('/run/ready');
      expect(await guest().runProgram(join(programs, 'refusal.mjs'), SELECTOR)).toEqual({
        code: 'LINK_BUSY',
        hint: expect.stringContaining('lsof'),
      });
      device.unplug();
      await guest().run('while [ -e /sys/bus/usb/devices/1-1 ]; do sleep 0.1; done');
      await plugIn(guest(), server, '1-1');
      expect(await session.result()).toEqual({
        hostname: 'parallella-16\n',
        sameFiles: Array(9).fill(true),
        events: ['interrupted', 'resumed'],
        calls: true,
        texts: ['parallella-16\n'],
        afterwards: 'parallella-16\n',
      });
      expect(await guest().runProgramAs(65534, join(programs, 'refusal.mjs'), SELECTOR)).toEqual({
        code: 'PERMISSION_DENIED',
        hint: expect.stringContaining('shoal udev --install --usb 1209:0001'),
      });
    } finally {
      await server.close();
      await control.close();
    }
  });
}
