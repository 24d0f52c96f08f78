/** Typed arrays as RFC 8746 tags, little endian, and the padding that lets a receiver use them where they lie. */
import { type ByteWriter, MAJOR_BYTES, MAJOR_TAG, shortestHead, TAG_SELF_DESCRIBED } from './head.ts';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export type TypedArrayName =
  | 'Int8Array'
  | 'Uint8Array'
  | 'Uint8ClampedArray'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigInt64Array'
  | 'BigUint64Array';

interface TypedArrayKind {
  readonly name: TypedArrayName;
  readonly tag: number;
  readonly elementBytes: number;
  /** A new array over all of `buffer`. */
  readonly over: (buffer: ArrayBuffer) => TypedArray;
}

/** RFC 8746, table 1, the little-endian rows. (Big-endian arrays and 128-bit floats are refused.) */
export const TYPED_ARRAYS: readonly TypedArrayKind[] = [
  { name: 'Uint8Array', tag: 64, elementBytes: 1, over: (buffer) => new Uint8Array(buffer) },
  { name: 'Uint8ClampedArray', tag: 68, elementBytes: 1, over: (buffer) => new Uint8ClampedArray(buffer) },
  { name: 'Uint16Array', tag: 69, elementBytes: 2, over: (buffer) => new Uint16Array(buffer) },
  { name: 'Uint32Array', tag: 70, elementBytes: 4, over: (buffer) => new Uint32Array(buffer) },
  { name: 'BigUint64Array', tag: 71, elementBytes: 8, over: (buffer) => new BigUint64Array(buffer) },
  { name: 'Int8Array', tag: 72, elementBytes: 1, over: (buffer) => new Int8Array(buffer) },
  { name: 'Int16Array', tag: 77, elementBytes: 2, over: (buffer) => new Int16Array(buffer) },
  { name: 'Int32Array', tag: 78, elementBytes: 4, over: (buffer) => new Int32Array(buffer) },
  { name: 'BigInt64Array', tag: 79, elementBytes: 8, over: (buffer) => new BigInt64Array(buffer) },
  { name: 'Float32Array', tag: 85, elementBytes: 4, over: (buffer) => new Float32Array(buffer) },
  { name: 'Float64Array', tag: 86, elementBytes: 8, over: (buffer) => new Float64Array(buffer) },
];

const BY_NAME = new Map<string, TypedArrayKind>(TYPED_ARRAYS.map((kind) => [kind.name, kind]));
const BY_TAG = new Map<number, TypedArrayKind>(TYPED_ARRAYS.map((kind) => [kind.tag, kind]));

/** The kind of a typed array (Node's Buffer counts as Uint8Array), or undefined for anything else. */
export function typedArrayKind(value: unknown): TypedArrayKind | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  return BY_NAME.get((value as unknown as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? '');
}

export function typedArrayKindOfName(name: string): TypedArrayKind | undefined {
  return BY_NAME.get(name);
}

export function typedArrayKindOfTag(tag: number): TypedArrayKind | undefined {
  return BY_TAG.get(tag);
}

/** The bytes of a typed array, in place. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Head sizes of a tag of 24 … 255 and of a byte string. */
const TAG_SIZES = [2, 3, 5, 9] as const;
const LENGTH_SIZES = [1, 2, 3, 5, 9] as const;

/**
 * Writes tag and byte-string head such that what follows stands at a multiple of 8 of the writer's length, with the
 * fewest bytes. Longer heads than needed do it for every remainder but one; for that a "this is CBOR" tag of three
 * bytes stands in front. Zero bytes of payload are not aligned.
 */
export function writeAlignedArrayHead(writer: ByteWriter, tag: number, lengthBytes: number): void {
  const shortest = shortestHead(lengthBytes);
  const wanted = (8 - (writer.length & 7)) & 7;
  let best: {
    readonly pad: number;
    readonly tagSize: number;
    readonly lengthSize: number;
    readonly all: number;
  } | null = null;
  for (const pad of [0, 3]) {
    for (const tagSize of TAG_SIZES) {
      for (const lengthSize of LENGTH_SIZES) {
        const all = pad + tagSize + lengthSize;
        if (lengthSize < shortest || (lengthBytes > 0 && (all & 7) !== wanted)) continue;
        if (best === null || all < best.all) best = { pad, tagSize, lengthSize, all };
      }
    }
  }
  if (best === null) throw new RangeError('unreachable: every remainder has a combination');
  if (best.pad > 0) writer.head(MAJOR_TAG, TAG_SELF_DESCRIBED);
  writer.head(MAJOR_TAG, tag, best.tagSize);
  writer.head(MAJOR_BYTES, lengthBytes, best.lengthSize);
}

/**
 * The NaN of the number model (docs/numbers.md). Arrays that enter a core carry no other, so a NaN looks the same
 * whether a core or a host has made it.
 */
export const CANONICAL_NAN = 0x7fc00000;

const isLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Replaces every NaN pattern by CANONICAL_NAN, in place. `bytes` holds little-endian float32 values. */
export function canonicaliseNans(bytes: Uint8Array): void {
  if (isLittleEndian && bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
    for (let index = 0; index < words.length; index++) {
      if (((words[index] as number) & 0x7fffffff) > 0x7f800000) words[index] = CANONICAL_NAN;
    }
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset + 4 <= bytes.byteLength; offset += 4) {
    if ((view.getUint32(offset, true) & 0x7fffffff) > 0x7f800000) view.setUint32(offset, CANONICAL_NAN, true);
  }
}
