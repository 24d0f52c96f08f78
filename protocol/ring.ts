/**
 * Two rings in memory that both ends of a link see: a file in /dev/shm, the BAR of a PCI device. Messages only, each
 * contiguous but for the ring's end; who writes moves `head` after the whole message, who reads moves `tail`. Nothing
 * needs a reset: an end that begins anew goes on where the counters stand, and its link says hello.
 *
 *     0x000  RING_MAGIC, RING_VERSION, bytes of one ring (a power of two)
 *     0x040  first ring, from end 0 to end 1: head, written by end 0
 *     0x080                                   tail, written by end 1
 *     0x0c0  second ring, from end 1 to end 0: head, written by end 1
 *     0x100                                    tail, written by end 0
 *     0x140  bytes of the first ring, then of the second
 *
 * Words are 32 bits, little endian; counters are in bytes, modulo 2³². A message is its length as one word and its bytes,
 * filled up to a whole number of words.
 */
import { ShoalError } from './errors.ts';

export const RING_MAGIC = 0x524c4853;
export const RING_VERSION = 1;
const HEADER_BYTES = 0x140;
const SIZE_WORD = 2;
/** Words of the first ring's counters; the second ring's stand 0x80 bytes behind. One cache line for each. */
const HEAD_WORD = 0x40 / 4;
const TAIL_WORD = 0x80 / 4;
const NEXT_RING_WORDS = 0x80 / 4;
/** A hello fits into a quarter. */
const LEAST_RING_BYTES = 1024;

/** Bytes of memory for two rings of this size. */
export function ringMemoryBytes(ringBytes: number): number {
  return HEADER_BYTES + 2 * ringBytes;
}

/** Lays out rings in memory, as large as fit; drops what was in it. Throws LINK_UNAVAILABLE if it is too small. */
export function formatRings(memory: Uint8Array): void {
  const room = (memory.length - HEADER_BYTES) / 2;
  if (room < LEAST_RING_BYTES) {
    throw new ShoalError('LINK_UNAVAILABLE', `${memory.length} bytes of memory are too few for rings`, {
      hint: `give at least ${ringMemoryBytes(LEAST_RING_BYTES)}`,
    });
  }
  const words = wordsOf(memory);
  words.fill(0, 0, HEADER_BYTES / 4);
  words[SIZE_WORD] = 2 ** Math.floor(Math.log2(room));
  words[1] = RING_VERSION;
  Atomics.store(words, 0, RING_MAGIC);
}

/** True if rings of this version are laid out, which fit into the memory. */
export function hasRings(memory: Uint8Array): boolean {
  const words = wordsOf(memory);
  const ringBytes = words[SIZE_WORD] as number;
  const isSize = ringBytes >= LEAST_RING_BYTES && (ringBytes & (ringBytes - 1)) === 0;
  return words[0] === RING_MAGIC && words[1] === RING_VERSION && isSize && ringMemoryBytes(ringBytes) <= memory.length;
}

function wordsOf(memory: Uint8Array): Int32Array {
  return new Int32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
}

/** One end's view of both rings. Little-endian machines only. */
export class RingEnd {
  /** Bytes of the largest message: a quarter of a ring, so that one is written while another is read, and 64 KB at most. */
  readonly maxMessageBytes: number;
  readonly #words: Int32Array;
  readonly #ringBytes: number;
  readonly #out: Uint8Array;
  readonly #in: Uint8Array;
  readonly #outCounters: number;
  readonly #inCounters: number;

  /**
   * Throws LINK_UNAVAILABLE if the memory holds no rings (yet), of another version, or larger than it.
   * `end`: 0 for a host, 1 for a board.
   */
  constructor(memory: Uint8Array, end: 0 | 1) {
    this.#words = wordsOf(memory);
    if (!hasRings(memory)) {
      throw new ShoalError('LINK_UNAVAILABLE', 'the memory holds no rings of this version', {
        hint: 'the board lays them out when it starts; is it running, and is it the right file?',
        retryable: true,
      });
    }
    const ringBytes = this.#words[SIZE_WORD] as number;
    this.#ringBytes = ringBytes;
    this.maxMessageBytes = Math.min(ringBytes / 4, 0x1_0000) - 4;
    const rings = [0, 1].map((index) =>
      memory.subarray(HEADER_BYTES + index * ringBytes, HEADER_BYTES + (index + 1) * ringBytes),
    ) as [Uint8Array, Uint8Array];
    this.#out = rings[end];
    this.#in = rings[1 - end] as Uint8Array;
    this.#outCounters = end * NEXT_RING_WORDS;
    this.#inCounters = (1 - end) * NEXT_RING_WORDS;
  }

  /** False if there is no room now. */
  write(message: Uint8Array): boolean {
    const head = this.#words[HEAD_WORD + this.#outCounters] as number;
    const used = (head - Atomics.load(this.#words, TAIL_WORD + this.#outCounters)) >>> 0;
    const bytes = 4 + ((message.length + 3) & ~3);
    if (used + bytes > this.#ringBytes) return false;
    const mask = this.#ringBytes - 1;
    const at = head & mask;
    new DataView(this.#out.buffer, this.#out.byteOffset + at).setUint32(0, message.length, true);
    const from = (at + 4) & mask;
    const first = Math.min(message.length, this.#ringBytes - from);
    this.#out.set(first === message.length ? message : message.subarray(0, first), from);
    if (first < message.length) this.#out.set(message.subarray(first), 0);
    Atomics.store(this.#words, HEAD_WORD + this.#outCounters, (head + bytes) | 0);
    return true;
  }

  /** True if a message is there. Costs one read of memory. */
  get hasMessage(): boolean {
    const words = this.#words;
    return Atomics.load(words, HEAD_WORD + this.#inCounters) !== words[TAIL_WORD + this.#inCounters];
  }

  /**
   * The next message, or undefined if there is none. Throws PROTOCOL_INVALID if counters or length make no sense: what
   * was there is dropped.
   */
  read(): Uint8Array | undefined {
    const tail = this.#words[TAIL_WORD + this.#inCounters] as number;
    const head = Atomics.load(this.#words, HEAD_WORD + this.#inCounters);
    const available = (head - tail) >>> 0;
    if (available === 0) return undefined;
    const mask = this.#ringBytes - 1;
    const at = tail & mask;
    const length =
      at % 4 === 0 ? new DataView(this.#in.buffer, this.#in.byteOffset + at).getUint32(0, true) : 0xffff_ffff;
    const bytes = 4 + ((length + 3) & ~3);
    if (available > this.#ringBytes || length > this.maxMessageBytes || bytes > available) {
      Atomics.store(this.#words, TAIL_WORD + this.#inCounters, head);
      throw new ShoalError('PROTOCOL_INVALID', `a ring with ${available} bytes and a message of ${length}`);
    }
    const message = new Uint8Array(length);
    const from = (at + 4) & mask;
    const first = Math.min(length, this.#ringBytes - from);
    message.set(this.#in.subarray(from, from + first));
    if (first < length) message.set(this.#in.subarray(0, length - first), first);
    Atomics.store(this.#words, TAIL_WORD + this.#inCounters, (tail + bytes) | 0);
    return message;
  }
}
