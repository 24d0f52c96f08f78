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

/** Numbers of a hello in their order on the line, flags in the third place; each with its bounds. */
const NUMBERS: readonly (readonly [name: keyof Hello, least: number, most: number])[] = [
  ['nonce', 1, 0xffff_ffff],
  ['sessionWith', 0, 0xffff_ffff],
  ['challenge', 1, 0xffff_ffff],
  ['response', 0, 0xffff_ffff],
  ['received', 0, Number.MAX_SAFE_INTEGER],
  ['maxFrameBytes', MIN_FRAME_BYTES, 0xffff_ffff],
  ['windowBytes', MIN_FRAME_BYTES, 0xffff_ffff],
  ['maxMessageBytes', MIN_FRAME_BYTES, MAX_MESSAGE_BYTES],
  ['maxReferences', 0, MAX_REFERENCES],
  ['maxCalls', 0, MAX_CALL_ID],
  ['bootCount', 0, 0xffff_ffff],
  ['interfaceHash', 0, 0xffff_ffff],
];
const FLAGS = ['isDone', 'isNoisy', 'keepsEarlyFrames'] as const;

/** A CBOR sequence of unsigned integers: least version, highest version, flags, then the numbers. */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter();
  const flags = FLAGS.reduce((sum, name, bit) => sum | (hello[name] ? 1 << bit : 0), 0);
  for (const value of [hello.minVersion, hello.maxVersion, flags]) writer.head(MAJOR_UNSIGNED, value);
  for (const [name] of NUMBERS) writer.head(MAJOR_UNSIGNED, hello[name] as number);
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
  const hello: Record<string, number | boolean> = { minVersion: number(0, 0xffff), maxVersion: number(0, 0xffff) };
  const flags = number(0, 0xffff);
  for (const [bit, name] of FLAGS.entries()) hello[name] = ((flags >> bit) & 1) === 1;
  for (const [name, least, most] of NUMBERS) hello[name] = number(least, most);
  return hello as unknown as Hello;
}
