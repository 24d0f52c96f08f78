/** The result of an operation that is under way, for this side: where its promise and its deadline hang. */
import { joinStacks, TRACES_CALLS, withWaitingCalls } from './call-traces.ts';
import type { Operation } from './object-messages.ts';
import type { Scope } from './scope.ts';

/** Options of calls. */
export interface CallOptions {
  /** Aborting it rejects the call with the signal's reason and tells the other side. */
  readonly signal?: AbortSignalOption;
  /** Rejects the call with CALL_TIMEOUT after so many milliseconds; `Infinity` for never. Default: the session's. */
  readonly timeoutMs?: number;
}

/** As much of an AbortSignal as is needed: engines have different ones. */
export interface AbortSignalOption {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export class PendingResult {
  /**
   * `held back`: it is known, but operations that were sent to it are still on their way around; who got it now could
   * overtake them.
   */
  state: 'pending' | 'held back' | 'returned' | 'threw' = 'pending';
  value: unknown = undefined;
  /** Number of the call, 0 if it is none of the other side's or was answered. */
  call = 0;
  /** Operations that were sent with this result as their target. */
  sentTo = 0;
  /** The result that this operation was sent to. */
  sentAfter: PendingResult | undefined;
  /** Ticks of the session's clock at which it was sent; see CallTable. */
  startedAt = 0;
  readonly scope: Scope | undefined;
  readonly operation: Operation;
  /** Made by the caller, for its stack. */
  callSite: Error | undefined;
  /** The error comes from the other side, and nothing of this side is in its stack yet. */
  #tellsWaiting = false;
  /** Stops the deadline and the listener of the signal. */
  stopWatching: (() => void) | undefined;
  /** Operations that wait for it here, in order. */
  #waiting: (() => void)[] = [];
  #promise: Promise<unknown> | undefined;
  #resolve: ((value: unknown) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #isObserved = false;
  #isReleased = false;
  readonly #releaseValue: (value: unknown) => void;

  constructor(operation: Operation, scope: Scope | undefined, releaseValue: (value: unknown) => void) {
    this.operation = operation;
    this.scope = scope;
    this.#releaseValue = releaseValue;
    scope?.expect(this);
  }

  get isSettled(): boolean {
    return this.state === 'returned' || this.state === 'threw';
  }

  /** Somebody follows up on this result: a failure of it will be seen. */
  observe(): void {
    this.#isObserved = true;
    this.#promise?.catch(() => {});
  }

  /** Whoever takes it looks after its rejection. */
  get promise(): Promise<unknown> {
    this.#isObserved = true;
    this.#promise ??= new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (this.state === 'returned') resolve(this.value);
      else if (this.state === 'threw') this.#rejectWith(this.value);
    });
    return this.#promise;
  }

  /** Runs `action` when the result is settled, at once if it is; before those who await the promise. */
  whenSettled(action: () => void): void {
    this.observe();
    if (this.isSettled) action();
    else this.#waiting.push(action);
  }

  returned(value: unknown): void {
    if (this.isSettled) return;
    this.#settle('returned', value);
    this.#resolve?.(value);
    if (this.#isReleased) this.#releaseValue(value);
  }

  threw(error: unknown): void {
    if (this.isSettled) return;
    this.#settle('threw', error);
    this.#rejectWith(error);
    // A failure that nobody looks at in this turn is reported by the engine, as with any promise.
    if (!this.#isObserved && !this.#isReleased) void this.promise;
  }

  /** The other side threw it. */
  threwThere(error: unknown): void {
    if (TRACES_CALLS && error instanceof Error) {
      if (this.callSite === undefined) this.#tellsWaiting = true;
      else joinStacks(error, this.callSite.stack);
    }
    this.threw(error);
  }

  #rejectWith(error: unknown): void {
    if (TRACES_CALLS && this.#tellsWaiting) this.#resolve?.(withWaitingCalls(error as Error));
    else this.#reject?.(error);
  }

  #settle(state: 'returned' | 'threw', value: unknown): void {
    this.state = state;
    this.value = value;
    this.scope?.expectNoMore(this);
    this.stopWatching?.();
    this.stopWatching = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) action();
  }

  /** The program needs the result no more: an object that is in it is released, now or when it comes. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.state === 'returned') this.#releaseValue(this.value);
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }
}
