/**
 * Consistent Overhead Byte Stuffing (Cheshire, Baker 1999): bytes without zeros, at most one more in 254, so that a zero
 * can end a frame and any receiver finds the next frame after any garbage.
 */

/** The most bytes that `length` bytes encode to, without the zero that ends them. */
export function cobsBound(length: number): number {
  return length + Math.floor(length / 254) + 1;
}

/** Encodes `content` to `out` from `offset`; returns the offset behind it. */
export function cobsEncode(content: Uint8Array, out: Uint8Array, offset: number): number {
  let codeAt = offset;
  let at = offset + 1;
  const { length } = content;
  for (let index = 0; index < length; index++) {
    const byte = content[index] as number;
    if (byte !== 0) out[at++] = byte;
    // A full block has no zero behind it; at the very end no further block begins.
    if (byte === 0 || (at - codeAt === 255 && index + 1 < length)) {
      out[codeAt] = at - codeAt;
      codeAt = at++;
    }
  }
  out[codeAt] = at - codeAt;
  return at;
}

/**
 * Decodes `segment`, which stood between two zeros, to `out` from `offset`. Returns the offset behind it, or −1 if it is
 * no encoding. `out` needs room for as many bytes as `segment` has.
 */
export function cobsDecode(segment: Uint8Array, out: Uint8Array, offset: number): number {
  const { length } = segment;
  let at = offset;
  let index = 0;
  while (index < length) {
    const code = segment[index++] as number;
    const end = index + code - 1;
    if (code === 0 || end > length) return -1;
    while (index < end) {
      const byte = segment[index++] as number;
      if (byte === 0) return -1;
      out[at++] = byte;
    }
    if (code < 255 && index < length) out[at++] = 0;
  }
  return at;
}
