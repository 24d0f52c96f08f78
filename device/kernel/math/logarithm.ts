'use kernel';
/**
 * Logarithms. x = 2^k (1 + f) with 1 + f between the roots of 1/2 and 2; the logarithm of 1 + f is f and a tail, which
 * is a polynomial. So f, which is exact, can be multiplied by a constant of two words.
 */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

/** Bits of the root of 1/2: what is subtracted to have the exponent k. */
const ROOT_BITS = 0x3f3504f3;
const LN2: f32 = 0.693147182;
const LN2_REST: f32 = -1.90465421e-9;
const LOG2_E: f32 = 1.44269502;
const LOG2_E_REST: f32 = 1.92596303e-8;
const LOG10_E: f32 = 0.434294492;
const LOG10_E_REST: f32 = -1.010305e-8;
const LOG10_2: f32 = 0.30103001;
const LOG10_2_REST: f32 = -1.43209888e-8;

/** log(1 + f) - f for f between -0.293 and 0.415. */
function logTail(f: f32): f32 {
  const tail: f32 =
    0.333333105 +
    f *
      (-0.249999866 +
        f *
          (0.200022265 +
            f *
              (-0.166692495 +
                f * (0.142186552 + f * (-0.1238437 + f * (0.118730165 + f * (-0.117896959 + f * 0.0691514686)))))));
  return f * f * (-0.5 + f * tail);
}

/** True for what has no logarithm, and for infinity: all but normal positive numbers. */
function isSpecial(bits: i32): boolean {
  return (bits - 0x00800000) >>> 0 >= 0x7f000000;
}

/** The logarithm, to any base above 1, of a number that is special. */
function logOfSpecial(bits: i32): f32 {
  if ((bits & 0x7f800000) === 0) return -Infinity;
  return floatOf(bits > 0 ? bits : 0x7fc00000);
}

/** k ln 2 + f + tail. */
function joined(k: i32, f: f32, tail: f32): f32 {
  const whole: f32 = k;
  return f + (tail + whole * LN2_REST) + whole * LN2;
}

/** ln(2^scale x), for x of which 2^scale x may be too large. */
export function logTimes(x: f32, scale: i32): f32 {
  const bits: i32 = bitsOf(x);
  if (isSpecial(bits)) return logOfSpecial(bits);
  const k: i32 = (bits - ROOT_BITS) >> 23;
  const f: f32 = floatOf(bits - (k << 23)) - 1;
  return joined(k + scale, f, logTail(f));
}

export function log(x: f32): f32 {
  return logTimes(x, 0);
}

export function log2(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  if (isSpecial(bits)) return logOfSpecial(bits);
  const k: i32 = (bits - ROOT_BITS) >> 23;
  const f: f32 = floatOf(bits - (k << 23)) - 1;
  const tail: f32 = logTail(f) * LOG2_E + f * LOG2_E_REST;
  return tail + f * LOG2_E + k;
}

export function log10(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  if (isSpecial(bits)) return logOfSpecial(bits);
  const k: i32 = (bits - ROOT_BITS) >> 23;
  const f: f32 = floatOf(bits - (k << 23)) - 1;
  const whole: f32 = k;
  const tail: f32 = logTail(f) * LOG10_E + f * LOG10_E_REST + whole * LOG10_2_REST;
  return tail + f * LOG10_E + whole * LOG10_2;
}

export function log1p(x: f32): f32 {
  const ownBits: i32 = bitsOf(x);
  if ((ownBits & 0x7f800000) === 0) return floatOf(ownBits & -0x80000000);
  const sum: f32 = 1 + x;
  const bits: i32 = bitsOf(sum);
  if (isSpecial(bits)) return logOfSpecial(bits);
  const k: i32 = (bits - ROOT_BITS) >> 23;
  if (k === 0) return x + logTail(x);
  const f: f32 = floatOf(bits - (k << 23)) - 1;
  // What the sum has lost, where it matters; divided by 1 + f, near enough.
  const lost: f32 = k > 24 ? 0 : x < 1 ? x - (sum - 1) : 1 - (sum - x);
  const part: f32 = k > 24 ? 0 : floatOf((127 - k) << 23);
  return joined(k, f, logTail(f) + lost * part * (1 - f));
}
