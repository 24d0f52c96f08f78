/** Calls of this side that the other side has not answered, with their deadlines. */
import { ShoalError } from '../errors.ts';
import type { CallOptions, PendingResult } from './pending-result.ts';
import { startTimer } from './platform.ts';
import { SlotTable } from './slot-table.ts';

/** Parts of the usual deadline at which calls are looked at: one timer serves all, and none is set for each call. */
const TICKS = 8;

export class OutgoingCalls {
  readonly #slots = new SlotTable<PendingResult>(1);
  readonly #maximum: number;
  readonly #timeoutMs: number;
  readonly #cancel: (call: number) => void;
  #tick = 0;
  #stopClock: (() => void) | undefined;

  /** @param cancel tells the other side that nobody waits any more */
  constructor(maximum: number, timeoutMs: number, cancel: (call: number) => void) {
    this.#maximum = maximum;
    this.#timeoutMs = timeoutMs;
    this.#cancel = cancel;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Throws LIMIT_EXCEEDED. */
  add(result: PendingResult): void {
    if (this.#slots.size >= this.#maximum) {
      throw new ShoalError('LIMIT_EXCEEDED', `${this.#maximum} calls have no answer yet`, {
        hint: 'await some calls before the next ones, or raise limits.calls of both sessions',
        retryable: true,
        details: { limit: 'calls' },
      });
    }
    result.call = this.#slots.add(result);
    result.startedAt = this.#tick;
    this.#startClock();
  }

  /** The call of this number was answered, or never sent. */
  remove(call: number): PendingResult | undefined {
    const result = this.#slots.get(call);
    if (result === undefined) return undefined;
    this.#slots.delete(call);
    result.call = 0;
    return result;
  }

  get(call: number): PendingResult | undefined {
    return this.#slots.get(call);
  }

  /** Lets deadline and signal of the options end the wait. The number stays taken until the answer comes. */
  watch(result: PendingResult, { signal, timeoutMs }: CallOptions): void {
    if (timeoutMs === undefined && signal === undefined) return;
    const stops: (() => void)[] = [];
    if (timeoutMs !== undefined) {
      result.startedAt = Infinity;
      if (timeoutMs < Infinity) {
        stops.push(startTimer(timeoutMs, () => this.giveUp(result, timedOut(timeoutMs))));
      }
    }
    if (signal !== undefined) {
      const aborted = (): void => this.giveUp(result, signal.reason);
      signal.addEventListener('abort', aborted);
      stops.push(() => signal.removeEventListener('abort', aborted));
    }
    result.stopWatching = () => {
      for (const stop of stops) stop();
    };
  }

  giveUp(result: PendingResult, reason: unknown): void {
    if (result.isSettled) return;
    if (result.call > 0) this.#cancel(result.call);
    result.threw(reason);
  }

  #startClock(): void {
    if (this.#stopClock !== undefined || this.#timeoutMs === Infinity) return;
    this.#stopClock = startTimer(this.#timeoutMs / TICKS, () => {
      this.#stopClock = undefined;
      this.#tick++;
      let isWaiting = false;
      for (const result of this.#slots.values()) {
        if (this.#tick - result.startedAt > TICKS) this.giveUp(result, timedOut(this.#timeoutMs));
        isWaiting ||= !result.isSettled;
      }
      if (isWaiting) this.#startClock();
    });
  }

  /** Ends the wait of all calls. */
  end(reason: unknown): void {
    this.#stopClock?.();
    const all = this.#slots.values();
    this.#slots.clear();
    for (const result of all) {
      result.call = 0;
      result.threw(reason);
    }
  }
}

/** What a call ends with whose deadline has passed. */
export function timedOut(timeoutMs: number): ShoalError {
  return new ShoalError('CALL_TIMEOUT', `no answer within ${timeoutMs} ms`, {
    hint: 'the other side may be busy, stopped or out of reach; give the call a longer timeoutMs if it takes so long',
    retryable: true,
    details: { timeoutMs },
  });
}
