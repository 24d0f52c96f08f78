'use kernel';
/** f32 to integers, and to whole f32, by shifting and masking the significand. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

/** JavaScript's ToInt32: truncated, modulo 2^32; 0 for NaN and infinities. The same bits are ToUint32. */
export function toInteger(x: f32): i32 {
  const bits: i32 = bitsOf(x);
  const shift: i32 = ((bits >> 23) & 255) - 150;
  const significand: i32 = (bits & 0x7fffff) | 0x800000;
  const left: i32 = shift > 31 ? 0 : significand << shift;
  const right: i32 = shift < -31 ? 0 : significand >> (0 - shift);
  const magnitude: i32 = shift < 0 ? right : left;
  return bits < 0 ? (0 - magnitude) | 0 : magnitude;
}

/** Toward zero. Subnormals count as zero; so too in the next three. */
export function trunc(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const exponent: i32 = ((bits >> 23) & 255) - 127;
  if (exponent >= 23) return x;
  if (exponent < 0) return floatOf(bits & -0x80000000);
  return floatOf(bits & ~(0x7fffff >> exponent));
}

export function floor(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const exponent: i32 = ((bits >> 23) & 255) - 127;
  if (exponent >= 23) return x;
  if (exponent < 0) return floatOf(bits < 0 && exponent > -127 ? -0x40800000 : bits & -0x80000000);
  const fraction: i32 = 0x7fffff >> exponent;
  return floatOf((bits < 0 ? bits + fraction : bits) & ~fraction);
}

export function ceil(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const exponent: i32 = ((bits >> 23) & 255) - 127;
  if (exponent >= 23) return x;
  if (exponent < 0) return floatOf(bits > 0 && exponent > -127 ? 0x3f800000 : bits & -0x80000000);
  const fraction: i32 = 0x7fffff >> exponent;
  return floatOf((bits < 0 ? bits : bits + fraction) & ~fraction);
}

/** To the nearest whole number, halves upward. */
export function round(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const exponent: i32 = ((bits >> 23) & 255) - 127;
  if (exponent >= 23) return x;
  // Below 1/2 in magnitude, and -1/2: zero of the same sign.
  if (exponent < -1 || bits === -0x41000000) return floatOf(bits & -0x80000000);
  // 1/2 ... 1 has no bit for whole numbers.
  if (exponent === -1) return floatOf(bits < 0 ? -0x40800000 : 0x3f800000);
  const fraction: i32 = 0x7fffff >> exponent;
  // A magnitude that ends in a half goes up if it is positive, down if it is negative.
  const half: i32 = (0x400000 >> exponent) - (bits < 0 ? 1 : 0);
  return floatOf((bits + half) & ~fraction);
}
