'use kernel';
/** Tangent, of every f32: see reduce-angle.ts. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { quadrantOfAngle, reduceAngle, restOfAngle } from './reduce-angle.ts';

/** Bits of pi/4. */
const EIGHTH_TURN_BITS = 0x3f490fdb;

/** tan(r) - r for |r| up to pi/4. */
function tangentTail(r: f32): f32 {
  const z: f32 = r * r;
  const tail: f32 =
    0.333333582 +
    z *
      (0.133323848 +
        z * (0.0540910251 + z * (0.0211234596 + z * (0.0112431617 + z * (-0.000422409794 + z * 0.00462686736)))));
  return r * z * tail;
}

export function tan(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const magnitude: i32 = bits & 0x7fffffff;
  if (magnitude < 0x00800000) return floatOf(bits & -0x80000000);
  if (magnitude >= 0x7f800000) return NaN;
  if (magnitude < EIGHTH_TURN_BITS) return x + tangentTail(x);
  const word: i32 = reduceAngle(x);
  const r: f32 = restOfAngle(word);
  const tail: f32 = tangentTail(r);
  const value: f32 = r + tail;
  if ((quadrantOfAngle(word) & 1) === 0) return value;
  // What the sum has lost is in the remainder of the division too: two roundings less.
  const quotient: f32 = -1 / value;
  return quotient + quotient * (1 + quotient * value + quotient * (r - value + tail));
}
