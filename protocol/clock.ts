/** Time as protocol/ sees it: the engine's on a board and in Node, a virtual one in tests and emulated lines. */
export interface Clock {
  /** Milliseconds from any origin, never going back; fractions count. */
  now(): number;
  /** Calls back once after `delayMs`; the result cancels that. */
  setTimer(delayMs: number, callback: () => void): () => void;
  /** Calls back after what runs now has ended, promises that it settles included, and before any timer. */
  defer(callback: () => void): void;
}

/**
 * A deadline that moves with every frame. The engine's timer under it is only set anew when it fires too early, so that
 * moving costs nothing.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #at = Infinity;
  #timerAt = Infinity;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  get isSet(): boolean {
    return this.#at !== Infinity;
  }

  /** Replaces what was set before. */
  setAfter(delayMs: number): void {
    this.#at = this.#clock.now() + delayMs;
    if (this.#at < this.#timerAt) this.#arm();
  }

  clear(): void {
    this.#at = Infinity;
  }

  /** Also takes the engine's timer away, which may keep a process alive. */
  stop(): void {
    this.#at = Infinity;
    this.#timerAt = Infinity;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    this.#cancel?.();
    this.#timerAt = this.#at;
    this.#cancel = this.#clock.setTimer(Math.max(0, this.#at - this.#clock.now()), () => {
      this.#timerAt = Infinity;
      this.#cancel = undefined;
      if (this.#at === Infinity) return;
      if (this.#at > this.#clock.now()) return this.#arm();
      this.#at = Infinity;
      this.#callback();
    });
  }
}
