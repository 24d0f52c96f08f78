/**
 * All cores of a board, for whoever has the window into its memory: what each command of a host means. The host uses it
 * in its own process, or the control runtime on behalf of a host at the other end of a line.
 */
import { isShoalError, type ShoalError } from '../errors.ts';
import { CoreEnd, type CoreMessage, type Piece } from './core-end.ts';
import type { MemoryWindow } from './memory-window.ts';

/** Where the cores are. */
export interface CoreLayout {
  /** Mesh address of each core's local address 0, in core order. */
  readonly bases: ArrayLike<number>;
  readonly memoryBytes: number;
}

export interface CoreListener {
  onMessage(core: number, message: CoreMessage): void;
  /** The core has sent what is no message: it is not to be believed any more. */
  onGarbage(core: number, error: ShoalError): void;
}

/** A word on core 0 that belongs to a lock: index + 1 of the core that holds it, or 0. */
export type LockAddresses = readonly number[];

export class BoardCores {
  readonly window: MemoryWindow;
  readonly #ends: readonly CoreEnd[];
  readonly #memoryBytes: number;
  readonly #listener: CoreListener;
  /** What `start` puts back: locks on core 0 that other cores held when it was reset. */
  #heldLocks: Piece[] = [];
  /** Things done that can wake cores. Tells what a sleeping board knew of when it fell asleep. */
  stimuli = 0;

  constructor(window: MemoryWindow, { bases, memoryBytes }: CoreLayout, listener: CoreListener) {
    this.window = window;
    this.#ends = Array.from(bases, (base, index) => new CoreEnd(window, base, index));
    this.#memoryBytes = memoryBytes;
    this.#listener = listener;
  }

  /** Throws RangeError. */
  end(core: number): CoreEnd {
    const end = this.#ends[core];
    if (end === undefined) throw new RangeError(`core ${core} of ${this.#ends.length}`);
    return end;
  }

  /**
   * Stops a core whatever it does, and empties its memory but for the pieces `kept`. Locks that it held are free
   * afterwards; those that others hold stay theirs. Returns how many calls it had begun since the reset before.
   */
  reset(core: number, kept: readonly Piece[], locks: LockAddresses): number {
    const end = this.end(core);
    end.halt();
    // Answers that have come count.
    this.receive(core);
    const { begun } = end;
    this.#freeLocks(core, locks);
    const home = this.end(0);
    if (core === 0) this.#heldLocks = locks.map((address) => [address, home.readWord(address)]);
    end.reset(this.#memoryBytes, kept);
    return begun;
  }

  /** Starts a core that was reset. HELLO gives `nonce` back. */
  start(core: number, nonce: number): void {
    const end = this.end(core);
    if (core === 0) for (const [address, holder] of this.#heldLocks.splice(0)) end.writeWord(address, holder);
    this.stimuli++;
    end.start(this.#memoryBytes, this.#ends.length, nonce);
  }

  /** Hands over a call that stands in core memory; `outputs` come with its answer. */
  post(core: number, call: number, address: number, lengthBytes: number, outputs: readonly Piece[]): void {
    this.stimuli++;
    this.end(core).post(call, address, lengthBytes, outputs);
  }

  /** Takes a call back; false if the core has begun it. */
  withdraw(core: number, address: number, sequence: number): boolean {
    this.receive(core);
    this.stimuli++;
    return this.end(core).withdraw(address, sequence);
  }

  /** Frees the locks that a core holds, unless it has begun the call `next` already, and may have acquired them in it. */
  release(core: number, next: number | null, locks: LockAddresses): void {
    if (next === null || this.end(core).isWaiting(next)) this.#freeLocks(core, locks);
  }

  #freeLocks(core: number, locks: LockAddresses): void {
    const home = this.end(0);
    for (const address of locks) if (home.readWord(address) === core + 1) home.writeWord(address, 0);
  }

  /** True while something is to come from a core. */
  get isExpecting(): boolean {
    return this.#ends.some((end) => end.isExpected);
  }

  /** Hands on what the cores have sent; returns its bytes. */
  receiveAll(): number {
    let received = 0;
    for (let core = 0; core < this.#ends.length; core++) received += this.receive(core);
    return received;
  }

  receive(core: number): number {
    try {
      const { messages, lengthBytes } = this.end(core).receive();
      for (const message of messages) this.#listener.onMessage(core, message);
      return lengthBytes;
    } catch (error) {
      if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
      this.#listener.onGarbage(core, error);
      return 1;
    }
  }
}
