/**
 * How tests of the host open their boards. A file that imports `by-line.ts` in front of such a test runs it with boards
 * at the other end of a line.
 */
import { type Board, type OpenOptions, open } from 'shoal';

type OpenBoard = (name: string, options?: OpenOptions) => Promise<Board>;

let way: OpenBoard = (name, options) => open(`emu:${name}`, options);

export function openBoardsBy(other: OpenBoard): void {
  way = other;
}

/** `name`: of an emulated board. */
export const openBoard: OpenBoard = (name, options) => way(name, options);
