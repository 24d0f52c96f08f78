/**
 * What only a kernel's own USB and PCI can show, in a virtual machine: `npm run test:vm`. Without the packages it needs
 * the tests are left out with a line that says so, but never in CI.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { windowLayout } from '../../boards/window-layout.ts';
import { EmulatedMemory } from '../../host/index.ts';
import { Guest } from '../support/vm/guest.ts';
import { missingPackages } from '../support/vm/guest-parts.ts';
import { pciKernelTests } from './pci-kernels.ts';
import { pciSessionTests } from './pci-session.ts';
import { usbFirmwareTests } from './usb-firmware.ts';
import { usbSessionTests } from './usb-session.ts';

const missing = missingPackages();
if (missing.length > 0) console.warn(`left out, for they need a virtual machine: apt-get install ${missing.join(' ')}`);

test('the packages for a virtual machine are there in CI', () => {
  expect(process.env.CI === undefined ? [] : missing).toEqual([]);
});

describe.runIf(missing.length === 0)('a virtual machine', () => {
  let guest: Guest | undefined;
  const pciMemory = { path: `/dev/shm/shoal-pci-${process.pid}`, lengthBytes: 0x10_0000 };
  const boardMemory = {
    path: `/dev/shm/shoal-pci-board-${process.pid}`,
    lengthBytes: windowLayout(PARALLELLA_16).lengthBytes,
  };
  let board: EmulatedMemory | undefined;

  beforeAll(async () => {
    writeFileSync(pciMemory.path, new Uint8Array(pciMemory.lengthBytes));
    board = await EmulatedMemory.start(PARALLELLA_16, boardMemory.path);
    guest = await Guest.start({ pciMemories: [pciMemory, boardMemory] });
  });
  afterAll(() => {
    guest?.close();
    board?.close();
    for (const { path } of [pciMemory, boardMemory]) rmSync(path, { force: true });
  });

  const running = (): Guest => {
    if (guest === undefined) throw new Error('it did not boot');
    return guest;
  };

  usbSessionTests(running);
  usbFirmwareTests(running);
  pciSessionTests(running, pciMemory);
  pciKernelTests(running);
});
