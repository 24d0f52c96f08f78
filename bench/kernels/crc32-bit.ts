'use kernel';
import type { u32 } from 'shoal/kernel';

/** CRC-32 (polynomial 0xedb88320), bit by bit. */
export function crc32Bit(bytes: Uint8Array): u32 {
  let c = -1;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  }
  return ~c >>> 0;
}
