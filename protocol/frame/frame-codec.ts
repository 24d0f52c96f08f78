/** Frames on a byte line: COBS( link byte ‖ payload ‖ checksum ) 00. What the link byte says is link-byte.ts's business. */
import { cobsBound, cobsDecode, cobsEncode } from './cobs.ts';
import { CRC_16, CRC_32, type Crc, crcFinish, crcUpdate } from './crc.ts';

/** Payloads up to here are guarded by CRC-16, unless the session says CRC-32 for all; longer ones always by CRC-32. */
export const MAX_CRC_16_PAYLOAD_BYTES = 1024;

/** The most bytes on the line of a frame with this payload. */
export function frameBound(payloadBytes: number, alwaysCrc32: boolean): number {
  return cobsBound(1 + payloadBytes + crcOfPayload(payloadBytes, alwaysCrc32).bytes) + 1;
}

export function crcOfPayload(payloadBytes: number, alwaysCrc32: boolean): Crc {
  return alwaysCrc32 || payloadBytes > MAX_CRC_16_PAYLOAD_BYTES ? CRC_32 : CRC_16;
}

/** Encodes a frame, its zero included. `prefix` is the checksum's running value before the link byte. */
export function encodeFrame(linkByte: number, payload: Uint8Array, crc: Crc, prefix: number): Uint8Array {
  const length = 1 + payload.length;
  const content = new Uint8Array(length + crc.bytes);
  content[0] = linkByte;
  content.set(payload, 1);
  const check = crcFinish(crc, crcUpdate(crc, prefix, content, 0, length));
  for (let index = 0; index < crc.bytes; index++) content[length + index] = check >>> (8 * index);
  const out = new Uint8Array(cobsBound(content.length) + 1);
  return out.subarray(0, cobsEncode(content, out, 0) + 1);
}

/** Where the link byte of a decoded frame stands, so that the payload behind it is 8-aligned. */
const LINK_BYTE_AT = 7;

/** A frame as it came, not yet checked: the checksum's prefix depends on what the receiver expects. */
export class ReceivedFrame {
  readonly linkByte: number;
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.linkByte = bytes[LINK_BYTE_AT] as number;
  }

  /** Undefined if the bytes between two zeros are no frame at all. */
  static decode(segment: Uint8Array): ReceivedFrame | undefined {
    const out = new Uint8Array(LINK_BYTE_AT + segment.length);
    const end = cobsDecode(segment, out, LINK_BYTE_AT);
    return end < LINK_BYTE_AT + 1 + CRC_16.bytes ? undefined : new ReceivedFrame(out.subarray(0, end));
  }

  /** By its length alone, as the sender chose it. */
  crc(alwaysCrc32: boolean): Crc {
    return crcOfPayload(this.#bytes.length - LINK_BYTE_AT - 1 - CRC_16.bytes, alwaysCrc32);
  }

  /** The payload, at a multiple of 8 in its buffer, or undefined if the checksum is another. */
  check(crc: Crc, prefix: number): Uint8Array | undefined {
    const bytes = this.#bytes;
    const end = bytes.length - crc.bytes;
    if (end <= LINK_BYTE_AT) return undefined;
    const check = crcFinish(crc, crcUpdate(crc, prefix, bytes, LINK_BYTE_AT, end));
    for (let index = 0; index < crc.bytes; index++) {
      if (bytes[end + index] !== ((check >>> (8 * index)) & 0xff)) return undefined;
    }
    return bytes.subarray(LINK_BYTE_AT + 1, end);
  }
}
