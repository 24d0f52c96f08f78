import { Board } from './board.ts';
import { loadRuntimeImage } from './cores/runtime-image.ts';
import { EmulatorLink } from './links/emulator-link.ts';
import type { LogListener } from './logs/log-listeners.ts';
import { parseSelector } from './selector.ts';

export interface OpenOptions {
  /** Ends the opening: it rejects with the signal's reason. Afterwards it has no effect; use `close()`. */
  readonly signal?: AbortSignal;
  /** Takes what kernels log, in place of the console: as {@link Board.onLog}, from the start. */
  readonly onLog?: LogListener;
}

/**
 * Opens a board and starts the runtime on its cores. `emu:<board>` is an emulated board in this process, for example
 * `emu:parallella-16`.
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN, FILE_NOT_FOUND if the runtime was not built.
 */
export async function open(selector: string, options: OpenOptions = {}): Promise<Board> {
  options.signal?.throwIfAborted();
  const { board } = parseSelector(selector);
  const image = loadRuntimeImage(board.isa);
  return Board.start(new EmulatorLink(board), image, options);
}
