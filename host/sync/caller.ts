import { ShoalError } from '../../protocol/errors.ts';
import { timedOut } from '../../protocol/objects/outgoing-calls.ts';
import type { AbortSignalOption, CallOptions, PendingResult } from '../../protocol/objects/pending-result.ts';

/** What a caller waits with. */
export interface WaitingThread {
  /** Gives what was posted to the line. */
  flush(): void;
  /** Stands still until something has come, and handles it; false if nothing comes for so long. */
  take(timeoutMs: number): boolean;
}

/** Makes operations of a session, and stands still until their results are there. */
export class Caller {
  /** Counts operations that may have changed objects of the other side. */
  changes = 0;
  readonly #thread: WaitingThread;
  readonly #timeoutMs: number;
  #waiting = 0;

  constructor(thread: WaitingThread, timeoutMs: number) {
    this.#thread = thread;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The result of what `start` begins. What the other side calls meanwhile runs here, and its time counts. Throws what
   * the operation throws, CALL_TIMEOUT.
   */
  wait(start: (options: CallOptions) => PendingResult, timeoutMs: number = this.#timeoutMs): unknown {
    const endsAt = performance.now() + timeoutMs;
    const deadline = new CallDeadline();
    // No timer runs while the thread stands still.
    const result = start({ timeoutMs: Infinity, signal: deadline });
    result.observe();
    this.#waiting++;
    try {
      while (!result.isSettled) {
        this.#thread.flush();
        const leftMs = endsAt - performance.now();
        if (leftMs <= 0 || !this.#thread.take(leftMs)) deadline.pass(timedOut(timeoutMs));
      }
    } finally {
      this.#waiting--;
      this.#thread.flush();
    }
    if (result.state === 'threw') throw result.value;
    return result.value;
  }

  /** A callback has given a promise. Throws SYNC_ASYNC_CALLBACK if that could not be settled before the wait ends. */
  refusePromise(promise: PromiseLike<unknown>): void {
    if (this.#waiting === 0) return;
    // Nobody will look at it.
    promise.then(undefined, () => {});
    throw new ShoalError(
      'SYNC_ASYNC_CALLBACK',
      'a promise was passed to the other side, or given by a callback, while this thread waits for an answer',
      { hint: 'no promise is settled while a thread waits: give values and plain functions, or use `open`' },
    );
  }
}

/** What ends a call whose time is over. */
class CallDeadline implements AbortSignalOption {
  aborted = false;
  reason: unknown;
  #listener: (() => void) | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  pass(reason: ShoalError): void {
    this.aborted = true;
    this.reason = reason;
    this.#listener?.();
  }
}

/** Throws CALL_ARGUMENT: what waits without an end could not even be interrupted. */
export function checkedTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new ShoalError('CALL_ARGUMENT', `timeoutMs is ${timeoutMs}, which is not above 0 and below 2³¹`, {
    hint: 'a thread that stands still needs an end of it',
  });
}
