'use kernel';
/** Powers: 2^(y log2 |x|), the logarithm in two words. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { nearest, scaledExp } from './exponential.ts';

const ONE_BITS = 0x3f800000;
const INFINITY_BITS = 0x7f800000;
const ROOT_BITS = 0x3f3504f3;
const THIRD: f32 = 0.333333343;
const THIRD_REST: f32 = -9.93410776e-9;
/** 2 / ln 2. */
const TWO_LOG2_E: f32 = 2.88539004;
const TWO_LOG2_E_REST: f32 = 3.85192607e-8;
const LN2: f32 = 0.693147182;

export function pow(base: f32, exponent: f32): f32 {
  const bits: i32 = bitsOf(base);
  const x: i32 = bits & 0x7fffffff;
  const yBits: i32 = bitsOf(exponent);
  const y: i32 = yBits & 0x7fffffff;
  if (y < 0x00800000) return 1;
  if (x > INFINITY_BITS || y > INFINITY_BITS) return NaN;
  if (y === INFINITY_BITS && x === ONE_BITS) return NaN;
  const isWhole: boolean = lowestBit(y) >= 0;
  const sign: i32 = lowestBit(y) === 0 ? bits & -0x80000000 : 0;
  if (x < 0x00800000 || x === INFINITY_BITS || y === INFINITY_BITS) {
    return floatOf(sign | (x > ONE_BITS === yBits > 0 ? INFINITY_BITS : 0));
  }
  if (bits < 0 && !isWhole) return NaN;
  return floatOf(sign | bitsOf(powerOfMagnitude(x, exponent)));
}

/** Weight of the lowest bit of a magnitude, as the power of two, for 1 and more; else some negative number. */
function lowestBit(magnitude: i32): i32 {
  const significand: i32 = (magnitude & 0x7fffff) | 0x800000;
  const zeros: i32 = 31 - Math.clz32(significand & (0 - significand));
  return (magnitude >> 23) - 150 + zeros;
}

/** Of the number with the bits `x`, normal and positive. */
function powerOfMagnitude(x: i32, y: f32): f32 {
  // x = 2^k m; the logarithm of m is 2 atanh(s) with s = (m - 1) / (m + 1), in two words.
  const k: i32 = (x - ROOT_BITS) >> 23;
  const m: f32 = floatOf(x - (k << 23));
  const f: f32 = m - 1;
  const d: f32 = m + 1;
  const s: f32 = f / d;
  // 1 / d is (1 - s) / 2.
  const sRest: f32 = (f - s * d - s * (m - (d - 1))) * (0.5 - 0.5 * s);
  // atanh(s) = s + s w, w = z (1/3 + z (…)), z = s^2.
  const z: f32 = s * s;
  const zRest: f32 = s * s - z + 2 * s * sRest;
  const tail: f32 = z * (0.200000778 + z * (0.142734289 + z * 0.11712724));
  const factor: f32 = THIRD + tail;
  const factorRest: f32 = THIRD - factor + tail + THIRD_REST;
  const w: f32 = z * factor;
  const wRest: f32 = z * factor - w + z * factorRest + zRest * factor;
  const p: f32 = s * w;
  const pRest: f32 = s * w - p + s * wRest + sRest;
  const a: f32 = s + p;
  const aRest: f32 = s - a + p + pRest;
  // To base 2, with k.
  const b: f32 = a * TWO_LOG2_E;
  const bRest: f32 = a * TWO_LOG2_E - b + a * TWO_LOG2_E_REST + aRest * TWO_LOG2_E;
  const whole: f32 = k;
  const log: f32 = whole + b;
  const logRest: f32 = whole - log + b + bRest;

  const product: f32 = y * log;
  if (product > 129) return Infinity;
  if (product < -129) return 0;
  const productRest: f32 = y * log - product + y * logRest;
  const n: i32 = nearest(product);
  return scaledExp((product - n + productRest) * LN2, n);
}
