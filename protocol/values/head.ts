/** The first bytes of a CBOR item (RFC 8949, chapter 3): three bits of major type and a number. */
import { ShoalError } from '../errors.ts';

export const MAJOR_UNSIGNED = 0;
export const MAJOR_NEGATIVE = 1;
export const MAJOR_BYTES = 2;
export const MAJOR_TEXT = 3;
export const MAJOR_ARRAY = 4;
export const MAJOR_MAP = 5;
export const MAJOR_TAG = 6;
export const MAJOR_SIMPLE = 7;

/** Tag "this is CBOR": says nothing, and so may stand in front of any item as three to nine bytes of padding. */
export const TAG_SELF_DESCRIBED = 55799;

/** Bytes that do not parse. `offset` is where. */
export function invalid(what: string, offset: number): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `${what} at byte ${offset}`, { details: { offset } });
}

/** A writer that was used for something large does not keep room for it. */
const KEPT_CAPACITY_BYTES = 1024;

/** Appends to a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Bytes written so far; also the offset of the next one. */
  length = 0;

  constructor(capacityBytes = 64) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for `count` bytes, zeroed, and returns the offset of the first. */
  reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.length = end;
    return start;
  }

  byte(value: number): void {
    const offset = this.reserve(1);
    this.#view.setUint8(offset, value);
  }

  bytes(source: Uint8Array): void {
    const offset = this.reserve(source.length);
    this.#bytes.set(source, offset);
  }

  float32(value: number): void {
    this.byte(0xfa);
    const offset = this.reserve(4);
    this.#view.setFloat32(offset, value);
  }

  float64(value: number): void {
    this.byte(0xfb);
    const offset = this.reserve(8);
    this.#view.setFloat64(offset, value);
  }

  /**
   * A head with the shortest number, or one of `sizeBytes` (1, 2, 3, 5 or 9 bytes in all) that must be long enough.
   * `value` is an integer of 0 … 2^64 - 1; above 2^53 it must be exact as a double.
   */
  head(major: number, value: number, sizeBytes: number = shortestHead(value)): void {
    const first = major << 5;
    if (sizeBytes === 1) {
      this.byte(first | value);
    } else if (sizeBytes === 2) {
      this.byte(first | 24);
      this.byte(value);
    } else if (sizeBytes === 3) {
      this.byte(first | 25);
      const offset = this.reserve(2);
      this.#view.setUint16(offset, value);
    } else if (sizeBytes === 5) {
      this.byte(first | 26);
      const offset = this.reserve(4);
      this.#view.setUint32(offset, value);
    } else {
      this.byte(first | 27);
      const offset = this.reserve(8);
      this.#view.setBigUint64(offset, BigInt(value));
    }
  }

  /** Takes back all but the first `length` bytes. */
  truncate(length: number): void {
    this.#bytes.fill(0, length, this.length);
    this.length = length;
  }

  /** Gives the written bytes away, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.view();
    if (bytes.length * 4 < this.#bytes.length) {
      const copy = bytes.slice();
      this.truncate(0);
      return copy;
    }
    this.#bytes = new Uint8Array(Math.min(this.#bytes.length, KEPT_CAPACITY_BYTES));
    this.#view = new DataView(this.#bytes.buffer);
    this.length = 0;
    return bytes;
  }

  /** The written bytes: a view that the next write may invalidate. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Bytes of the shortest head that holds `value`. */
export function shortestHead(value: number): number {
  if (value < 24) return 1;
  if (value < 0x100) return 2;
  if (value < 0x10000) return 3;
  return value < 0x1_0000_0000 ? 5 : 9;
}

/** Reads from a buffer; every read past its end throws PROTOCOL_INVALID. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Nobody else uses the bytes: what is read may stay where it lies. */
  readonly isOwner: boolean;
  readonly #view: DataView;
  offset = 0;
  /** Major type of the head that was read last. */
  major = 0;
  /** Its additional information, 0 … 27. */
  information = 0;
  /** Its number, if that is exact as a double; otherwise see `big`. */
  value = 0;
  /** Its number if `value` cannot hold it exactly, or null. */
  big: bigint | null = null;

  constructor(bytes: Uint8Array, isOwner = false) {
    this.bytes = bytes;
    this.isOwner = isOwner;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Steps over `count` bytes and returns where they begin. */
  take(count: number): number {
    const start = this.offset;
    if (count > this.bytes.length - start) throw invalid(`${count} bytes expected, ${this.remaining} left`, start);
    this.offset = start + count;
    return start;
  }

  /** Reads one head into `major`, `information`, `value` and `big`. For floats `value` is the raw pattern. */
  head(): void {
    const start = this.take(1);
    const first = this.#view.getUint8(start);
    const information = first & 31;
    this.major = first >> 5;
    this.information = information;
    this.big = null;
    if (information < 24) {
      this.value = information;
    } else if (information === 24) {
      this.value = this.#view.getUint8(this.take(1));
    } else if (information === 25) {
      this.value = this.#view.getUint16(this.take(2));
    } else if (information === 26) {
      this.value = this.#view.getUint32(this.take(4));
    } else if (information === 27) {
      const big = this.#view.getBigUint64(this.take(8));
      this.value = Number(big);
      if (big > BigInt(Number.MAX_SAFE_INTEGER)) this.big = big;
    } else {
      throw invalid(`head 0x${first.toString(16)} (reserved, or of indefinite length)`, start);
    }
  }

  /** The float whose 8 bytes end here. */
  float64(): number {
    return this.#view.getFloat64(this.offset - 8);
  }

  float32(): number {
    return this.#view.getFloat32(this.offset - 4);
  }
}
