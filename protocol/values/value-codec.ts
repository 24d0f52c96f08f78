/**
 * Values as CBOR (RFC 8949), a subset small enough for small engines: integers, floats, booleans, null, undefined,
 * text, bytes, arrays, maps with text keys, dates (tag 1), bigints (tags 2 and 3), typed arrays (RFC 8746), Set and Map
 * (tags 258 and 259). Lengths are always definite. The decoder accepts every head size, gives back equal values, and
 * survives any bytes. Objects that do not go by value are the business of the two hooks.
 */
import { ShoalError } from '../errors.ts';
import { MAX_BIGINT_BYTES, MAX_DEPTH } from '../limits.ts';
import { writeAlignedArrayHead } from './aligned-array-head.ts';
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
import { isPlainObject } from './plain-data.ts';
import { bytesOf, type TypedArray, typedArrayKind, typedArrayKindOfTag } from './typed-arrays.ts';
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
  | ReadonlySet<Value>
  | ReadonlyMap<Value, Value>
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Decides how functions and objects go; typed arrays and dates never come here. */
export interface OutgoingObjects {
  /** Writes one item for `value` and returns true, or returns false: then it goes by value. */
  write(writer: ByteWriter, value: object, depth: number): boolean;
}

/** Reads the items that an {@link OutgoingObjects} has written. */
export interface IncomingObjects {
  /** Reads what stands behind a tag that is not of this format; throws PROTOCOL_INVALID if it is not its own either. */
  read(reader: ByteReader, tag: number, start: number, depth: number): unknown;
}

/** Smaller arrays are copied out of their message at no cost. */
const LEAST_IN_PLACE_BYTES = 0x1000;

const TAG_DATE = 1;
const TAG_BIGNUM = 2;
const TAG_NEGATIVE_BIGNUM = 3;
const TAG_SET = 258;
const TAG_MAP = 259;

/**
 * Appends one value. Throws VALUE_REFUSED for what cannot travel by value or is nested deeper than MAX_DEPTH. Without
 * `objects` only a Value can be written.
 */
export function writeValue(writer: ByteWriter, value: unknown, depth = 0, objects?: OutgoingObjects): void {
  if (depth > MAX_DEPTH) {
    throw refused(`a value is nested deeper than ${MAX_DEPTH}, or contains itself`, 'pass it by reference: ref(value)');
  }
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
      writeText(writer, value);
      return;
    case 'bigint':
      writeBigint(writer, value);
      return;
    case 'object':
      if (value === null) writer.byte(0xf6);
      else writeObject(writer, value, depth, objects);
      return;
    default:
      if (typeof value === 'function' && objects?.write(writer, value, depth) === true) return;
      throw refused(`a ${typeof value} cannot be sent by value`);
  }
}

/** A value that cannot be sent. */
export function refused(what: string, hint?: string): ShoalError {
  return new ShoalError('VALUE_REFUSED', what, hint === undefined ? {} : { hint });
}

function writeText(writer: ByteWriter, text: string): void {
  const lengthBytes = utf8Length(text);
  writer.head(MAJOR_TEXT, lengthBytes);
  writeUtf8(writer, text, lengthBytes);
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
    throw refused(`a bigint of ${lengthBytes} bytes is over ${MAX_BIGINT_BYTES}`);
  }
  writer.head(MAJOR_TAG, value < 0n ? TAG_NEGATIVE_BIGNUM : TAG_BIGNUM);
  writer.head(MAJOR_BYTES, lengthBytes);
  for (let index = 0; index < digits.length; index += 2) {
    writer.byte(Number.parseInt(digits.slice(index, index + 2), 16));
  }
}

function writeObject(writer: ByteWriter, value: object, depth: number, objects?: OutgoingObjects): void {
  const kind = typedArrayKind(value);
  if (kind !== undefined) {
    const bytes = bytesOf(value as TypedArray);
    if (kind.name === 'Uint8Array') writer.head(MAJOR_BYTES, bytes.length);
    else writeAlignedArrayHead(writer, kind.tag, bytes.length);
    writer.bytes(bytes);
  } else if (value instanceof Date) {
    writer.head(MAJOR_TAG, TAG_DATE);
    writeNumber(writer, value.getTime() / 1000);
  } else if (objects?.write(writer, value, depth) === true) {
    return;
  } else if (Array.isArray(value)) {
    writer.head(MAJOR_ARRAY, value.length);
    // Not forEach: it would skip holes, and the receiver would wait for them.
    for (let index = 0; index < value.length; index++) writeValue(writer, value[index], depth + 1, objects);
  } else if (value instanceof Set) {
    writer.head(MAJOR_TAG, TAG_SET);
    writer.head(MAJOR_ARRAY, value.size);
    for (const item of value) writeValue(writer, item, depth + 1, objects);
  } else if (value instanceof Map) {
    writer.head(MAJOR_TAG, TAG_MAP);
    writer.head(MAJOR_MAP, value.size);
    for (const [key, item] of value) {
      writeValue(writer, key, depth + 1, objects);
      writeValue(writer, item, depth + 1, objects);
    }
  } else {
    if (!isPlainObject(value)) throw refused('an object of a class cannot be sent by value');
    writeFields(writer, value, depth, objects);
  }
}

/** Appends the own enumerable fields of `value`, whatever its class, as a map. */
export function writeFields(writer: ByteWriter, value: object, depth: number, objects?: OutgoingObjects): void {
  const entries = Object.entries(value);
  writer.head(MAJOR_MAP, entries.length);
  for (const [key, item] of entries) {
    writeText(writer, key);
    writeValue(writer, item, depth + 1, objects);
  }
}

/**
 * Reads one value. Throws PROTOCOL_INVALID for anything else; typed arrays are copies, except for one
 * that is nearly all of bytes that the reader owns. Without `objects` the result is
 * a {@link Value}.
 */
export function readValue(reader: ByteReader, depth?: number): Value;
export function readValue(reader: ByteReader, depth: number, objects: IncomingObjects | undefined): unknown;
export function readValue(reader: ByteReader, depth = 0, objects?: IncomingObjects): unknown {
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
      const items: unknown[] = [];
      for (let index = 0; index < value; index++) items.push(readValue(reader, depth + 1, objects));
      return items;
    }
    case MAJOR_MAP:
      return readFields(reader, value, start, depth, objects);
    case MAJOR_TAG:
      return readTagged(reader, reader.big === null ? value : -1, start, depth, objects);
    default:
      return readSimple(reader, start);
  }
}

/** The content of a byte string, at an address that is a multiple of `elementBytes`. */
function readBytes(reader: ByteReader, elementBytes = 1): Uint8Array {
  const first = reader.take(reader.value);
  const { length, buffer, byteOffset } = reader.bytes;
  const bytes = new Uint8Array(buffer, byteOffset + first, reader.value);
  // Only one array can be as large as that: no other one shares its memory, and hardly any of that is wasted.
  const canStay = reader.isOwner && bytes.length >= LEAST_IN_PLACE_BYTES && bytes.length * 8 > length * 7;
  return canStay && bytes.byteOffset % elementBytes === 0 ? bytes : bytes.slice();
}

function readFields(
  reader: ByteReader,
  count: number,
  start: number,
  depth: number,
  objects: IncomingObjects | undefined,
): object {
  if (count * 2 > reader.remaining) throw invalid(`a map of ${count} pairs in ${reader.remaining} bytes`, start);
  const map: { [key: string]: unknown } = {};
  for (let index = 0; index < count; index++) {
    const keyStart = reader.offset;
    reader.head();
    if (reader.major !== MAJOR_TEXT) throw invalid('a map key that is not text', keyStart);
    const first = reader.take(reader.value);
    const key = readUtf8(reader.bytes, first, reader.offset);
    if (Object.hasOwn(map, key)) throw invalid('a map key for the second time', keyStart);
    const value = readValue(reader, depth + 1, objects);
    if (key !== '__proto__') map[key] = value;
    // Plain assignment would call the setter.
    else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return map;
}

function readSet(reader: ByteReader, start: number, depth: number, objects: IncomingObjects | undefined): unknown {
  const items = readValue(reader, depth + 1, objects);
  if (!Array.isArray(items)) throw invalid('a set that is not an array', start);
  const set = new Set<unknown>(items);
  if (set.size !== items.length) throw invalid('a set with an item for the second time', start);
  return set;
}

function readMap(reader: ByteReader, start: number, depth: number, objects: IncomingObjects | undefined): unknown {
  reader.head();
  const count = reader.value;
  if (reader.major !== MAJOR_MAP || count * 2 > reader.remaining) throw invalid(`a map of ${count} pairs`, start);
  const map = new Map<unknown, unknown>();
  for (let index = 0; index < count; index++) {
    const key = readValue(reader, depth + 1, objects);
    map.set(key, readValue(reader, depth + 1, objects));
  }
  if (map.size !== count) throw invalid('a map key for the second time', start);
  return map;
}

function readTagged(
  reader: ByteReader,
  tag: number,
  start: number,
  depth: number,
  objects: IncomingObjects | undefined,
): unknown {
  if (tag === TAG_SELF_DESCRIBED) return readValue(reader, depth + 1, objects);
  if (tag === TAG_DATE) return readDate(reader, start, depth);
  if (tag === TAG_SET) return readSet(reader, start, depth, objects);
  if (tag === TAG_MAP) return readMap(reader, start, depth, objects);
  const kind = typedArrayKindOfTag(tag);
  const isBignum = tag === TAG_BIGNUM || tag === TAG_NEGATIVE_BIGNUM;
  if (kind === undefined && !isBignum) {
    if (objects !== undefined) return objects.read(reader, tag, start, depth);
    throw invalid(`tag ${tag}, which is not in this format`, start);
  }
  reader.head();
  if (reader.major !== MAJOR_BYTES) throw invalid(`tag ${tag} without a byte string`, start);
  if (kind !== undefined) {
    if (reader.value % kind.elementBytes !== 0) throw invalid(`a ${kind.name} of ${reader.value} bytes`, start);
    return kind.over(readBytes(reader, kind.elementBytes));
  }
  if (reader.value > MAX_BIGINT_BYTES) throw invalid(`a bigint of ${reader.value} bytes`, start);
  let hex = '0x0';
  for (const byte of readBytes(reader)) hex += byte.toString(16).padStart(2, '0');
  return tag === TAG_BIGNUM ? BigInt(hex) : -1n - BigInt(hex);
}

function readDate(reader: ByteReader, start: number, depth: number): Date {
  const seconds = readValue(reader, depth + 1);
  if (typeof seconds !== 'number') throw invalid('a date that is not a number of seconds', start);
  // In one multiplication the rounding of large dates would cost a millisecond.
  const whole = Math.trunc(seconds);
  return new Date(whole * 1000 + Math.round((seconds - whole) * 1000));
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
