/** Objects of a board in the memory of a PCI device: the board is this process, the host a program in the guest. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBoard } from '../../boards/registry.ts';
import { EmulatedControl } from '../../host/index.ts';
import type { Guest, PciMemory } from '../support/vm/guest.ts';

export function pciSessionTests(guest: () => Guest, memory: PciMemory): void {
  test('objects of a board in the memory of a PCI device, one session after another', async () => {
    const control = await EmulatedControl.start(findBoard('parallella-16'));
    try {
      await control.openRing({ path: memory.path });
      const file = join(import.meta.dirname, 'guest/pci-memory.mjs');
      expect(await guest().runProgram(file)).toEqual([
        { hostname: 'parallella-16\n', isSame: true, sizes: [60_000] },
        { hostname: 'parallella-16\n', isSame: true, sizes: [513] },
      ]);
    } finally {
      await control.close();
    }
  });
}
