import type { BoardDescription } from './board.ts';
import { E64G401 } from './e64g401.ts';

/** Parallella with an E64G401 at its default clock. The shared window lies in the host's DRAM. */
export const PARALLELLA_64: BoardDescription = {
  ...E64G401,
  name: 'parallella-64',
  title: 'Parallella, 64 cores',
  sharedMemory: { address: 0x8e000000, lengthBytes: 32 * 1024 * 1024, physicalAddress: 0x3e000000 },
  coreClockHz: 600_000_000,
  source: 'Parallella reference manual rev 13.06.29; e-hal E64 platform description',
};
