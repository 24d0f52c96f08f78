import type { BoardDescription } from './board.ts';

/** Mesh address of local address 0 of a core, by its index. */
export function coreBase({ columns, firstRow, firstColumn }: BoardDescription, core: number): number {
  const row = firstRow + Math.floor(core / columns);
  const column = firstColumn + (core % columns);
  return ((row << 26) | (column << 20)) >>> 0;
}
