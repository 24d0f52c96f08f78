import { mapMemory } from '../../device/window-linux/mapped-memory.ts';
import { formatRings, hasRings } from '../../protocol/ring.ts';
import type { LineOpener } from './connect-link.ts';
import { RingLine } from './ring-line.ts';

/** The memory that holds the rings. */
export interface RingMemory {
  /** A file in /dev/shm, the resource file of a PCI device, or /dev/mem. */
  readonly path: string;
  readonly lengthBytes?: number;
  /** Where it begins in the file, a multiple of 4096. */
  readonly offset?: number;
}

/**
 * Lines over rings in shared memory. `end`: 0 for a host, 1 for a board, which lays the rings out if they are not there yet. Linux, and machines of
 * little endian.
 */
export function ringOpener(memory: RingMemory, end: 0 | 1 = 0): LineOpener {
  const { path, lengthBytes, offset } = memory;
  return {
    name: `ring:${path}`,
    kind: 'messages',
    async open(signal) {
      signal.throwIfAborted();
      const { bytes, unmap } = await mapMemory(path, '`shoal emulate --ring`', lengthBytes, offset);
      try {
        if (end === 1 && !hasRings(bytes)) formatRings(bytes);
        return new RingLine(bytes, end, unmap);
      } catch (error) {
        unmap();
        throw error;
      }
    },
  };
}
