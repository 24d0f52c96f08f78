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
    for (const letter of value) {
      const point = letter.codePointAt(0) ?? 0;
      if (point < 0x80) this.u8(point);
      else if (point < 0x800) this.bytes([0xc0 | (point >> 6), 0x80 | (point & 63)]);
      else if (point < 0x10000) this.bytes([0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)]);
      else
        this.bytes([
          0xf0 | (point >> 18),
          0x80 | ((point >> 12) & 63),
          0x80 | ((point >> 6) & 63),
          0x80 | (point & 63),
        ]);
    }
    this.u8(0);
  }

  align(bytes: number): void {
    while (this.#length % bytes !== 0) this.u8(0);
  }

  /** Overwrites four bytes written before. */
  patch32(offset: number, value: number): void {
    new DataView(this.#bytes.buffer).setUint32(offset, value, true);
  }
}
