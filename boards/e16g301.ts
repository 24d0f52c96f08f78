import type { BoardDescription } from './board.ts';

/** The Epiphany-III chip alone: sixteen cores, no memory outside. Its mesh position is the one the Parallella straps. */
export const E16G301: BoardDescription = {
  name: 'e16g301',
  title: 'Epiphany-III E16G301, chip only',
  isa: 'epiphany',
  generation: 'epiphany-3',
  rows: 4,
  columns: 4,
  firstRow: 32,
  firstColumn: 8,
  localMemoryBytes: 32 * 1024,
  bankBytes: 8 * 1024,
  coreClockHz: 1_000_000_000,
  source: 'E16G301 product page; chip position as on the Parallella (reference manual rev 13.06.29)',
};
