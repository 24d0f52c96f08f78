/**
 * What the threads of `hostCores` share: one block that says who waits for what. The owner of the cores reads it to
 * find out that nobody will ever come.
 */

/** Words before those of the cores. */
const ARRIVED = 0;
const GENERATION = 1;
const HEAD_WORDS = 8;
/** Words of each core. */
const KIND = 0;
const WHAT = 1;
const TURN = 2;
const CORE_WORDS = 4;
const PLACE_BYTES = 256;

const NOT_WAITING = 0;
const AT_BARRIER = 1;
const AT_LOCK = 2;

/** A wait that cannot end by itself, as long as the others do nothing. */
export interface BlockedCore {
  /** `kernels.ts:12:3`. */
  readonly place: string;
  /** Another one for each wait of the core. */
  readonly turn: number;
}

export class WaitingBlock {
  readonly words: SharedArrayBuffer;
  readonly places: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #count: number;

  /** `shared`: that of another thread; without it a new one is made. */
  constructor(count: number, shared?: Pick<WaitingBlock, 'words' | 'places'>) {
    this.#count = count;
    this.words = shared?.words ?? new SharedArrayBuffer((HEAD_WORDS + count * CORE_WORDS) * 4);
    this.places = shared?.places ?? new SharedArrayBuffer(count * PLACE_BYTES);
    this.#words = new Int32Array(this.words);
  }

  /** Waits until as many cores have called it as there are. */
  barrier(core: number, place: string): void {
    const generation = Atomics.load(this.#words, GENERATION);
    this.#begin(core, AT_BARRIER, generation, place);
    if (Atomics.add(this.#words, ARRIVED, 1) === this.#count - 1) {
      Atomics.store(this.#words, ARRIVED, 0);
      Atomics.add(this.#words, GENERATION, 1);
      Atomics.notify(this.#words, GENERATION);
    } else {
      while (Atomics.load(this.#words, GENERATION) === generation) Atomics.wait(this.#words, GENERATION, generation);
    }
    this.#end(core);
  }

  /** Waits until the word is 0, and puts the core's number into it. */
  acquire(core: number, locks: Int32Array, lock: number, place: string): void {
    this.#begin(core, AT_LOCK, lock, place);
    for (;;) {
      const holder = Atomics.compareExchange(locks, lock, 0, core + 1);
      if (holder === 0) break;
      Atomics.wait(locks, lock, holder);
    }
    this.#end(core);
  }

  /** Forgets who has entered a barrier. No core may be in one. */
  clear(): void {
    Atomics.store(this.#words, ARRIVED, 0);
    for (let core = 0; core < this.#count; core++) this.#end(core);
  }

  /** Forgets what a core waited for whose thread was ended. */
  forget(core: number): void {
    this.#end(core);
  }

  /** Null if the core does not wait, or what it waits for has come. `locks`: those of the module that it runs. */
  blocked(core: number, locks: Int32Array): BlockedCore | null {
    const at = HEAD_WORDS + core * CORE_WORDS;
    const kind = Atomics.load(this.#words, at + KIND);
    const what = Atomics.load(this.#words, at + WHAT);
    if (kind === NOT_WAITING) return null;
    const isOpen =
      kind === AT_BARRIER ? Atomics.load(this.#words, GENERATION) !== what : Atomics.load(locks, what) === 0;
    if (isOpen) return null;
    return { place: this.#placeOf(core), turn: Atomics.load(this.#words, at + TURN) };
  }

  #begin(core: number, kind: number, what: number, place: string): void {
    const at = HEAD_WORDS + core * CORE_WORDS;
    const bytes = new Uint8Array(this.places, core * PLACE_BYTES, PLACE_BYTES);
    const { written } = new TextEncoder().encodeInto(place, bytes.subarray(1));
    bytes[0] = written;
    Atomics.store(this.#words, at + WHAT, what);
    Atomics.add(this.#words, at + TURN, 1);
    Atomics.store(this.#words, at + KIND, kind);
  }

  #end(core: number): void {
    Atomics.store(this.#words, HEAD_WORDS + core * CORE_WORDS + KIND, NOT_WAITING);
  }

  #placeOf(core: number): string {
    const bytes = new Uint8Array(this.places, core * PLACE_BYTES, PLACE_BYTES);
    return new TextDecoder().decode(bytes.slice(1, 1 + (bytes[0] ?? 0)));
  }
}
