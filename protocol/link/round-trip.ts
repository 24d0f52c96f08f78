/** How long an acknowledgement takes, and so after which time a frame counts as lost (as RFC 6298, in milliseconds). */

/** Before the first measurement. Covers a frame of 1 KB at 38 400 baud. */
const FIRST_TIMEOUT_MS = 500;
/** More than an end may keep an acknowledgement back (ACKNOWLEDGE_DELAY_MS), with room for a busy engine. */
const MIN_TIMEOUT_MS = 60;
const MAX_TIMEOUT_MS = 4000;

export class RoundTrip {
  /** Shortest ever measured, 0 before the first measurement. */
  leastMs = 0;
  smoothedMs = 0;
  timeoutMs: number = FIRST_TIMEOUT_MS;
  #deviationMs = 0;

  /** Of a frame that was sent once: with several copies it would not be known which one was answered. */
  measured(ms: number): void {
    if (this.smoothedMs === 0) {
      this.leastMs = ms;
      this.smoothedMs = ms;
      this.#deviationMs = ms / 2;
    } else {
      this.leastMs = Math.min(this.leastMs, ms);
      this.#deviationMs += (Math.abs(ms - this.smoothedMs) - this.#deviationMs) / 4;
      this.smoothedMs += (ms - this.smoothedMs) / 8;
    }
    this.timeoutMs = Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, this.smoothedMs + 4 * this.#deviationMs));
  }

  /** Nothing came in time: wait longer for the next. Lasts until the next measurement. */
  backOff(): void {
    this.timeoutMs = Math.min(MAX_TIMEOUT_MS, this.timeoutMs * 2);
  }
}
