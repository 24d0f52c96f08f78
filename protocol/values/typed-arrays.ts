/** Typed arrays as RFC 8746 tags, little endian. */

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
  /** A new array over memory of its own kind, which must be aligned. */
  readonly over: (bytes: Uint8Array) => TypedArray;
}

interface TypedArrayClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

/** RFC 8746, table 1, the little-endian rows. (Big-endian arrays and 128-bit floats are refused.) */
const TAGS: readonly (readonly [tag: number, TypedArrayClass])[] = [
  [64, Uint8Array],
  [68, Uint8ClampedArray],
  [69, Uint16Array],
  [70, Uint32Array],
  [71, BigUint64Array],
  [72, Int8Array],
  [77, Int16Array],
  [78, Int32Array],
  [79, BigInt64Array],
  [85, Float32Array],
  [86, Float64Array],
];

const TYPED_ARRAYS: readonly TypedArrayKind[] = TAGS.map(([tag, Class]) => ({
  name: Class.name as TypedArrayName,
  tag,
  elementBytes: Class.BYTES_PER_ELEMENT,
  over: ({ buffer, byteOffset, byteLength }) => new Class(buffer, byteOffset, byteLength / Class.BYTES_PER_ELEMENT),
}));

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
