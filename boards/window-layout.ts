/** What of a board's mesh addresses a window shows: memory of cores, their registers, shared memory. */
import type { BoardDescription } from './board.ts';
import { coreBase } from './core-address.ts';

/** Registers of a core, by their place in its window of 1 MB. */
export const REGISTERS_OFFSET = 0xf0000;
export const REGISTERS_BYTES = 0x1000;

/** A stretch of mesh addresses. */
export interface WindowPart {
  readonly kind: 'core memory' | 'registers' | 'shared memory';
  readonly address: number;
  readonly lengthBytes: number;
}

/** Where a window into a board begins and ends. Between its parts there is nothing. */
export interface WindowLayout {
  /** Column 0 of the mesh row in which the board's first core is. */
  readonly address: number;
  readonly lengthBytes: number;
  readonly parts: readonly WindowPart[];
}

export function windowLayout(board: BoardDescription): WindowLayout {
  const parts = Array.from({ length: board.rows * board.columns }, (_, core): WindowPart[] => {
    const base = coreBase(board, core);
    return [
      { kind: 'core memory', address: base, lengthBytes: board.localMemoryBytes },
      { kind: 'registers', address: base + REGISTERS_OFFSET, lengthBytes: REGISTERS_BYTES },
    ];
  }).flat();
  if (board.sharedMemory !== undefined) parts.push({ kind: 'shared memory', ...board.sharedMemory });
  const address = (board.firstRow << 26) >>> 0;
  const end = Math.max(...parts.map((part) => part.address + part.lengthBytes));
  return { address, lengthBytes: end - address, parts };
}
