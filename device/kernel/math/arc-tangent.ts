'use kernel';
/** Arc tangents. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';

/** Of the only NaN that there is. */
const NAN_BITS = 0x7fc00000;
const HALF_PI: f32 = 1.57079637;
const HALF_PI_REST: f32 = -4.37113883e-8;

/** For t from 0 to 1. */
function arcTangentNear(t: f32): f32 {
  const z: f32 = t * t;
  const tail: f32 =
    -0.333332986 +
    z *
      (0.199986383 +
        z *
          (-0.142652452 +
            z *
              (0.109575763 +
                z *
                  (-0.0841946006 +
                    z * (0.0582345575 + z * (-0.0314557068 + z * (0.0110644437 - z * 0.00182721356)))))));
  return t + t * z * tail;
}

export function atan(x: f32): f32 {
  const bits: i32 = bitsOf(x);
  const sign: i32 = bits & -0x80000000;
  const magnitude: f32 = floatOf(bits ^ sign);
  const arc: f32 = magnitude > 1 ? HALF_PI - (arcTangentNear(1 / magnitude) - HALF_PI_REST) : arcTangentNear(magnitude);
  return floatOf(bitsOf(arc) | sign);
}

export function atan2(y: f32, x: f32): f32 {
  const xBits: i32 = bitsOf(x);
  const yBits: i32 = bitsOf(y);
  const a: f32 = Math.abs(x);
  const b: f32 = Math.abs(y);
  if (xBits === NAN_BITS || yBits === NAN_BITS) return NaN;
  const isSteep: boolean = b > a;
  const most: f32 = isSteep ? b : a;
  const least: f32 = isSteep ? a : b;
  // Equal ones are both zero, or both infinite, or give 1 anyway.
  const quotient: f32 = least < most ? least / most : most > 0 ? 1 : 0;
  const near: f32 = arcTangentNear(quotient);
  // From the nearest multiple of pi/2: 0, 1 or 2 of them.
  const arc: f32 = isSteep === xBits < 0 ? near : -near;
  const steps: f32 = isSteep ? 1 : xBits < 0 ? 2 : 0;
  const whole: f32 = steps === 0 ? near : arc + steps * HALF_PI_REST + steps * HALF_PI;
  return floatOf(bitsOf(whole) | (yBits & -0x80000000));
}
