/** Operands that matter, and seeded random ones, as bit patterns. */

export const EDGE_BITS: readonly number[] = [
  0x00000000, // 0
  0x00000001, // smallest subnormal
  0x00400000,
  0x007fffff, // largest subnormal
  0x00800000, // 2^-126
  0x00800001,
  0x00ffffff,
  0x01000000, // 2^-125
  0x0c000000, // 2^-103
  0x1f800000, // 2^-64
  0x17800000, // 2^-80
  0x20000000, // 2^-63
  0x33800000, // 2^-24
  0x34000000, // 2^-23
  0x39800000, // 2^-12
  0x3effffff,
  0x3f000000, // 0.5
  0x3f000001,
  0x3f7fffff,
  0x3f800000, // 1
  0x3f800001,
  0x3f800800, // 1 + 2^-12
  0x3fc00000, // 1.5
  0x40000000,
  0x40400000,
  0x4affffff,
  0x4b000000, // 2^23
  0x4b000001,
  0x4b7fffff,
  0x4b800000, // 2^24
  0x4b800001,
  0x4effffff,
  0x4f000000, // 2^31
  0x4f000001,
  0x4f7fffff,
  0x4f800000, // 2^32
  0x4f800001,
  0x5f800000, // 2^64
  0x7e800000,
  0x7effffff,
  0x7f000000, // 2^127
  0x7f7fffff, // largest finite
  0x7f800000, // infinity
  0x7fc00000, // NaN
].flatMap((bits) => [bits, (bits | 0x80000000) >>> 0]);

/** A seeded generator of 32-bit words (SplitMix32). */
export function words(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** A random float32: any bits, near 1, few significant bits (so that ties are common), or an edge value. */
export function randomFloat(next: () => number): number {
  const choice = next() % 8;
  if (choice < 2) return next();
  if (choice < 4) return ((next() & 0x807fffff) | ((118 + (next() % 19)) << 23)) >>> 0;
  if (choice < 6) {
    const keep = (0xff800000 | (0x7fffff << (23 - (next() % 14)))) >>> 0;
    const exponent = (100 + (next() % 56)) << 23;
    return (((next() & 0x807fffff) | exponent) & keep) >>> 0;
  }
  if (choice < 7) return ((next() & 0x807fffff) | ((next() % 4) << 23)) >>> 0; // around 2^-126
  return EDGE_BITS[next() % EDGE_BITS.length] as number;
}
