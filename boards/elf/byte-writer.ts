import { textBytes } from './text.ts';

/** A growing little-endian byte buffer with the number formats of ELF and DWARF. */
export class ByteWriter {
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been written; a copy. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  bytes(values: ArrayLike<number>): void {
    if (this.#length + values.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + values.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  u8(value: number): void {
    this.bytes([value & 255]);
  }
  u16(value: number): void {
    this.bytes([value & 255, (value >>> 8) & 255]);
  }
  u32(value: number): void {
    this.bytes([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]);
  }

  /** Unsigned LEB128. */
  uleb(value: number): void {
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest);
  }

  /** Signed LEB128. */
  sleb(value: number): void {
    let rest = value | 0;
    for (; rest < -64 || rest > 63; rest >>= 7) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest & 0x7f);
  }

  /** UTF-8 with a zero behind it. */
  text(value: string): void {
    this.bytes(textBytes(value));
  }

  align(bytes: number): void {
    while (this.#length % bytes !== 0) this.u8(0);
  }

  /** Overwrites four bytes written before. */
  patch32(offset: number, value: number): void {
    new DataView(this.#bytes.buffer).setUint32(offset, value, true);
  }
}
