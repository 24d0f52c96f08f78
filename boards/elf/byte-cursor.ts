import { ShoalError } from '../../protocol/errors.ts';
import { readText } from './text.ts';

/** An ELF_INVALID error. */
export function elfInvalid(what: string): ShoalError {
  return new ShoalError('ELF_INVALID', `not an ELF file that can be used: ${what}`, {
    hint: 'give an ELF32 little-endian file for this board, as the compiler or epiphany-elf-gcc write it',
  });
}

/** Reads little-endian values one after the other; reading behind the end throws ELF_INVALID. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #offset = 0;

  /** `name` is what errors call the bytes: a section. */
  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.bytes.length - this.#offset;
  }

  #advance(count: number): number {
    const at = this.#offset;
    if (count > this.remaining) throw elfInvalid(`${this.#name} ends too early, at offset ${this.bytes.length}`);
    this.#offset += count;
    return at;
  }

  skip(count: number): this {
    this.#advance(count);
    return this;
  }

  /** The next `count` bytes as a cursor of their own. */
  take(count: number): ByteCursor {
    const at = this.#advance(count);
    return new ByteCursor(this.bytes.subarray(at, at + count), this.#name);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Unsigned LEB128; bits above 32 are dropped. */
  uleb(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Signed LEB128; bits above 32 are dropped. */
  sleb(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value;
    }
  }

  /** Text up to a zero byte, which is passed over. */
  text(): string {
    const end = this.bytes.indexOf(0, this.#offset);
    if (end < 0) throw elfInvalid(`${this.#name} has a text without an end`);
    const at = this.#advance(end + 1 - this.#offset);
    return readText(this.bytes, at);
  }
}
