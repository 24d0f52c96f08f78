'use kernel';
/** Remainder of f32 with the sign of the dividend, exact: one subtraction for each bit of the quotient. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

export function remainderFloat(dividend: f32, divisor: f32): f32 {
  const bits: i32 = bitsOf(dividend);
  const sign: i32 = bits & -0x80000000;
  const a: i32 = bits & 0x7fffffff;
  const b: i32 = bitsOf(divisor) & 0x7fffffff;
  // An infinite or NaN dividend; a divisor that is NaN, zero or subnormal.
  if (a >= 0x7f800000 || b > 0x7f800000 || b < 0x00800000) return floatOf(0x7fc00000);
  if (a < 0x00800000) return floatOf(sign);
  if (a < b) return dividend;

  const d: i32 = (b & 0x7fffff) | 0x800000;
  let rest: i32 = (a & 0x7fffff) | 0x800000;
  let shift: i32 = (a >> 23) - (b >> 23);
  while (shift > 0) {
    if (rest >= d) rest = rest - d;
    rest = rest << 1;
    shift = shift - 1;
  }
  if (rest >= d) rest = rest - d;
  const zeros: i32 = Math.clz32(rest) - 8;
  const exponent: i32 = (b >> 23) - zeros;
  if (rest === 0 || exponent <= 0) return floatOf(sign);
  return floatOf(sign | ((exponent << 23) + (rest << zeros) - 0x800000));
}
