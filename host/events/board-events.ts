/** What a board tells a program without being asked. */

import { ShoalError } from '../../protocol/errors.ts';
import type { CoreResetEvent } from '../cores/call-pool.ts';
import { describeValue } from '../kernels/describe-value.ts';
import type { LogEvent } from '../logs/log-event.ts';

/** The board is closed: nothing of it can be used any more. */
export interface CloseEvent {
  /** The error that ended it; undefined if the program has called `close()`. */
  readonly reason: unknown;
}

/** The board has forgotten everything. */
export interface RebootEvent {
  /** What the calls reject with that ran. */
  readonly reason: ShoalError;
}

/** The events of a board by their names. */
export interface BoardEvents {
  /** A core was reset, asked for or because a call on it was given up: its module state is as after load. */
  readonly coreReset: CoreResetEvent;
  /**
   * A kernel has logged. Logs of one core come in order and before their call settles. While nobody listens, they go to
   * the console as `[row,column] text`.
   */
  readonly log: LogEvent;
  /**
   * The board at the other end of a line was started anew: calls that ran reject with STALE_REFERENCE, arrays in its
   * memory are freed. Modules stay loaded, their state is as after load; calls that wait go on.
   */
  readonly reboot: RebootEvent;
  /** Comes once; no event comes after it. */
  readonly close: CloseEvent;
}

export type BoardListener<Name extends keyof BoardEvents> = (event: BoardEvents[Name]) => void;

/** Keeps the compiler from forgetting a name. */
const NAMES: Readonly<Record<keyof BoardEvents, true>> = { coreReset: true, log: true, reboot: true, close: true };

type Listeners = { [Name in keyof BoardEvents]?: Set<BoardListener<Name>> };

/** The listeners of one board. */
export class BoardListeners {
  #listeners: Listeners = {};

  /** Returns a function that takes the listener away. Throws CALL_ARGUMENT. */
  add<Name extends keyof BoardEvents>(name: Name, listener: BoardListener<Name>): () => void {
    if (!Object.hasOwn(NAMES, name)) {
      throw new ShoalError('CALL_ARGUMENT', `a board has no event ${describeValue(name)}`, {
        hint: `Its events are ${Object.keys(NAMES).join(', ')}.`,
      });
    }
    if (typeof listener !== 'function') {
      throw new ShoalError('CALL_ARGUMENT', `the listener must be a function, not ${describeValue(listener)}`);
    }
    // Added twice, a function is called twice, and each is taken away by itself.
    const added: BoardListener<Name> = (event) => listener(event);
    const all: Set<BoardListener<Name>> = this.#listeners[name] ?? new Set();
    this.#listeners = { ...this.#listeners, [name]: all.add(added) };
    return () => all.delete(added);
  }

  /** True if somebody listens. */
  has(name: keyof BoardEvents): boolean {
    return (this.#listeners[name]?.size ?? 0) > 0;
  }

  /** Calls the listeners in the order in which they were added. */
  emit<Name extends keyof BoardEvents>(name: Name, event: BoardEvents[Name]): void {
    for (const listener of [...(this.#listeners[name] ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        // The work of the board must not end because of it, nor may it stay unseen: it becomes an uncaught exception.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Takes all away. */
  clear(): void {
    this.#listeners = {};
  }
}
