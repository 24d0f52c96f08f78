'use kernel';
/** Integer division and remainder: one subtraction for each bit of the quotient. */
import type { i32, u32 } from '../index.ts';

/** Quotient, truncated; 0 if the divisor is 0. */
export function divideUnsigned(dividend: u32, divisor: u32): u32 {
  if (divisor === 0 || dividend < divisor) return 0;
  let shift: i32 = Math.clz32(divisor) - Math.clz32(dividend);
  let part: u32 = (divisor << shift) >>> 0;
  let rest: u32 = dividend;
  let quotient: i32 = 0;
  do {
    quotient = quotient << 1;
    if (rest >= part) {
      rest = (rest - part) >>> 0;
      quotient = quotient | 1;
    }
    part = part >>> 1;
    shift = shift - 1;
  } while (shift >= 0);
  return quotient >>> 0;
}

/** Remainder. The divisor must not be 0. */
export function remainderUnsigned(dividend: u32, divisor: u32): u32 {
  if (dividend < divisor) return dividend;
  let shift: i32 = Math.clz32(divisor) - Math.clz32(dividend);
  let part: u32 = (divisor << shift) >>> 0;
  let rest: u32 = dividend;
  do {
    if (rest >= part) rest = (rest - part) >>> 0;
    part = part >>> 1;
    shift = shift - 1;
  } while (shift >= 0);
  return rest;
}

/** Quotient, truncated toward zero; 0 if the divisor is 0. The least number by -1 is itself. */
export function divideSigned(dividend: i32, divisor: i32): i32 {
  const quotient: i32 = divideUnsigned(magnitude(dividend), magnitude(divisor)) | 0;
  return (dividend ^ divisor) < 0 ? (0 - quotient) | 0 : quotient;
}

/** Remainder, with the sign of the dividend. The divisor must not be 0. */
export function remainderSigned(dividend: i32, divisor: i32): i32 {
  const rest: i32 = remainderUnsigned(magnitude(dividend), magnitude(divisor)) | 0;
  return dividend < 0 ? (0 - rest) | 0 : rest;
}

function magnitude(x: i32): u32 {
  return x < 0 ? (0 - x) >>> 0 : x >>> 0;
}
