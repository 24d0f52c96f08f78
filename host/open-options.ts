import type { BoardListener } from './events/board-events.ts';
import type { SignalOption } from './kernels/signal-option.ts';

/** `signal` ends the opening; a board that is open is ended by `close()`. */
export interface OpenOptions extends SignalOption {
  /** Takes what kernels log, in place of the console; as `board.on('log', onLog)`. */
  readonly onLog?: BoardListener<'log'>;
}
