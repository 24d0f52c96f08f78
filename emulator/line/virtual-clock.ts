import type { Clock } from '../../protocol/clock.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  /** Undefined once it was cancelled. */
  callback: (() => void) | undefined;
}

/** Time that passes only in `run`: from one event to the next, in the order in which they were set at equal times. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #heap: Event[] = [];
  #deferred: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#insert(event);
    return () => {
      event.callback = undefined;
    };
  }

  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  /**
   * Runs events until `isDone` says so after one, nothing is left to happen, or the time `until` (in milliseconds) is
   * reached. Returns whether `isDone` said so.
   */
  run(isDone: () => boolean, until: number = Infinity): boolean {
    this.#runDeferred();
    while (!isDone()) {
      const [next] = this.#heap;
      if (next === undefined || next.at > until) {
        this.#now = until === Infinity ? this.#now : Math.max(this.#now, until);
        return false;
      }
      this.#removeFirst();
      if (next.callback === undefined) continue;
      this.#now = next.at;
      next.callback();
      this.#runDeferred();
    }
    return true;
  }

  /** Lets so much time pass. */
  pass(ms: number): void {
    this.run(() => false, this.#now + ms);
  }

  #runDeferred(): void {
    while (this.#deferred.length > 0) {
      const deferred = this.#deferred;
      this.#deferred = [];
      for (const callback of deferred) callback();
    }
  }

  #insert(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Event;
      if (isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      const below = heap[child] as Event;
      if (isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
