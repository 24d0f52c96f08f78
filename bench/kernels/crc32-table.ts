'use kernel';
import type { u32 } from 'shoal/kernel';

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  return c;
});

/** CRC-32 (polynomial 0xedb88320) by a table. */
export function crc32Table(bytes: Uint8Array): u32 {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}
