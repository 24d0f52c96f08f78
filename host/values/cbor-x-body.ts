/**
 * Bodies of SMP messages by cbor-x, the CBOR of most Node programs: for the host, beside the small codec that boards use
 * (protocol/flash/smp-body.ts). Both give and take the same; what cbor-x does otherwise goes to the small one:
 *
 * - integers of 2^32 and more, which it writes as floats and reads as bigints, and -0
 * - dates, typed arrays, sets and other values with tags
 * - nesting that would overflow its stack, text that is not UTF-8, keys called `__proto__`
 * - bytes that are not one map, which it would read as far as it can
 *
 * The build without eval is also the one without native code.
 */
import { Encoder } from 'cbor-x/index-no-eval';
import { type BodyCodec, type SmpBody, smallBodyCodec } from '../../protocol/flash/smp-body.ts';
import { MAX_DEPTH } from '../../protocol/limits.ts';
import {
  MAJOR_ARRAY,
  MAJOR_BYTES,
  MAJOR_MAP,
  MAJOR_NEGATIVE,
  MAJOR_SIMPLE,
  MAJOR_TEXT,
  MAJOR_UNSIGNED,
} from '../../protocol/values/head.ts';
import { isPlainObject } from '../../protocol/values/plain-data.ts';

const codec = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false, copyBuffers: true });

/** What each codec reads back as it was, whichever has written it. */
function isCommonValue(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  switch (typeof value) {
    case 'number':
      return !Object.is(value, -0) && !(Number.isInteger(value) && Math.abs(value) >= 2 ** 32);
    case 'string':
      return isWellFormed(value);
    case 'boolean':
    case 'undefined':
      return true;
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.every((item) => isCommonValue(item, depth + 1));
      if (ArrayBuffer.isView(value)) return value.constructor === Uint8Array;
      return (
        isPlainObject(value) &&
        Object.entries(value).every(
          ([key, item]) => key !== '__proto__' && isWellFormed(key) && isCommonValue(item, depth + 1),
        )
      );
    default:
      return false;
  }
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

const BREAK = 0xff;
const PROTO = [...Buffer.from('__proto__')];

/** Walks over the items of a body; false where the two codecs could differ. */
class CommonBytes {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True for one map and nothing behind it. */
  isMap(): boolean {
    return (this.#bytes[0] ?? 0) >> 5 === MAJOR_MAP && this.#item(0) && this.#offset === this.#bytes.length;
  }

  #item(depth: number): boolean {
    const first = this.#bytes[this.#offset++];
    if (first === undefined || depth > MAX_DEPTH) return false;
    const major = first >> 5;
    const information = first & 31;
    if (major === MAJOR_ARRAY || major === MAJOR_MAP) {
      if (information === 31) return this.#itemsUntilBreak(major, depth);
      const count = this.#number(information);
      return count !== undefined && this.#items(major, count, depth);
    }
    if (major === MAJOR_SIMPLE) return information >= 20 && information <= 23;
    const value = this.#number(information);
    if (value === undefined) return false;
    if (major === MAJOR_UNSIGNED || major === MAJOR_NEGATIVE) return true;
    return (major === MAJOR_BYTES || major === MAJOR_TEXT) && this.#content(value, major === MAJOR_TEXT);
  }

  /** The number of a head, of at most 32 bits. */
  #number(information: number): number | undefined {
    if (information < 24) return information;
    const size = { 24: 1, 25: 2, 26: 4 }[information] ?? Infinity;
    if (this.#offset + size > this.#bytes.length) return undefined;
    let value = 0;
    for (let index = 0; index < size; index++) value = value * 256 + (this.#bytes[this.#offset++] ?? 0);
    return value;
  }

  #items(major: number, count: number, depth: number): boolean {
    for (let index = 0; index < count; index++) if (!this.#entry(major, depth)) return false;
    return true;
  }

  #itemsUntilBreak(major: number, depth: number): boolean {
    while (this.#bytes[this.#offset] !== BREAK) if (!this.#entry(major, depth)) return false;
    this.#offset++;
    return true;
  }

  #entry(major: number, depth: number): boolean {
    if (major === MAJOR_MAP && !this.#key()) return false;
    return this.#item(depth + 1);
  }

  #key(): boolean {
    const first = this.#bytes[this.#offset++] ?? 0;
    const length = first >> 5 === MAJOR_TEXT ? this.#number(first & 31) : undefined;
    const start = this.#offset;
    if (length === undefined || !this.#content(length, true)) return false;
    return length !== PROTO.length || PROTO.some((byte, index) => this.#bytes[start + index] !== byte);
  }

  /** Text that is ASCII is UTF-8; other text is left to the codec that looks. */
  #content(length: number, isText: boolean): boolean {
    const end = this.#offset + length;
    if (end > this.#bytes.length) return false;
    const content = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return !isText || content.every((byte) => byte < 0x80);
  }
}

/** Writes and reads as {@link smallBodyCodec} does, with the same errors. */
export const cborXBodyCodec: BodyCodec = {
  write(body: SmpBody): Uint8Array {
    return isCommonValue(body, 0) ? Uint8Array.from(codec.encode(body)) : smallBodyCodec.write(body);
  },
  read(bytes: Uint8Array): SmpBody {
    if (!new CommonBytes(bytes).isMap()) return smallBodyCodec.read(bytes);
    // Of a Buffer it would make Buffers.
    return codec.decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)) as SmpBody;
  },
};
