/**
 * How a program reaches the registers of cores that another process emulates. Memory of such a board is plain shared
 * memory; a write to a register has an effect, so it must be handed over, in order. The port lies in front of a window,
 * at mesh addresses where no core is:
 *
 *     0x0000  PORT_MAGIC, PORT_VERSION; 1 while the board serves it; a counter that moves as long as it does
 *     0x0010  bytes of the board's name, then the name in ASCII
 *     0x0080  head: accesses that were asked for, counted by the program
 *     0x00c0  tail: accesses that were done, counted by the board; what the last read gave
 *     0x1000  PORT_SLOTS accesses: what, mesh address, value, unused
 *
 * Words are 32 bits, little endian.
 */
import { ShoalError } from '../errors.ts';
import { DEBUGCMD_REGISTER, RESETCORE_REGISTER } from './core-registers.ts';

export const PORT_BYTES = 0x2000;
const PORT_MAGIC = 0x504c4853;
const PORT_VERSION = 1;
const SLOTS = 256;
const SLOT_WORDS = 4;
const SLOTS_WORD = 0x1000 / 4;
const VERSION_WORD = 1;
const SERVED_WORD = 2;
const BEAT_WORD = 3;
const NAME_WORD = 4;
const NAME_AT = 4 * (NAME_WORD + 1);
const MOST_NAME_BYTES = 0x80 - NAME_AT;
const HEAD_WORD = 0x80 / 4;
const TAIL_WORD = 0xc0 / 4;
const ANSWER_WORD = TAIL_WORD + 1;

const WRITE = 1;
const READ = 2;

/** Offsets in a core's window. What stops a core must have happened when its memory is written next. */
const OFFSET_MASK = 0xf_ffff;
const WAITED_FOR: readonly number[] = [DEBUGCMD_REGISTER, RESETCORE_REGISTER];

/** The registers of a board's cores, by mesh addresses. */
export interface RegisterAccess {
  readWord(address: number): number;
  writeWord(address: number, value: number): void;
}

function wordsOf(memory: Uint8Array): Int32Array {
  return new Int32Array(memory.buffer, memory.byteOffset, PORT_BYTES / 4);
}

/** The name of the board whose port lies in this memory; null if there is none of this version. */
export function boardOfPort(memory: Uint8Array): string | null {
  const words = wordsOf(memory);
  const length = words[NAME_WORD] as number;
  if (words[0] !== PORT_MAGIC || words[VERSION_WORD] !== PORT_VERSION) return null;
  if (length < 0 || length > MOST_NAME_BYTES) return null;
  return String.fromCharCode(...memory.subarray(NAME_AT, NAME_AT + length));
}

/** The board's end of a port. */
export class RegisterPort {
  readonly #words: Int32Array;

  /** Lays the port out in memory; what was in it is dropped. */
  constructor(memory: Uint8Array, board: string) {
    const words = wordsOf(memory);
    this.#words = words;
    words.fill(0);
    const name = Uint8Array.from(board, (letter) => letter.charCodeAt(0));
    words[NAME_WORD] = name.length;
    memory.set(name, NAME_AT);
    words[VERSION_WORD] = PORT_VERSION;
    words[SERVED_WORD] = 1;
    Atomics.store(words, 0, PORT_MAGIC);
  }

  /** True if something is asked for. */
  get isAsked(): boolean {
    return Atomics.load(this.#words, HEAD_WORD) !== this.#words[TAIL_WORD];
  }

  /** Does what is asked for. Returns how many accesses that were. */
  serve(registers: RegisterAccess): number {
    const words = this.#words;
    const head = Atomics.load(words, HEAD_WORD);
    let tail = words[TAIL_WORD] as number;
    // A counter that somebody has spoilt is followed, not believed.
    const count = Math.min((head - tail) >>> 0, SLOTS);
    if (count < (head - tail) >>> 0) tail = (head - count) | 0;
    for (let done = 0; done < count; done++) {
      const slot = SLOTS_WORD + (tail & (SLOTS - 1)) * SLOT_WORDS;
      const [what, address = 0, value = 0] = words.subarray(slot, slot + SLOT_WORDS);
      if (what === WRITE) registers.writeWord(address >>> 0, value >>> 0);
      if (what === READ) words[ANSWER_WORD] = registers.readWord(address >>> 0);
      tail = (tail + 1) | 0;
      Atomics.store(words, TAIL_WORD, tail);
    }
    return count;
  }

  /** Shows that the board is there. To be called again and again. */
  beat(): void {
    Atomics.add(this.#words, BEAT_WORD, 1);
  }

  /** Tells programs that the board is not there any more. */
  end(): void {
    Atomics.store(this.#words, SERVED_WORD, 0);
  }
}

/** A program's end of a port. */
export class RegisterPortClient implements RegisterAccess {
  readonly #words: Int32Array;
  readonly #name: string;
  readonly #waitUntil: (isDone: () => boolean) => boolean;

  /**
   * `waitUntil` looks until something is done, and returns false if that takes too long. `name` is what errors say.
   */
  constructor(memory: Uint8Array, name: string, waitUntil: (isDone: () => boolean) => boolean) {
    this.#words = wordsOf(memory);
    this.#name = name;
    this.#waitUntil = waitUntil;
  }

  /** A number that changes as long as the board serves its port; null if it has ended. */
  get beat(): number | null {
    return Atomics.load(this.#words, SERVED_WORD) === 1 ? Atomics.load(this.#words, BEAT_WORD) : null;
  }

  /** Throws LINK_LOST if the board does not answer. */
  readWord(address: number): number {
    this.#ask(READ, address, 0);
    this.#settle();
    return (this.#words[ANSWER_WORD] as number) >>> 0;
  }

  /** Throws LINK_LOST if the board takes nothing any more. */
  writeWord(address: number, value: number): void {
    this.#ask(WRITE, address, value);
    if (WAITED_FOR.includes(address & OFFSET_MASK)) this.#settle();
  }

  #ask(what: number, address: number, value: number): void {
    const words = this.#words;
    const head = words[HEAD_WORD] as number;
    this.#until(() => (head - Atomics.load(words, TAIL_WORD)) >>> 0 < SLOTS);
    const slot = SLOTS_WORD + (head & (SLOTS - 1)) * SLOT_WORDS;
    words[slot] = what;
    words[slot + 1] = address | 0;
    words[slot + 2] = value | 0;
    Atomics.store(words, HEAD_WORD, (head + 1) | 0);
  }

  #settle(): void {
    const words = this.#words;
    this.#until(() => Atomics.load(words, TAIL_WORD) === words[HEAD_WORD]);
  }

  #until(isDone: () => boolean): void {
    if (this.beat !== null && (isDone() || this.#waitUntil(() => isDone() || this.beat === null)) && isDone()) return;
    throw this.lost();
  }

  lost(): ShoalError {
    const how = this.beat === null ? 'has ended' : 'does not answer';
    return new ShoalError('LINK_LOST', `the emulated board ${this.#name} ${how}`, {
      hint: 'start `shoal emulate --memory` again, then open the board again',
    });
  }
}
