'use kernel';
/** Powers of e, and what sinh, cosh, tanh and pow share with them. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

/** Adding and subtracting 1.5 * 2^23 rounds to a whole number, which is then in the low bits of the sum. */
const ROUNDER: f32 = 12582912;
const ROUNDER_BITS = 0x4b400000;
const LOG2_E: f32 = 1.44269502;
const LN2: f32 = 0.693147182;
/** LN2 + LN2_REST is ln 2 to 48 bits. */
const LN2_REST: f32 = -1.90465421e-9;

/** The whole number that is nearest to `x`, which is less than 2^22 in magnitude. */
export function nearest(x: f32): i32 {
  return bitsOf(x + ROUNDER) - ROUNDER_BITS;
}

/** x - n ln 2. The first product is subtracted exactly. */
function restOf(x: f32, n: i32): f32 {
  const whole: f32 = n;
  return x - whole * LN2 - whole * LN2_REST;
}

/** e^r - 1 for |r| below 0.35. */
function expm1Near(r: f32): f32 {
  const tail: f32 =
    0.5 + r * (0.166666672 + r * (0.0416663513 + r * (0.0083332723 + r * (0.00139412063 + r * 0.000199144488))));
  return r + r * r * tail;
}

/** 2^n e^r for |r| below 0.35: infinite or 0 where it is too large or too small. */
export function scaledExp(r: f32, n: i32): f32 {
  const bits: i32 = bitsOf(1 + expm1Near(r));
  const exponent: i32 = (bits >> 23) + n;
  if (exponent > 254) return Infinity;
  return exponent > 0 ? floatOf(bits + (n << 23)) : 0;
}

/** 2^scale e^x for |x| below 128, the scale a small whole number. */
export function expTimes(x: f32, scale: i32): f32 {
  const n: i32 = nearest(x * LOG2_E);
  return scaledExp(restOf(x, n), n + scale);
}

export function exp(x: f32): f32 {
  if (!(x < 89)) return x + Infinity;
  return x < -88 ? 0 : expTimes(x, 0);
}

export function expm1(x: f32): f32 {
  if (!(x < 89)) return x + Infinity;
  if (x < -18) return -1;
  const bits: i32 = bitsOf(x);
  if ((bits & 0x7f800000) === 0) return floatOf(bits & -0x80000000);
  const n: i32 = nearest(x * LOG2_E);
  const r: f32 = restOf(x, n);
  // The 1 that is subtracted is less than half of the last place.
  if (n > 24) return scaledExp(r, n);
  const power: f32 = floatOf((n + 127) << 23);
  return power - 1 + power * expm1Near(r);
}
