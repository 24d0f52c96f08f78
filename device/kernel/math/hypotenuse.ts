'use kernel';
/** The root of a sum of squares, scaled so that no square is too large or too small. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

export function hypot(x: f32 = 0, y: f32 = 0, z: f32 = 0, w: f32 = 0): f32 {
  const a: i32 = bitsOf(x) & 0x7fffffff;
  const b: i32 = bitsOf(y) & 0x7fffffff;
  const c: i32 = bitsOf(z) & 0x7fffffff;
  const d: i32 = bitsOf(w) & 0x7fffffff;
  // An infinity counts for more than a NaN.
  if (a === 0x7f800000 || b === 0x7f800000 || c === 0x7f800000 || d === 0x7f800000) return Infinity;
  const largest: i32 = Math.max(a, b, c, d);
  if (largest > 0x7f800000) return NaN;
  if (largest < 0x00800000) return 0;
  // The largest becomes 2 to 4.
  const exponent: i32 = largest & 0x7f800000;
  const scale: f32 = floatOf(0x7f800000 - exponent);
  const p: f32 = x * scale;
  const q: f32 = y * scale;
  const r: f32 = z * scale;
  const s: f32 = w * scale;
  const bits: i32 = bitsOf(Math.sqrt(s * s + r * r + q * q + p * p));
  return (bits >> 23) + (exponent >> 23) > 254 + 128 ? Infinity : floatOf(bits + exponent - 0x40000000);
}
