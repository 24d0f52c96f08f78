/**
 * Values as CBOR (RFC 8949), a subset small enough for small engines: integers, floats, booleans, null, undefined,
 * text, bytes, arrays, maps with text keys, dates (tag 1), bigints (tags 2 and 3), typed arrays (RFC 8746). Lengths
 * are always definite. The decoder accepts every head size, gives back equal values, and survives any bytes.
 */
import { ShoalError } from '../errors.ts';
import { MAX_BIGINT_BYTES, MAX_DEPTH } from '../limits.ts';
import {
  type ByteReader,
  type ByteWriter,
  invalid,
  MAJOR_ARRAY,
  MAJOR_BYTES,
  MAJOR_MAP,
  MAJOR_NEGATIVE,
  MAJOR_TAG,
  MAJOR_TEXT,
  MAJOR_UNSIGNED,
  TAG_SELF_DESCRIBED,
} from './head.ts';
import {
  bytesOf,
  type TypedArray,
  typedArrayKind,
  typedArrayKindOfTag,
  writeAlignedArrayHead,
} from './typed-arrays.ts';
import { readUtf8, utf8Length, writeUtf8 } from './utf8.ts';

/** What travels by value. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | TypedArray
  | readonly Value[]
  | { readonly [key: string]: Value };

const TAG_DATE = 1;
const TAG_BIGNUM = 2;
const TAG_NEGATIVE_BIGNUM = 3;

/** Appends one value. Throws PROTOCOL_INVALID for what cannot travel by value or is nested deeper than MAX_DEPTH. */
export function writeValue(writer: ByteWriter, value: Value, depth = 0): void {
  if (depth > MAX_DEPTH) throw new ShoalError('PROTOCOL_INVALID', `a value is nested deeper than ${MAX_DEPTH}`);
  switch (typeof value) {
    case 'number':
      writeNumber(writer, value);
      return;
    case 'boolean':
      writer.byte(value ? 0xf5 : 0xf4);
      return;
    case 'undefined':
      writer.byte(0xf7);
      return;
    case 'string':
      writer.head(MAJOR_TEXT, utf8Length(value));
      writeUtf8(writer, value);
      return;
    case 'bigint':
      writeBigint(writer, value);
      return;
    case 'object':
      writeObject(writer, value, depth);
      return;
    default:
      throw new ShoalError('PROTOCOL_INVALID', `a ${typeof value} cannot be sent by value`);
  }
}

/** Integers as CBOR integers up to 2^53 - 1 in magnitude; everything else, -0 too, as the shorter exact float. */
function writeNumber(writer: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) writer.head(MAJOR_UNSIGNED, value);
    else writer.head(MAJOR_NEGATIVE, -1 - value);
  } else if (Number.isNaN(value)) {
    writer.bytes(Uint8Array.of(0xf9, 0x7e, 0x00));
  } else if (Math.fround(value) === value) {
    writer.float32(value);
  } else {
    writer.float64(value);
  }
}

/** Always a bignum tag, so that a small bigint comes back as a bigint. */
function writeBigint(writer: ByteWriter, value: bigint): void {
  const magnitude = value < 0n ? -1n - value : value;
  const hex = magnitude === 0n ? '' : magnitude.toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  const lengthBytes = digits.length / 2;
  if (lengthBytes > MAX_BIGINT_BYTES) {
    throw new ShoalError('PROTOCOL_INVALID', `a bigint of ${lengthBytes} bytes is over ${MAX_BIGINT_BYTES}`);
  }
  writer.head(MAJOR_TAG, value < 0n ? TAG_NEGATIVE_BIGNUM : TAG_BIGNUM);
  writer.head(MAJOR_BYTES, lengthBytes);
  for (let index = 0; index < digits.length; index += 2) {
    writer.byte(Number.parseInt(digits.slice(index, index + 2), 16));
  }
}

function writeObject(writer: ByteWriter, value: Exclude<Value & object, never> | null, depth: number): void {
  if (value === null) {
    writer.byte(0xf6);
    return;
  }
  const kind = typedArrayKind(value);
  if (kind !== undefined) {
    const bytes = bytesOf(value as TypedArray);
    if (kind.name === 'Uint8Array') writer.head(MAJOR_BYTES, bytes.length);
    else writeAlignedArrayHead(writer, kind.tag, bytes.length);
    writer.bytes(bytes);
  } else if (value instanceof Date) {
    writer.head(MAJOR_TAG, TAG_DATE);
    writeNumber(writer, value.getTime() / 1000);
  } else if (Array.isArray(value)) {
    writer.head(MAJOR_ARRAY, value.length);
    // Not forEach: it would skip holes, and the receiver would wait for them.
    for (let index = 0; index < value.length; index++) writeValue(writer, value[index], depth + 1);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new ShoalError('PROTOCOL_INVALID', 'an object of a class cannot be sent by value');
    }
    const entries = Object.entries(value);
    writer.head(MAJOR_MAP, entries.length);
    for (const [key, item] of entries) {
      writer.head(MAJOR_TEXT, utf8Length(key));
      writeUtf8(writer, key);
      writeValue(writer, item, depth + 1);
    }
  }
}

/** Reads one value. Throws PROTOCOL_INVALID for anything else; typed arrays are copies. */
export function readValue(reader: ByteReader, depth = 0): Value {
  const start = reader.offset;
  if (depth > MAX_DEPTH) throw invalid(`a value nested deeper than ${MAX_DEPTH}`, start);
  reader.head();
  const { major, value } = reader;
  switch (major) {
    case MAJOR_UNSIGNED:
      return reader.big ?? value;
    case MAJOR_NEGATIVE:
      // -1 - 2^53 and below are not exact as numbers: they stay what they are.
      if (reader.big !== null) return -1n - reader.big;
      return value === Number.MAX_SAFE_INTEGER ? -1n - BigInt(value) : -1 - value;
    case MAJOR_BYTES:
      return readBytes(reader);
    case MAJOR_TEXT: {
      const first = reader.take(value);
      return readUtf8(reader.bytes, first, reader.offset);
    }
    case MAJOR_ARRAY: {
      if (value > reader.remaining) throw invalid(`an array of ${value} items in ${reader.remaining} bytes`, start);
      const items: Value[] = [];
      for (let index = 0; index < value; index++) items.push(readValue(reader, depth + 1));
      return items;
    }
    case MAJOR_MAP:
      return readMap(reader, value, start, depth);
    case MAJOR_TAG:
      return readTagged(reader, reader.big === null ? value : -1, start, depth);
    default:
      return readSimple(reader, start);
  }
}

function readBytes(reader: ByteReader): Uint8Array<ArrayBuffer> {
  const first = reader.take(reader.value);
  return new Uint8Array(reader.bytes.subarray(first, reader.offset));
}

function readMap(reader: ByteReader, count: number, start: number, depth: number): Value {
  if (count * 2 > reader.remaining) throw invalid(`a map of ${count} pairs in ${reader.remaining} bytes`, start);
  const map: { [key: string]: Value } = {};
  for (let index = 0; index < count; index++) {
    const keyStart = reader.offset;
    reader.head();
    if (reader.major !== MAJOR_TEXT) throw invalid('a map key that is not text', keyStart);
    const first = reader.take(reader.value);
    const key = readUtf8(reader.bytes, first, reader.offset);
    if (Object.hasOwn(map, key)) throw invalid('a map key for the second time', keyStart);
    const value = readValue(reader, depth + 1);
    // Plain assignment would call the setter of `__proto__`.
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return map;
}

function readTagged(reader: ByteReader, tag: number, start: number, depth: number): Value {
  if (tag === TAG_SELF_DESCRIBED) return readValue(reader, depth + 1);
  if (tag === TAG_DATE) {
    const seconds = readValue(reader, depth + 1);
    if (typeof seconds !== 'number') throw invalid('a date that is not a number of seconds', start);
    return new Date(Math.round(seconds * 1000));
  }
  const kind = typedArrayKindOfTag(tag);
  const isBignum = tag === TAG_BIGNUM || tag === TAG_NEGATIVE_BIGNUM;
  if (kind === undefined && !isBignum) throw invalid(`tag ${tag}, which is not in this format`, start);
  reader.head();
  if (reader.major !== MAJOR_BYTES) throw invalid(`tag ${tag} without a byte string`, start);
  if (kind !== undefined) {
    if (reader.value % kind.elementBytes !== 0) throw invalid(`a ${kind.name} of ${reader.value} bytes`, start);
    return kind.over(readBytes(reader).buffer);
  }
  if (reader.value > MAX_BIGINT_BYTES) throw invalid(`a bigint of ${reader.value} bytes`, start);
  let hex = '0x0';
  for (const byte of readBytes(reader)) hex += byte.toString(16).padStart(2, '0');
  return tag === TAG_BIGNUM ? BigInt(hex) : -1n - BigInt(hex);
}

function readSimple(reader: ByteReader, start: number): Value {
  switch (reader.information) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
      return null;
    case 23:
      return undefined;
    case 25:
      return float16(reader.value);
    case 26:
      return reader.float32();
    case 27:
      return reader.float64();
    default:
      throw invalid(`simple value ${reader.value}`, start);
  }
}

function float16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
