import type { BoardDescription } from './board.ts';
import { E16G301 } from './e16g301.ts';

/** Parallella with an E16G301 at its default clock. The shared window lies in the host's DRAM. */
export const PARALLELLA_16: BoardDescription = {
  ...E16G301,
  name: 'parallella-16',
  title: 'Parallella, 16 cores',
  sharedMemory: { address: 0x8e000000, lengthBytes: 32 * 1024 * 1024, physicalAddress: 0x3e000000 },
  coreClockHz: 600_000_000,
  source: 'Parallella reference manual rev 13.06.29; Parallella-16 memory map 5.13.09.09',
};
