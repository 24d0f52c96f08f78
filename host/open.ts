import { Board } from './board.ts';
import { loadRuntimeImage } from './cores/runtime-image.ts';
import { WindowCores } from './cores/window-cores.ts';
import { checkSignal } from './kernels/signal-option.ts';
import { EmulatorLink } from './links/emulator-link.ts';
import type { OpenOptions } from './open-options.ts';
import { parseSelector } from './selector.ts';

/**
 * Opens a board and starts the runtime on its cores. `emu:<board>` is an emulated board in this process, for example
 * `emu:parallella-16`.
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN, FILE_NOT_FOUND if the runtime was not built, BOARD_START if a core does not
 * start.
 */
export async function open(selector: string, options: OpenOptions = {}): Promise<Board> {
  checkSignal(options);
  const { board } = parseSelector(selector);
  const image = loadRuntimeImage(board.isa);
  return Board.start(new WindowCores(new EmulatorLink(board)), image, options);
}
