import type { SessionOptions } from '../protocol/objects/session.ts';
import type { BoardListener } from './events/board-events.ts';
import type { SignalOption } from './kernels/signal-option.ts';

/** `signal` ends the opening; a board that is open is ended by `close()`. */
export interface OpenOptions extends SignalOption {
  /** Takes what kernels log, in place of the console; as `board.on('log', onLog)`. */
  readonly onLog?: BoardListener<'log'>;
  /** For objects of the board, `board.control`: what is exported to it, how values are passed, limits. */
  readonly session?: Omit<SessionOptions, 'onNodeMessage'>;
  /**
   * Boards at the other end of a line: so long it is tried to reach them, at the start and after a cut. Default
   * 15 000 ms.
   */
  readonly abandonMs?: number;
}
