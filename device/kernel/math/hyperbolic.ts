'use kernel';
/** Hyperbolic sine, cosine and tangent. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { expTimes } from './exponential.ts';

/** e^x / 2 for x from 0, infinite from where twice that is. */
function halfExp(x: f32): f32 {
  return x < 90 ? expTimes(x, -1) : x + Infinity;
}

export function cosh(x: f32): f32 {
  const half: f32 = halfExp(Math.abs(x));
  return half + 0.25 / half;
}

export function sinh(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const sign: i32 = bits & -0x80000000;
  const magnitude: f32 = Math.abs(x);
  if (magnitude < 1) {
    const z: f32 = magnitude * magnitude;
    const tail: f32 = 0.166666672 + z * (0.00833335053 + z * (0.000198360663 + z * 2.81743951e-6));
    return floatOf(bitsOf(magnitude + magnitude * z * tail) | sign);
  }
  const half: f32 = halfExp(magnitude);
  return floatOf(bitsOf(half - 0.25 / half) | sign);
}

export function tanh(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const sign: i32 = bits & -0x80000000;
  const magnitude: f32 = Math.abs(x);
  if (magnitude < 0.6) {
    const z: f32 = magnitude * magnitude;
    const tail: f32 = -0.333332986 + z * (0.133319587 + z * (-0.0537866838 + z * (0.020805385 - z * 0.00590586849)));
    return floatOf(bitsOf(magnitude + magnitude * z * tail) | sign);
  }
  // From 10 on it rounds to 1; NaN stays NaN.
  const value: f32 = magnitude < 10 ? 1 - 2 / (expTimes(magnitude + magnitude, 0) + 1) : Math.min(magnitude, 1);
  return floatOf(bitsOf(value) | sign);
}
