/** The cores of a board into whose memory this process has a window. */
import { setImmediate as turn } from 'node:timers/promises';
import type { BoardDescription } from '../../boards/board.ts';
import { BoardCores, type LockAddresses } from '../../protocol/cores/board-cores.ts';
import type { Piece } from '../../protocol/cores/core-end.ts';
import { isShoalError } from '../../protocol/errors.ts';
import type { MemoryLink } from '../links/memory-link.ts';
import type { BoardCounters, CallPost, CoreAccess, CoreEvents } from './core-access.ts';

/** Zeros are written in pieces, so that large arrays need no array of their size here. */
const ZEROS = new Uint8Array(65_536);
/** A board that works by itself is looked at in every turn for so long after something happened, then now and then. */
const AWAKE_MS = 20;
const ASLEEP_POLL_MS = 1;

/**
 * Everything happens at once. The board advances in slices between turns of the event loop, and only while something is
 * expected of it: a board that nobody waits for holds no handle and lets the process end.
 */
export class WindowCores implements CoreAccess {
  readonly board: BoardDescription;
  readonly #link: MemoryLink;
  readonly #count: number;
  readonly #cores: BoardCores;
  #events: CoreEvents | null = null;
  #isExpecting = false;
  #cancelTurn: (() => void) | null = null;
  /** For `BoardCores.stimuli`, and when it was another, or something was received. */
  #lastStimuli = 0;
  #lastTraffic = performance.now();

  constructor(link: MemoryLink) {
    const { board } = link;
    this.board = board;
    this.#link = link;
    this.#count = board.rows * board.columns;
    const bases = Array.from({ length: this.#count }, (_, core) => link.coreAddress(core, 0));
    this.#cores = new BoardCores(
      link,
      { bases, memoryBytes: board.localMemoryBytes },
      {
        onMessage: (core, message) => this.#events?.onMessage(core, message),
        onGarbage: (core, error) => this.#events?.onGarbage(core, error),
      },
    );
  }

  listen(events: CoreEvents): void {
    this.#events = events;
  }

  async reset(core: number, kept: readonly Piece[], locks: LockAddresses): Promise<number> {
    return this.#attempt(() => this.#cores.reset(core, kept, locks));
  }

  start(core: number, nonce: number): void {
    this.#command(() => this.#cores.start(core, nonce));
  }

  writeCores(cores: readonly number[], localAddress: number, bytes: Uint8Array): void {
    this.#command(() => {
      for (const core of cores) this.#cores.end(core).write(localAddress, bytes);
    });
  }

  fillCores(cores: readonly number[], localAddress: number, lengthBytes: number): void {
    this.#command(() => {
      for (const core of cores) this.#fill(this.coreAddress(core, localAddress), lengthBytes);
    });
  }

  post(core: number, { id, address, message, sent, outputs }: CallPost): void {
    this.#command(() => {
      const end = this.#cores.end(core);
      for (const [from, to] of sent) end.write(address + from, message.subarray(from, to));
      this.#cores.post(core, id, address, message.length, outputs);
    });
  }

  async withdraw(core: number, address: number, sequence: number): Promise<boolean> {
    return this.#attempt(() => this.#cores.withdraw(core, address, sequence));
  }

  release(core: number, next: number | null, locks: LockAddresses): void {
    this.#command(() => this.#cores.release(core, next, locks));
  }

  /** Does what the window may refuse because its board has gone: that ends the board. */
  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      // Not at once: whoever has asked for it goes on first.
      if (isShoalError(error)) queueMicrotask(() => this.#events?.onFailure(error));
      throw error;
    }
  }

  /** As {@link #attempt}, for whoever expects no answer. */
  #command(work: () => void): void {
    try {
      this.#attempt(work);
    } catch (error) {
      if (!isShoalError(error)) throw error;
    }
  }

  expect(isExpecting: boolean): void {
    this.#isExpecting = isExpecting;
    if (!isExpecting || this.#cancelTurn !== null) return;
    const turn = (): void => {
      this.#cancelTurn = null;
      if (this.#isExpecting) this.#command(() => this.#turn());
    };
    if (this.#isQuiet()) {
      const timer = setTimeout(turn, ASLEEP_POLL_MS);
      this.#cancelTurn = () => clearTimeout(timer);
    } else {
      const immediate = setImmediate(turn);
      this.#cancelTurn = () => clearImmediate(immediate);
    }
  }

  /** Nothing has happened for a while, and the board goes on without being looked at. */
  #isQuiet(): boolean {
    if (!this.#link.isIndependent) return false;
    const now = performance.now();
    if (this.#lastStimuli !== this.#cores.stimuli) this.#lastTraffic = now;
    this.#lastStimuli = this.#cores.stimuli;
    return now - this.#lastTraffic > AWAKE_MS;
  }

  #turn(): void {
    const events = this.#events;
    if (events === null) return;
    const isAsleep = this.#link.advance() === 'asleep';
    const { stimuli } = this.#cores;
    const received = this.#cores.receiveAll();
    if (received > 0) this.#lastTraffic = performance.now();
    for (let core = 0; core < this.#count; core++) {
      const fault = this.#link.fault(core);
      if (fault !== null) events.onFault(core, fault);
    }
    // What has come may have made the host do something that wakes a core.
    if (isAsleep && received === 0 && stimuli === this.#cores.stimuli) events.onAsleep(this.#link.waitReport());
    events.onTurn();
  }

  async readCoreWords(places: readonly (readonly [core: number, localAddress: number])[]): Promise<number[]> {
    return this.#attempt(() => places.map(([core, address]) => this.#cores.end(core).readWord(address)));
  }

  async counters(): Promise<BoardCounters> {
    const instructions = Array.from({ length: this.#count }, (_, core) => this.#link.counters(core).instructions);
    return { instructions, elapsed: this.#link.elapsedInstructions() };
  }

  coreAddress(core: number, localAddress: number): number {
    return this.#link.coreAddress(core, localAddress);
  }

  async read(address: number, lengthBytes: number): Promise<Uint8Array> {
    return this.#attempt(() => this.#link.read(address, lengthBytes));
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    this.#attempt(() => this.#link.write(address, bytes));
  }

  async fill(address: number, lengthBytes: number): Promise<void> {
    this.#attempt(() => this.#fill(address, lengthBytes));
  }

  #fill(address: number, lengthBytes: number): void {
    for (let at = 0; at < lengthBytes; at += ZEROS.length) {
      this.#link.write(address + at, ZEROS.subarray(0, Math.min(ZEROS.length, lengthBytes - at)));
    }
  }

  writeWords(words: readonly (readonly [address: number, value: number])[]): void {
    this.#command(() => {
      for (const [address, value] of words) this.#link.writeWord(address, value);
    });
  }

  async untilClear(address: number, mask: number): Promise<number> {
    const look = (): number => this.#attempt(() => this.#link.readWord(address));
    const word = look();
    if ((word & mask) === 0) return word;
    this.#attempt(() => this.#link.advance());
    await turn();
    return look();
  }

  setLocator(locate: (localAddress: number) => string | null): void {
    this.#link.setLocator(locate);
  }

  close(): void {
    this.#isExpecting = false;
    this.#cancelTurn?.();
    this.#cancelTurn = null;
    this.#link.close();
  }
}
