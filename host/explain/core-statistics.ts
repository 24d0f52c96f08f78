/** Figures of the cores: since the board was opened, since an earlier time, and again and again. */
import { setTimeout as pause } from 'node:timers/promises';
import { ShoalError } from '../../protocol/errors.ts';
import type { CallPool } from '../cores/call-pool.ts';
import { describeValue } from '../kernels/describe-value.ts';
import type { SignalOption } from '../kernels/signal-option.ts';

/** What one core has done since the board was opened, or since an earlier time. */
export interface CoreStatistics {
  readonly index: number;
  /** Relative to the board's first core. */
  readonly core: readonly [row: number, column: number];
  /** Calls that it was given. */
  readonly calls: number;
  /** Instructions executed, those of the core runtime included. */
  readonly instructions: number;
  /** Bytes of messages and arrays sent to it. */
  readonly bytesIn: number;
  /** Bytes of messages and arrays that came back. */
  readonly bytesOut: number;
  /** Part of the time, 0 … 1, in which the core did not sleep. */
  readonly busy: number;
  /** How often it was reset: asked for, or because of a deadline, an abort or a fault. */
  readonly resets: number;
}

/** Options of `board.samples`. */
export interface SampleOptions extends SignalOption {
  /** Milliseconds from one sample to the next, above 0. Default 1000. */
  readonly everyMs?: number;
}

/** What a board has done in one interval of `board.samples`. */
export interface BoardSample {
  /** Length of the interval as it was. */
  readonly elapsedMs: number;
  /** Calls that wait for cores now. */
  readonly waiting: number;
  /** In this interval; in core order. */
  readonly cores: readonly CoreStatistics[];
}

/** Takes the figures of one board. */
export class Statistics {
  readonly #pool: CallPool;
  /** Of each result, since the board was opened: the figures, and the board's time in instructions. */
  readonly #totals = new WeakMap<object, { readonly cores: readonly CoreStatistics[]; readonly elapsed: number }>();

  constructor(pool: CallPool) {
    this.#pool = pool;
  }

  /** Rejects with CALL_ARGUMENT if `since` is not a result of this. */
  async take(since?: readonly CoreStatistics[]): Promise<CoreStatistics[]> {
    const before = since === undefined ? undefined : this.#totals.get(Object(since));
    if (since !== undefined && before === undefined) {
      throw new ShoalError('CALL_ARGUMENT', `${describeValue(since)} is not a result of stats() of this board`);
    }
    const { instructions: executed, elapsed } = await this.#pool.access.counters();
    const cores = this.#pool.slots.map((slot) => {
      const { index, calls, bytesIn, bytesOut, resets, position: core } = slot;
      const instructions = executed[index] ?? 0;
      return { index, core, calls, instructions, bytesIn, bytesOut, busy: share(instructions, elapsed), resets };
    });
    const result = before === undefined ? [...cores] : cores.map((core) => difference(core, before, elapsed));
    this.#totals.set(result, { cores, elapsed });
    return result;
  }

  /** Ends when `closed` aborts; throws the reason of the user's signal. */
  async *samples({ everyMs = 1000, signal }: SampleOptions, closed: AbortSignal): AsyncGenerator<BoardSample> {
    let before = await this.take();
    let at = performance.now();
    const either = signal === undefined ? closed : AbortSignal.any([closed, signal]);
    for (;;) {
      await pause(everyMs, undefined, { signal: either }).catch(() => signal?.throwIfAborted());
      if (closed.aborted) return;
      const cores = await this.take(before).catch((error: unknown) => {
        if (!closed.aborted) throw error;
      });
      if (cores === undefined) return;
      const now = performance.now();
      yield { elapsedMs: now - at, waiting: this.#pool.waiting, cores };
      [before, at] = [cores, now];
    }
  }
}

/** Throws CALL_ARGUMENT. */
export function checkInterval({ everyMs }: SampleOptions): void {
  // The longest that a timer of Node keeps to.
  if (everyMs === undefined || (typeof everyMs === 'number' && everyMs > 0 && everyMs < 2 ** 31)) return;
  throw new ShoalError(
    'CALL_ARGUMENT',
    `everyMs must be a number above 0 and below 2147483648, not ${describeValue(everyMs)}`,
  );
}

function difference(
  now: CoreStatistics,
  before: { readonly cores: readonly CoreStatistics[]; readonly elapsed: number },
  elapsed: number,
): CoreStatistics {
  const then = before.cores[now.index] ?? now;
  const instructions = now.instructions - then.instructions;
  return {
    ...now,
    calls: now.calls - then.calls,
    instructions,
    bytesIn: now.bytesIn - then.bytesIn,
    bytesOut: now.bytesOut - then.bytesOut,
    busy: share(instructions, elapsed - before.elapsed),
    resets: now.resets - then.resets,
  };
}

const share = (instructions: number, elapsed: number): number =>
  elapsed <= 0 ? 0 : Math.min(1, instructions / elapsed);
