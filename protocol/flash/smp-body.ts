/**
 * Bodies of SMP messages: one CBOR map with text keys. Other ends may write maps and arrays of indefinite length
 * (Zephyr's do), which the value codec of our own wire refuses: here they are read.
 */
import { MAX_DEPTH } from '../limits.ts';
import { ByteReader, ByteWriter, invalid, MAJOR_ARRAY, MAJOR_MAP } from '../values/head.ts';
import { readValue, type Value, writeValue } from '../values/value-codec.ts';

export type SmpBody = { readonly [key: string]: Value };

/** Writes and reads bodies: the small one here, for any engine; hosts have one by cbor-x (host/values). */
export interface BodyCodec {
  write(body: SmpBody): Uint8Array;
  /** Throws PROTOCOL_INVALID for anything but one map. */
  read(bytes: Uint8Array): SmpBody;
}

const INDEFINITE_ARRAY = 0x9f;
const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;

export const smallBodyCodec: BodyCodec = { write: writeBody, read: readBody };

function writeBody(body: SmpBody): Uint8Array {
  const writer = new ByteWriter();
  writeValue(writer, body);
  return writer.view();
}

function readBody(bytes: Uint8Array): SmpBody {
  const reader = new ByteReader(bytes);
  const body = readItem(reader, 0);
  if (reader.remaining > 0) throw invalid('bytes behind the body', reader.offset);
  if (typeof body !== 'object' || body === null || Array.isArray(body) || ArrayBuffer.isView(body)) {
    throw invalid('a body that is no map', 0);
  }
  return body as SmpBody;
}

function readItem(reader: ByteReader, depth: number): Value {
  if (depth > MAX_DEPTH) throw invalid(`a value nested deeper than ${MAX_DEPTH}`, reader.offset);
  const first = reader.bytes[reader.offset] ?? 0;
  const isIndefinite = first === INDEFINITE_ARRAY || first === INDEFINITE_MAP;
  const major = first >> 5;
  if (major !== MAJOR_ARRAY && major !== MAJOR_MAP) return readValue(reader, depth);
  const start = reader.offset;
  if (isIndefinite) reader.take(1);
  else reader.head();
  const count = isIndefinite ? Number.POSITIVE_INFINITY : reader.value;
  if (!isIndefinite && count > reader.remaining) throw invalid(`${count} items in ${reader.remaining} bytes`, start);
  const isEnd = (index: number): boolean => {
    if (!isIndefinite) return index === count;
    if (reader.bytes[reader.offset] !== BREAK) return false;
    reader.take(1);
    return true;
  };
  if (major === MAJOR_ARRAY) {
    const items: Value[] = [];
    while (!isEnd(items.length)) items.push(readItem(reader, depth + 1));
    return items;
  }
  const entries: [string, Value][] = [];
  while (!isEnd(entries.length)) {
    const at = reader.offset;
    const key = readValue(reader, depth + 1);
    if (typeof key !== 'string') throw invalid('a map key that is not text', at);
    entries.push([key, readItem(reader, depth + 1)]);
  }
  // Not by assignment, which would call the setter of `__proto__`.
  return Object.fromEntries(entries);
}
