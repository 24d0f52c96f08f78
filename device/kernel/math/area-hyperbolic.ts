'use kernel';
/** The inverse functions of the hyperbolic ones, by logarithms. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { log1p, logTimes } from './logarithm.ts';

/** From here on x^2 + 1 is x^2 to the last place. */
const LARGE: f32 = 4096;

export function asinh(x: f32): f32 {
  const sign: i32 = bitsOf(x) & -0x80000000;
  const a: f32 = Math.abs(x);
  const square: f32 = a * a;
  const arc: f32 = a < LARGE ? log1p(a + square / (1 + Math.sqrt(square + 1))) : logTimes(a, 1);
  return floatOf(bitsOf(arc) | sign);
}

export function acosh(x: f32): f32 {
  if (x < 1) return NaN;
  if (x >= LARGE) return logTimes(x, 1);
  const t: f32 = x - 1;
  if (t < 0.5) {
    const root: f32 = Math.sqrt(t + t);
    const tail: f32 =
      -0.0833332166 + t * (0.0187466592 + t * (-0.00554823363 + t * (0.00176097266 - t * 0.000414003327)));
    return root + root * t * tail;
  }
  return log1p(t + Math.sqrt(t + t + t * t));
}

export function atanh(x: f32): f32 {
  const sign: i32 = bitsOf(x) & -0x80000000;
  const a: f32 = Math.abs(x);
  // A NaN with a sign would be a number to comparisons.
  if (a > 1) return NaN;
  const twice: f32 = a + a;
  const quotient: f32 = a < 0.5 ? twice + (twice * a) / (1 - a) : twice / (1 - a);
  return floatOf(bitsOf(0.5 * log1p(quotient)) | sign);
}
