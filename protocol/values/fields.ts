/** Positional items of messages. Each function throws PROTOCOL_INVALID for anything else. */
import { MAX_CALL_ID } from '../limits.ts';
import { type ByteReader, invalid, MAJOR_UNSIGNED } from './head.ts';
import { readValue } from './value-codec.ts';

/** An integer of 0 … maximum. */
export function readUnsigned(reader: ByteReader, what: string, maximum: number): number {
  const start = reader.offset;
  reader.head();
  if (reader.major !== MAJOR_UNSIGNED || reader.value > maximum) {
    throw invalid(`${what} that is not an integer of 0 … ${maximum}`, start);
  }
  return reader.value;
}

/** The number of a call, `minimum` or above. */
export function readCallId(reader: ByteReader, minimum: number): number {
  const start = reader.offset;
  const call = readUnsigned(reader, 'call id', MAX_CALL_ID);
  if (call < minimum) throw invalid(`call id ${call}`, start);
  return call;
}

export function readText(reader: ByteReader): string {
  const start = reader.offset;
  const value = readValue(reader);
  if (typeof value !== 'string') throw invalid('something else than text', start);
  return value;
}

export function readBytes(reader: ByteReader): Uint8Array {
  const start = reader.offset;
  const value = readValue(reader);
  if (value instanceof Uint8Array) return value;
  throw invalid('something else than bytes', start);
}
