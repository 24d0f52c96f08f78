/**
 * The two checksums of frames, both reflected, preset with ones and inverted at the end (without the inversion a zero
 * that is appended passes): CRC-16/IBM-SDLC ("X-25", polynomial 0x1021) and CRC-32/ISO-HDLC (0x04c11db7). Their tables
 * are made at start: 256 words are quicker to compute than to ship.
 */

/** A checksum: its size on the line and its table. */
export interface Crc {
  readonly bytes: 2 | 4;
  readonly table: Uint32Array;
}

function makeCrc(bytes: 2 | 4, reflectedPolynomial: number): Crc {
  const table = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? reflectedPolynomial : 0);
    table[index] = crc;
  }
  return { bytes, table };
}

export const CRC_16: Crc = makeCrc(2, 0x8408);
export const CRC_32: Crc = makeCrc(4, 0xedb88320);

/** The running value before the first byte. */
export const CRC_START = 0xffff_ffff;

/** Goes on from a running value over bytes [start, end). */
export function crcUpdate(crc: Crc, value: number, bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const { table } = crc;
  let running = crc.bytes === 2 ? value & 0xffff : value;
  for (let index = start; index < end; index++) {
    running = (table[(running ^ (bytes[index] as number)) & 0xff] as number) ^ (running >>> 8);
  }
  return running;
}

/** The checksum itself: what stands in a frame, little endian. */
export function crcFinish(crc: Crc, value: number): number {
  return crc.bytes === 2 ? ~value & 0xffff : ~value >>> 0;
}
