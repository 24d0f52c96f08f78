/**
 * The Simple Management Protocol of mcumgr (Zephyr's "SMP Protocol Specification"): a head of eight bytes, big endian,
 * and a body that is one CBOR map. Which groups and commands there are: the constants. How it travels over a console:
 * smp-console.ts; over UDP one datagram holds one message.
 */
import { ShoalError } from '../errors.ts';
import { type BodyCodec, type SmpBody, smallBodyCodec } from './smp-body.ts';

export const SMP_HEAD_BYTES = 8;

export const OP_READ = 0;
export const OP_WRITE = 2;
/** What an answer has added to the operation of its request. */
const RESPONSE = 1;

export const GROUP_OS = 0;
export const OS_ECHO = 0;
export const OS_RESET = 5;
export const OS_PARAMETERS = 6;

export const GROUP_IMAGE = 1;
export const IMAGE_STATE = 0;
export const IMAGE_UPLOAD = 1;
export const IMAGE_ERASE = 5;

/** Results that every group has (`rc`). */
export const RC_UNKNOWN = 1;
export const RC_NO_MEMORY = 2;
export const RC_INVALID = 3;
export const RC_BAD_STATE = 6;
export const RC_NOT_SUPPORTED = 8;
export const RC_CORRUPT = 9;
export const RC_BUSY = 10;

/** Results of the image group, in version 2 (`err`). */
export const IMAGE_RC_NO_FREE_SLOT = 9;
export const IMAGE_RC_NO_IMAGE = 8;
export const IMAGE_RC_WRITE_FAILED = 12;
export const IMAGE_RC_NO_FREE_MEMORY = 15;
export const IMAGE_RC_INVALID_HEADER = 22;
export const IMAGE_RC_INVALID_HASH = 24;
export const IMAGE_RC_TOO_LARGE = 30;
export const IMAGE_RC_TEST_OF_ACTIVE = 33;

export interface SmpMessage {
  /** OP_READ or OP_WRITE, also in answers. */
  readonly operation: number;
  readonly isResponse: boolean;
  /** 0: errors are `rc`; 1 (called version 2): groups have errors of their own, `err`. */
  readonly version: number;
  readonly group: number;
  readonly command: number;
  /** 0 … 255; an answer has that of its request. */
  readonly sequence: number;
  readonly body: SmpBody;
}

/** Throws RangeError if the body has more than 65 535 bytes. */
export function writeSmp(message: SmpMessage, codec: BodyCodec = smallBodyCodec): Uint8Array<ArrayBuffer> {
  const body = codec.write(message.body);
  if (body.length > 0xffff) throw new RangeError(`an SMP body of ${body.length} bytes is over 65535`);
  const bytes = new Uint8Array(SMP_HEAD_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (message.version << 3) | message.operation | (message.isResponse ? RESPONSE : 0));
  view.setUint16(2, body.length);
  view.setUint16(4, message.group);
  view.setUint8(6, message.sequence);
  view.setUint8(7, message.command);
  bytes.set(body, SMP_HEAD_BYTES);
  return bytes;
}

/** Bytes of the message that begins with these, or null if even its head is not there yet. */
export function smpLength(bytes: Uint8Array): number | null {
  if (bytes.length < SMP_HEAD_BYTES) return null;
  return SMP_HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint16(2);
}

/** Reads one whole message. Throws PROTOCOL_INVALID. */
export function readSmp(bytes: Uint8Array, codec: BodyCodec = smallBodyCodec): SmpMessage {
  const length = smpLength(bytes);
  if (length !== bytes.length) throw invalid(`${bytes.length} bytes of ${length ?? SMP_HEAD_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = view.getUint8(0);
  if (first >= 0x20) throw invalid('reserved bits are set');
  return {
    operation: first & 2,
    isResponse: (first & RESPONSE) !== 0,
    version: first >> 3,
    group: view.getUint16(4),
    sequence: view.getUint8(6),
    command: view.getUint8(7),
    // Bodies may be left out where there is nothing to say.
    body: length === SMP_HEAD_BYTES ? {} : codec.read(bytes.subarray(SMP_HEAD_BYTES)),
  };
}

function invalid(what: string): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `not an SMP message: ${what}`);
}
