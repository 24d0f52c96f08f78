import { type ConsoleOutput, Machine } from '../../emulator/index.ts';
import { EmulatorLink } from '../../host/links/emulator-link.ts';
import { resolveSelector } from '../../host/links/found-boards.ts';
import { MappedLink } from '../../host/links/mapped-link.ts';
import { parseWindow } from '../../host/links/window-selector.ts';
import { parseEmulated } from '../../host/selector.ts';
import type { BoardWindow } from './board-window.ts';

/** A board's memory, for as long as a command uses it. */
export interface OpenWindow {
  readonly window: BoardWindow;
  /** The board itself if it is emulated in this process: it stands still unless it is run. */
  readonly machine: Machine | null;
  close(): void;
}

/** What commands say of their argument. */
export const WINDOW_SELECTORS = "'emu:name', 'mem:FILE[,board=NAME]', 'pcie:SLOT[,board=NAME]' or 'local'";

/** True for selectors that name a memory window. */
export function isWindowSelector(selector: string): boolean {
  return /^(emu|mem|pcie|local)(:|$)/.test(selector);
}

/**
 * Opens a board by its memory, for this program alone; its cores go on with what they do. `onOutput` gets what programs
 * on an emulated board of this process print.
 *
 * Rejects with SELECTOR_INVALID, BOARD_UNKNOWN; for mapped memory also LINK_BUSY, LINK_UNAVAILABLE, PERMISSION_DENIED,
 * LINK_DRIVER_MISSING, DEVICE_NOT_FOUND.
 */
export async function openWindow(
  selector: string,
  signal: AbortSignal,
  onOutput: (output: ConsoleOutput) => void = () => undefined,
): Promise<OpenWindow> {
  const memory = parseWindow(resolveSelector(selector));
  if (memory !== null) {
    const window = await MappedLink.open(memory, signal);
    return { window, machine: null, close: () => window.close() };
  }
  const board = parseEmulated(selector);
  const machine = new Machine(board, { onOutput });
  return { window: new EmulatorLink(board, machine), machine, close: () => undefined };
}
