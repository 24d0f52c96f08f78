'use kernel';
/**
 * Square root of f32, correctly rounded. Three steps on the root and half its reciprocal together, then one correction
 * by the exact remainder. Every significand, with even and odd exponent, has been tried.
 */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

export function squareRoot(value: f32): f32 {
  const bits: i32 = bitsOf(value);
  const exponent: i32 = (bits >> 23) & 255;
  // Zeros keep their sign; subnormals count as zeros.
  if (exponent === 0) return floatOf(bits & -0x80000000);
  if (exponent === 255 && bits > 0) return value;
  if (bits < 0) return floatOf(0x7fc00000);

  // The significand with the lowest bit of the exponent: in [0.5, 2).
  const scaled: i32 = (bits & 0x00ffffff) + 0x3f000000;
  const x: f32 = floatOf(scaled);
  const reciprocal: f32 = floatOf(0x5f3759df - (scaled >> 1));
  let root: f32 = x * reciprocal;
  let half: f32 = reciprocal * 0.5;
  for (let step: i32 = 0; step < 3; step++) {
    const error: f32 = 0.5 - root * half;
    root = root + root * error;
    half = half + half * error;
  }
  root = root + (x - root * root) * half;
  return floatOf(bitsOf(root) + (((bits >> 24) - 63) << 23));
}
