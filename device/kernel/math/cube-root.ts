'use kernel';
/** Cube root: three steps on its reciprocal, without division, then one correction by the exact remainder. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

const THIRD: f32 = 0.333333343;

export function cbrt(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const sign: i32 = bits & -0x80000000;
  const magnitude: i32 = bits ^ sign;
  if (magnitude < 0x00800000) return floatOf(sign);
  if (magnitude >= 0x7f800000) return x;
  // x = 2^(3 n) m with m from 1/2 to below 4; 171 / 512 is 1/3, near enough for a byte.
  const n: i32 = (((magnitude >> 23) * 171) >> 9) - 42;
  const mBits: i32 = magnitude - ((3 * n) << 23);
  const m: f32 = floatOf(mBits);
  let r: f32 = floatOf(0x54a2fa8c - (mBits >> 16) * 21845);
  for (let step: i32 = 0; step < 3; step++) {
    r = r + r * THIRD * (1 - m * r * r * r);
  }
  const root: f32 = m * r * r;
  const square: f32 = root * root;
  const error: f32 = square * root - m + (root * root - square) * root;
  return floatOf((bitsOf(root - error * THIRD * r * r) + (n << 23)) | sign);
}
