/** Kernels on cores whose memory is that of a PCI device: the board is this process, the host a program in the guest. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Guest } from '../support/vm/guest.ts';

const root = join(import.meta.dirname, '../..');

export function pciKernelTests(guest: () => Guest): void {
  test('kernels on cores whose memory is that of a PCI device', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-pci-'));
    try {
      // The guest is too slow for a compiler.
      const source = join(root, 'test/emulator/kernels/host-kernels.ts');
      const compiled = join(folder, 'kernels.shoal');
      execFileSync(process.execPath, [join(root, 'bin/shoal.js'), 'compile', source, '-o', compiled]);
      const kernels = guest().giveFile('kernels.shoal', readFileSync(compiled));
      expect(await guest().runProgram(join(import.meta.dirname, 'guest/pci-kernels.mjs'), kernels)).toEqual({
        board: 'parallella-16',
        y: [12, 24, 36],
        where: Array.from({ length: 16 }, (_, core) => core * 1000 + 16),
        timeout: 'CALL_TIMEOUT',
        after: 3,
        busy: 'LINK_BUSY',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
