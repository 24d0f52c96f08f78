/** A board's memory in a file: what is where, registers that are plain memory among it. */
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../../boards/parallella-16.ts';
import { windowLayout } from '../../../boards/window-layout.ts';
import { openMemoryFile, placeInFile } from '../../../device/window-linux/memory-file.ts';

const CORE_1_1 = 0x84900000;
const WINDOW = 0x80000000;

let folder: string;
let fd: number;
beforeEach(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shoal-file-'));
  fd = openSync(join(folder, 'memory'), 'w+');
});
afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

function wordAt(place: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  readSync(fd, bytes, 0, 4, place);
  return bytes.getUint32(0, true);
}

const isLinux = process.platform === 'linux';

test.runIf(isLinux).each([0, 0x3000])(
  'memory and registers of each core, shared memory, from offset %d on',
  async (offset) => {
    ftruncateSync(fd, offset + windowLayout(PARALLELLA_16).lengthBytes);
    writeSync(fd, Uint8Array.of(1, 2, 3, 4), 0, 4, offset + CORE_1_1 - WINDOW + 0x7ffc);
    const file = await openMemoryFile({ path: join(folder, 'memory'), offset, board: 'parallella-16' });
    try {
      const { window, board, beat } = file;
      expect([board.name, beat]).toEqual(['parallella-16', null]);
      expect(window.readWord(CORE_1_1 + 0x7ffc)).toBe(0x04030201);
      window.writeWord(CORE_1_1 + 0xf042c, 2);
      window.writeWord(0x8ffffffc, 0xfedcba98);
      expect(wordAt(offset + CORE_1_1 - WINDOW + 0xf042c)).toBe(2);
      expect(wordAt(offset + 0x0ffffffc)).toBe(0xfedcba98);
      // Between memory and registers, and where no core is, there is nothing.
      for (const address of [CORE_1_1 + 0x8000, CORE_1_1 + 0xf1000, WINDOW, 0x80c00000]) {
        expect(() => window.readWord(address)).toThrow(RangeError);
      }
      await expect(
        openMemoryFile({ path: join(folder, 'memory'), offset, board: 'parallella-16' }),
      ).rejects.toMatchObject({
        code: 'LINK_BUSY',
      });
    } finally {
      file.close();
    }
  },
);

test.each([
  ['/dev/epiphany/mesh0', 0x84900000, 0x8e000000],
  ['/dev/epiphany', 0x84900000, 0x3e000000],
  ['/dev/mem', 0x84900000, 0x3e000000],
])('%s has cores at their own addresses, and shared memory where its driver has it', (path, core, shared) => {
  const { parts } = windowLayout(PARALLELLA_16);
  const places = [CORE_1_1, 0x8e000000].map((address) => {
    const part = parts.find((each) => each.address === address);
    return part === undefined ? null : placeInFile(part, path, WINDOW, PARALLELLA_16);
  });
  expect(places).toEqual([core, shared]);
});
