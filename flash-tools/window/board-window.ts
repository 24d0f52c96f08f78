/** The memory of a board as the tools use it: by mesh addresses, or by a core and an address of its own. */
import type { BoardDescription } from '../../boards/board.ts';
import type { MemoryLink } from '../../host/links/memory-link.ts';
import { ShoalError } from '../../protocol/errors.ts';

/** What of a link the tools need. */
export type BoardWindow = Pick<MemoryLink, 'board' | 'coreAddress' | 'read' | 'write' | 'readWord' | 'writeWord'>;

/** Addresses below are a core's own (boards/board.ts). */
export const CORE_WINDOW_BYTES = 0x10_0000;

/** A group of cores: rows and columns from a first core on, all relative to the board's first core. */
export interface CoreGroup {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * `first` is `row,column`, `size` is `rowsxcolumns`. Throws USAGE if the board does not have all of those cores.
 */
export function parseGroup(board: BoardDescription, first: string, size: string): CoreGroup {
  const [row, column] = pair(first, ',') ?? [board.rows, board.columns];
  if (row >= board.rows || column >= board.columns) {
    throw new ShoalError('USAGE', `--core ${first} is no core of ${board.name}`, {
      hint: `give row,column from 0,0 to ${board.rows - 1},${board.columns - 1}`,
    });
  }
  const [rows, columns] = pair(size, 'x') ?? [0, 0];
  if (rows < 1 || columns < 1 || row + rows > board.rows || column + columns > board.columns) {
    throw new ShoalError('USAGE', `--group ${size} from core ${first} on is not on ${board.name}`, {
      hint: `give rows and columns, at most ${board.rows - row}x${board.columns - column} from there`,
    });
  }
  return { row, column, rows, columns };
}

/** Indices of the cores of a group, row by row. */
export function coresOf(board: BoardDescription, { row, column, rows, columns }: CoreGroup): number[] {
  const cores: number[] = [];
  for (let y = row; y < row + rows; y++) {
    for (let x = column; x < column + columns; x++) cores.push(y * board.columns + x);
  }
  return cores;
}

/**
 * A mesh address, from `0x8e000000` (a mesh address) or `0,1:0x100` (an address of core 0,1). Throws USAGE.
 */
export function parseAddress(window: BoardWindow, text: string): number {
  const match = /^(?:(\d+,\d+):)?(0x[0-9a-f]{1,8}|\d{1,10})$/i.exec(text);
  const value = Number(match?.[2] ?? Number.NaN);
  if (match === null || value > 0xffff_ffff) {
    throw new ShoalError('USAGE', `'${text}' is no address`, {
      hint: 'write a mesh address, 0x8e000000, or a core and an address of its own: 0,1:0x100',
    });
  }
  if (match[1] === undefined) return value;
  const group = parseGroup(window.board, match[1], '1x1');
  return window.coreAddress(group.row * window.board.columns + group.column, value);
}

/** `64` or `0x40`. Throws USAGE. */
export function parseLength(text: string): number {
  const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : 0;
  if (value > 0 && value <= 0xffff_ffff) return value;
  throw new ShoalError('USAGE', `'${text}' is no length in bytes`, { hint: 'write 64 or 0x40' });
}

/** Throws MEMORY_OVERFLOW unless the board has memory at all of these addresses. */
export function checkRange(window: BoardWindow, address: number, lengthBytes: number): void {
  const { board } = window;
  const fits = (start: number, length: number): boolean => address >= start && address + lengthBytes <= start + length;
  for (let core = 0; core < board.rows * board.columns; core++) {
    if (fits(window.coreAddress(core, 0), board.localMemoryBytes)) return;
  }
  if (board.sharedMemory !== undefined && fits(board.sharedMemory.address, board.sharedMemory.lengthBytes)) return;
  const shared = board.sharedMemory === undefined ? '' : `, shared memory from ${hex(board.sharedMemory.address)}`;
  throw new ShoalError('MEMORY_OVERFLOW', `${board.name} has no memory for ${lengthBytes} bytes at ${hex(address)}`, {
    hint: `A core has ${board.localMemoryBytes} bytes from its address 0${shared}.`,
    details: { address, lengthBytes },
  });
}

export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function pair(text: string, separator: string): readonly [number, number] | null {
  const match = new RegExp(`^(\\d{1,2})${separator}(\\d{1,2})$`).exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}
