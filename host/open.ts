import { Board } from './board.ts';
import { emulatedSession } from './control/emulated-session.ts';
import { ABANDON_MS } from './control/open-control.ts';
import { loadRuntimeImage, type RuntimeImage } from './cores/runtime-image.ts';
import { SessionCores } from './cores/session-cores.ts';
import { WindowCores } from './cores/window-cores.ts';
import { checkSignal } from './kernels/signal-option.ts';
import { connectLink, type LineOpener } from './links/connect-link.ts';
import { EmulatorLink } from './links/emulator-link.ts';
import { MappedLink } from './links/mapped-link.ts';
import type { MemoryLink } from './links/memory-link.ts';
import type { OpenOptions } from './open-options.ts';
import { parseSelector } from './selector.ts';

/**
 * Opens a board and starts the runtime on its cores.
 *
 * - `emu:parallella-16`: an emulated board in this process; `shoal boards` lists the names
 * - `tcp://host:port`, `unix:/path`, `serial:/dev/ttyUSB0`, `serial:/dev/ttyUSB0@921600`, `usb:VID:PID`: the board at
 *   the other end of a line, by way of its control runtime
 * - `mem:/dev/shm/board`, `mem:/dev/epiphany/mesh0,board=parallella-16`, `pcie:0000:01:00.0,board=NAME`: a board whose
 *   memory this computer maps, by the package koffi; `@OFFSET` behind the file says where the board's begins
 * - `local`, `local:parallella-16`: the board on which this program runs, by its memory, without a control runtime
 * - `auto`: the one board that is found on USB or is this computer; with several, or none, it throws and says which
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN, DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS, FILE_NOT_FOUND if the runtime was not
 * built, BOARD_START if a core does not start; for mapped memory LINK_BUSY if another program has it,
 * LINK_DRIVER_MISSING, PERMISSION_DENIED, LINK_UNAVAILABLE; for lines also what {@link openControl} throws, LINK_BUSY
 * if another program uses the cores, EXPORT_NOT_FOUND if the board lets nobody use them.
 */
export async function open(selector: string, options: OpenOptions = {}): Promise<Board> {
  checkSignal(options);
  const selection = parseSelector(selector);
  if (selection.link === 'line') return openByLine(selection.opener, options);
  if (selection.link === 'window') {
    const link = await MappedLink.open(selection.memory, options.signal);
    return Board.start(new WindowCores(link), imageFor(link), options);
  }
  const { board } = selection;
  const image = loadRuntimeImage(board.isa);
  return Board.start(new WindowCores(new EmulatorLink(board)), image, options, () =>
    emulatedSession(board, options.session),
  );
}

/** Closes the link if there is none. */
function imageFor(link: MemoryLink): RuntimeImage {
  try {
    return loadRuntimeImage(link.board.isa);
  } catch (error) {
    link.close();
    throw error;
  }
}

async function openByLine(opener: LineOpener, options: OpenOptions): Promise<Board> {
  const { signal, abandonMs = ABANDON_MS } = options;
  const link = await connectLink(opener, { abandonMs, ...(signal === undefined ? {} : { signal }) });
  const { cores, session } = await SessionCores.attach(link, options.session, signal);
  return Board.start(cores, loadRuntimeImage(cores.board.isa), options, () => session);
}
