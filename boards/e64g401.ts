import type { BoardDescription } from './board.ts';

/** The Epiphany-IV chip alone: sixty-four cores, no memory outside. */
export const E64G401: BoardDescription = {
  name: 'e64g401',
  title: 'Epiphany-IV E64G401, chip only',
  isa: 'epiphany',
  generation: 'epiphany-4',
  rows: 8,
  columns: 8,
  firstRow: 32,
  firstColumn: 8,
  localMemoryBytes: 32 * 1024,
  bankBytes: 8 * 1024,
  coreClockHz: 800_000_000,
  source: 'E64G401 product page; chip position as on the Parallella (reference manual rev 13.06.29)',
};
