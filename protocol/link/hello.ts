import { MAX_CALL_ID, MAX_MESSAGE_BYTES, MAX_REFERENCES } from '../limits.ts';
import { ByteReader, ByteWriter, invalid, MAJOR_UNSIGNED } from '../values/head.ts';

/** Versions of the wire that this implementation speaks. */
export const MIN_VERSION = 1;
export const MAX_VERSION = 1;

/** What both ends say before anything else, again and again until they know that the other has seen it. */
export interface Hello {
  readonly minVersion: number;
  readonly maxVersion: number;
  /** The sender has seen an answer to its challenge: no answer is needed. */
  readonly isDone: boolean;
  /** The sender wants CRC-32 on every frame. */
  readonly isNoisy: boolean;
  /** The sender keeps frames that come too early; without it everything is sent again from a gap on. */
  readonly keepsEarlyFrames: boolean;
  /** Random, not 0; another one each time that the sender begins anew. */
  readonly nonce: number;
  /** Nonce of the other end of the session that the sender is in; 0 if it is in none. */
  readonly sessionWith: number;
  /** Random, not 0; another one for each exchange of hellos. */
  readonly challenge: number;
  /** The challenge that came last from the other end, 0 if none. */
  readonly response: number;
  /** Data frames received in the session, ever. */
  readonly received: number;
  /** Largest payload of a frame that the sender takes. */
  readonly maxFrameBytes: number;
  /** Bytes on the line that the sender can hold before it looks at them. */
  readonly windowBytes: number;
  readonly maxMessageBytes: number;
  readonly maxReferences: number;
  readonly maxCalls: number;
  readonly bootCount: number;
  readonly interfaceHash: number;
}

/** Any receiver takes frames with so much payload: a hello fits. */
export const MIN_FRAME_BYTES = 64;

const UINT_16 = 0xffff;
const UINT_32 = 0xffff_ffff;

/** A CBOR sequence of unsigned integers: least version, highest version, flags, then the numbers. */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter();
  const flags = (hello.isDone ? 1 : 0) | (hello.isNoisy ? 2 : 0) | (hello.keepsEarlyFrames ? 4 : 0);
  const numbers = [
    hello.minVersion,
    hello.maxVersion,
    flags,
    hello.nonce,
    hello.sessionWith,
    hello.challenge,
    hello.response,
    hello.received,
    hello.maxFrameBytes,
    hello.windowBytes,
    hello.maxMessageBytes,
    hello.maxReferences,
    hello.maxCalls,
    hello.bootCount,
    hello.interfaceHash,
  ];
  for (const number of numbers) writer.head(MAJOR_UNSIGNED, number);
  return writer.view();
}

/** Throws PROTOCOL_INVALID. What stands behind the last number is for later versions, and ignored. */
export function decodeHello(payload: Uint8Array): Hello {
  const reader = new ByteReader(payload);
  const number = (least: number, most: number): number => {
    reader.head();
    if (reader.major !== MAJOR_UNSIGNED || reader.value < least || reader.value > most || reader.big !== null) {
      throw invalid('a hello with a number out of its range', reader.offset);
    }
    return reader.value;
  };
  const versions = { minVersion: number(0, UINT_16), maxVersion: number(0, UINT_16) };
  const flags = number(0, UINT_16);
  // In the order on the line.
  return {
    ...versions,
    isDone: (flags & 1) !== 0,
    isNoisy: (flags & 2) !== 0,
    keepsEarlyFrames: (flags & 4) !== 0,
    nonce: number(1, UINT_32),
    sessionWith: number(0, UINT_32),
    challenge: number(1, UINT_32),
    response: number(0, UINT_32),
    received: number(0, Number.MAX_SAFE_INTEGER),
    maxFrameBytes: number(MIN_FRAME_BYTES, UINT_32),
    windowBytes: number(MIN_FRAME_BYTES, UINT_32),
    maxMessageBytes: number(MIN_FRAME_BYTES, MAX_MESSAGE_BYTES),
    maxReferences: number(0, MAX_REFERENCES),
    maxCalls: number(0, MAX_CALL_ID),
    bootCount: number(0, UINT_32),
    interfaceHash: number(0, UINT_32),
  };
}
