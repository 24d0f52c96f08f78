import type { Clock } from '../../protocol/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * The time of this process, for lines that are simulated in it: timers fire in the order of their times, which those of
 * Node do only to the millisecond, and those of the same time in the order in which they were set.
 */
export class OrderedClock implements Clock {
  readonly #timers: Timer[] = [];
  #wake: NodeJS.Timeout | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;

  now(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.now() + Math.max(0, delayMs), callback };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1] as Timer).at > timer.at) index--;
    this.#timers.splice(index, 0, timer);
    this.#arm();
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place >= 0) this.#timers.splice(place, 1);
    };
  }

  defer(callback: () => void): void {
    process.nextTick(callback);
  }

  #arm(): void {
    const [first] = this.#timers;
    if (first === undefined || first.at >= this.#wakeAt) return;
    clearTimeout(this.#wake);
    this.#wakeAt = first.at;
    this.#wake = setTimeout(() => this.#run(), first.at - this.now());
  }

  #run(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const now = this.now();
    while ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= now) this.#timers.shift()?.callback();
    this.#arm();
  }
}
