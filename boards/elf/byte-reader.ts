/** Reads little-endian numbers and text from bytes; never reads behind their end. */
import { ShoalError } from '../../protocol/errors.ts';

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(count: number): number {
    if (count > this.left) {
      throw new ShoalError(
        'ELF_INVALID',
        `debug information ends in the middle: ${count} bytes wanted, ${this.left} left`,
      );
    }
    const at = this.#at;
    this.#at += count;
    return at;
  }

  /** A reader of the next `count` bytes, which are skipped here. */
  sub(count: number): ByteReader {
    const at = this.#take(count);
    return new ByteReader(this.#bytes.subarray(at, at + count));
  }

  skip(count: number): void {
    this.#take(count);
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }
  u16(): number {
    return this.u8() | (this.u8() << 8);
  }
  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  /** Unsigned LEB128; bits above 32 are dropped. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Signed LEB128; bits above 32 are dropped. */
  sleb(): number {
    let value = 0;
    for (let shift = 0; ; ) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value;
    }
  }

  /** Text up to a zero, one character per byte above 127. */
  text(): string {
    let text = '';
    for (let byte = this.u8(); byte !== 0; byte = this.u8()) text += String.fromCharCode(byte);
    return text;
  }

  /** Text at an offset; '' if that is outside. */
  textAt(offset: number): string {
    if (offset >= this.#bytes.length) return '';
    return new ByteReader(this.#bytes.subarray(offset)).text();
  }
}
