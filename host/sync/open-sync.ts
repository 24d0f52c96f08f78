import { ABANDON_MS } from '../control/open-control.ts';
import { resolveSelector } from '../links/found-boards.ts';
import { parseSelector } from '../selector.ts';
import { SyncBoard } from './sync-board.ts';
import type { SyncSessionOptions } from './sync-session.ts';
import { ThreadEnd } from './thread-end.ts';

export interface OpenSyncOptions extends SyncSessionOptions {
  /** So long it is tried to reach the board, at the start and after a cut. Default 15 000 ms. */
  readonly abandonMs?: number;
}

/**
 * Opens a board for use without `await`: `tcp://host:port`, `unix:/path`, `serial:/dev/ttyUSB0`, `usb:VID:PID`,
 * `emu:parallella-16`, and what else `open` takes. Another thread drives the link; this one stands still while it waits for an answer. What that
 * means is in docs/remote-objects.md.
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN, LINK_UNAVAILABLE, LINK_BUSY, LINK_DRIVER_MISSING, LINK_TIMEOUT, CALL_ARGUMENT.
 *
 * @example
 * using board = openSync('tcp://parallella:7000');
 * const name = board.control.import<typeof import('node:fs')>('fs').readFileSync('/etc/hostname', 'utf8');
 */
export function openSync(selector: string, options: OpenSyncOptions = {}): SyncBoard {
  const { link } = parseSelector(selector);
  const { abandonMs = ABANDON_MS, ...session } = options;
  const thread = new ThreadEnd();
  const board = new SyncBoard(thread, { selector: resolveSelector(selector), link, abandonMs }, session);
  try {
    // An emulated board has nothing that could be missing; its control processor starts when it is used.
    if (link === 'line') void board.control;
    return board;
  } catch (error) {
    board.close();
    throw error;
  }
}
