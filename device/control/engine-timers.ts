import type { Clock } from '../../protocol/clock.ts';
import type { Embedding } from './embedding.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** All timers of an engine over the single one of its embedding. */
export class EngineTimers implements Clock {
  readonly #embedding: Embedding;
  /** By rising time; equal ones in the order in which they were set. */
  readonly #timers: Timer[] = [];
  #deferred: (() => void)[] = [];

  constructor(embedding: Embedding) {
    this.#embedding = embedding;
  }

  now(): number {
    return this.#embedding.now();
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.now() + Math.max(0, delayMs), callback };
    const later = this.#timers.findIndex(({ at }) => at > timer.at);
    const index = later < 0 ? this.#timers.length : later;
    this.#timers.splice(index, 0, timer);
    if (index === 0) this.#arm();
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place < 0) return;
      this.#timers.splice(place, 1);
      if (place === 0) this.#arm();
    };
  }

  defer(callback: () => void): void {
    // By now the engine has jobs to do; the embedding's timer comes when there are none left.
    if (this.#deferred.push(callback) === 1) this.#embedding.setTimer(0);
  }

  /** Runs what was deferred and what is due. To be called when the embedding's timer has run out. */
  run(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const callback of deferred) callback();
    const now = this.now();
    while ((this.#timers[0]?.at ?? Infinity) <= now) this.#timers.shift()?.callback();
    this.#arm();
  }

  #arm(): void {
    if (this.#deferred.length > 0) {
      this.#embedding.setTimer(0);
      return;
    }
    const next = this.#timers[0];
    this.#embedding.setTimer(next === undefined ? -1 : Math.max(0, next.at - this.now()));
  }
}
