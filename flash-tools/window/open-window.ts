import { type ConsoleOutput, Machine } from '../../emulator/index.ts';
import { EmulatorLink } from '../../host/links/emulator-link.ts';
import { claimLink } from '../../host/links/link-claim.ts';
import type { MemoryLink } from '../../host/links/memory-link.ts';
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
export const WINDOW_SELECTORS = "'emu:name'";

/** True for selectors that name a memory window. */
export function isWindowSelector(selector: string): boolean {
  return /^(emu|mem|pcie|local)(:|$)/.test(selector);
}

/**
 * Opens a board by its memory, for this program alone; its cores go on with what they do. `onOutput` gets what programs
 * on an emulated board print. Rejects with SELECTOR_INVALID, BOARD_UNKNOWN, LINK_BUSY, LINK_UNAVAILABLE.
 */
export async function openWindow(
  selector: string,
  signal: AbortSignal,
  onOutput: (output: ConsoleOutput) => void = () => undefined,
): Promise<OpenWindow> {
  const board = parseEmulated(selector);
  const machine = new Machine(board, { onOutput });
  const link: MemoryLink = new EmulatorLink(board, machine);
  const claim = link.exclusive === undefined ? null : await claimLink(link.exclusive, signal);
  return {
    window: link,
    machine,
    close() {
      link.close();
      claim?.release();
    },
  };
}
