/**
 * How tests of the host open their boards. A file that imports `by-line.ts` in front of such a test runs it with boards
 * at the other end of a line.
 */
import { type Board, type OpenOptions, open } from 'shoal';
import { Machine, type MachineOptions } from 'shoal/emulator';
import { findBoard } from '../../../boards/registry.ts';
import { Board as OpenBoard } from '../../../host/board.ts';
import { loadRuntimeImage } from '../../../host/cores/runtime-image.ts';
import { WindowCores } from '../../../host/cores/window-cores.ts';
import { EmulatorLink } from '../../../host/links/emulator-link.ts';

type Open = (name: string, options?: OpenOptions) => Promise<Board>;

let otherWay: Open | undefined;
let watches = true;

/** `isWatchedThen`: what {@link isWatched} says from now on. */
export function openBoardsBy(way: Open, isWatchedThen = true): void {
  otherWay = way;
  watches = isWatchedThen;
}

/** Whether it is told what cores do: which have stopped, that all sleep, how many instructions they have executed. */
export function isWatched(): boolean {
  return watches;
}

/** `name`: of an emulated board. `machine`: how it is emulated, where that is up to this process. */
export async function openBoard(name: string, options: OpenOptions = {}, machine?: MachineOptions): Promise<Board> {
  if (otherWay !== undefined) return otherWay(name, options);
  if (machine === undefined) return open(`emu:${name}`, options);
  const board = findBoard(name);
  const link = new EmulatorLink(board, new Machine(board, machine));
  return OpenBoard.start(new WindowCores(link), loadRuntimeImage(board.isa), options);
}

/** Kinds of emulation that a test tries: only the first one where that is not up to this process. */
export function emulations<Kind>(kinds: readonly Kind[]): readonly Kind[] {
  return otherWay === undefined ? kinds : kinds.slice(0, 1);
}
