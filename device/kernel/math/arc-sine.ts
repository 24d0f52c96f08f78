'use kernel';
/** Arc sine and arc cosine. From 1/2 on by way of the root of (1 - x) / 2, which is the sine of half of the arc. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

const HALF_PI: f32 = 1.57079637;
const HALF_PI_REST: f32 = -4.37113883e-8;
const ONE_BITS = 0x3f800000;
const HALF_BITS = 0x3f000000;

/** asin(x) - x for |x| up to 1/2; z is its square. */
function arcSineTail(x: f32, z: f32): f32 {
  return x * z * (0.166667536 + z * (0.0749524161 + z * (0.0454770997 + z * (0.0241475999 + z * 0.0422185697))));
}

export function asin(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const sign: i32 = bits & -0x80000000;
  const magnitude: i32 = bits ^ sign;
  if (magnitude < 0x00800000) return floatOf(sign);
  if (magnitude > ONE_BITS) return NaN;
  if (magnitude < HALF_BITS) return x + arcSineTail(x, x * x);
  const z: f32 = 0.5 - 0.5 * floatOf(magnitude);
  const root: f32 = Math.sqrt(z);
  const most: f32 = HALF_PI - 2 * root;
  const lost: f32 = HALF_PI - most - 2 * root;
  const arc: f32 = most - (2 * arcSineTail(root, z) - HALF_PI_REST - lost);
  return floatOf(bitsOf(arc) | sign);
}

export function acos(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const magnitude: i32 = bits & 0x7fffffff;
  if (magnitude > ONE_BITS) return NaN;
  if (magnitude < HALF_BITS) return HALF_PI - (x + (arcSineTail(x, x * x) - HALF_PI_REST));
  const z: f32 = 0.5 - 0.5 * floatOf(magnitude);
  const root: f32 = Math.sqrt(z);
  const tail: f32 = arcSineTail(root, z);
  return bits > 0 ? 2 * (root + tail) : 2 * (HALF_PI - (root + (tail - HALF_PI_REST)));
}
