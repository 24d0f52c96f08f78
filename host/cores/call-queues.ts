import type { PendingCall } from '../kernels/pending-call.ts';

/** Calls that no core has, in the order of their arrival: those that any core may run, and those of each core. */
export class CallQueues {
  readonly #common: PendingCall[] = [];
  readonly #own: readonly PendingCall[][];
  /** Calls of both kinds carry their turn, so that neither starves the other. */
  readonly #turns = new WeakMap<PendingCall, number>();
  #nextTurn = 0;

  constructor(cores: number) {
    this.#own = Array.from({ length: cores }, () => []);
  }

  /** Calls that any core may run. */
  get commonLength(): number {
    return this.#common.length;
  }

  get length(): number {
    return this.#own.reduce((sum, queue) => sum + queue.length, this.#common.length);
  }

  /** Calls that only this core may run. */
  ownLength(core: number): number {
    return this.#own[core]?.length ?? 0;
  }

  #queueOf({ core }: PendingCall): PendingCall[] {
    return (core === null ? undefined : this.#own[core]) ?? this.#common;
  }

  add(call: PendingCall): void {
    this.#turns.set(call, this.#nextTurn++);
    this.#queueOf(call).push(call);
  }

  /** Puts a call back to where it waited, in front of those that came after it. */
  putBack(call: PendingCall): void {
    const queue = this.#queueOf(call);
    const turn = this.turnOf(call);
    const index = queue.findIndex((other) => this.turnOf(other) > turn);
    queue.splice(index < 0 ? queue.length : index, 0, call);
  }

  /** The oldest call that a core may run. */
  first(core: number): PendingCall | undefined {
    const own = this.#own[core]?.[0];
    const [common] = this.#common;
    return this.turnOf(own) < this.turnOf(common) ? own : common;
  }

  /** False if the call does not wait here. */
  remove(call: PendingCall): boolean {
    const queue = this.#queueOf(call);
    const index = queue.indexOf(call);
    if (index >= 0) queue.splice(index, 1);
    return index >= 0;
  }

  removeAll(): PendingCall[] {
    return [...this.#common.splice(0), ...this.#own.flatMap((queue) => queue.splice(0))];
  }

  /** Grows with each call that was added; Infinity for none. */
  turnOf(call: PendingCall | undefined): number {
    return call === undefined ? Number.POSITIVE_INFINITY : (this.#turns.get(call) ?? 0);
  }
}
