'use kernel';
/** Sine and cosine, of every f32: see reduce-angle.ts. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { quadrantOfAngle, reduceAngle, restOfAngle } from './reduce-angle.ts';

/** Bits of pi/4. */
const EIGHTH_TURN_BITS = 0x3f490fdb;

function sineNear(r: f32): f32 {
  const z: f32 = r * r;
  return r + r * z * (-0.166666538 + z * (0.00833209045 - z * 0.000195052402));
}

function cosineNear(r: f32): f32 {
  const z: f32 = r * r;
  return 1 + z * (-0.5 + z * (0.0416666456 + z * (-0.00138872513 + z * 2.4424924e-5)));
}

/** The sine of an angle that is `turns` quadrants ahead of a reduced one. */
function sineOfReduced(word: i32, turns: i32): f32 {
  const quadrant: i32 = quadrantOfAngle(word) + turns;
  const r: f32 = restOfAngle(word);
  const value: f32 = (quadrant & 1) === 0 ? sineNear(r) : cosineNear(r);
  return (quadrant & 2) === 0 ? value : -value;
}

export function sin(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const magnitude: i32 = bits & 0x7fffffff;
  if (magnitude < 0x00800000) return floatOf(bits & -0x80000000);
  if (magnitude >= 0x7f800000) return NaN;
  return magnitude < EIGHTH_TURN_BITS ? sineNear(x) : sineOfReduced(reduceAngle(x), 0);
}

export function cos(x: f32): f32 {
  const magnitude: i32 = bitsOf(x) & 0x7fffffff;
  if (magnitude >= 0x7f800000) return NaN;
  return magnitude < EIGHTH_TURN_BITS ? cosineNear(x) : sineOfReduced(reduceAngle(x), 1);
}
