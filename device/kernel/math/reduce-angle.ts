'use kernel';
/** Angles to within an eighth of a turn of 0, for the sine, the cosine and the tangent. */
import type { f32, i32 } from '../index.ts';
import { bitsOf, floatOf } from '../machine.ts';
import { nearest } from './exponential.ts';

const HALF_PI: f32 = 1.57079637;
const HALF_PI_BITS = 0x3fc90fdb;
/** The next 24 bits, and those after them. */
const HALF_PI_REST: f32 = -4.37113883e-8;
const HALF_PI_LAST: f32 = -1.71512451e-15;
const TWO_OVER_PI: f32 = 0.636619747;

/** 2/pi, eight bits each, the first after the point; two zeros before. */
const TWO_OVER_PI_BYTES: Uint8Array = new Uint8Array([
  0, 0, 0xa2, 0xf9, 0x83, 0x6e, 0x4e, 0x44, 0x15, 0x29, 0xfc, 0x27, 0x57, 0xd1, 0xf5, 0x34, 0xdd, 0xc0, 0xdb, 0x62,
  0x95, 0x99, 0x3c, 0x43, 0x90, 0x41,
]);

/**
 * Quadrants and rest of an angle that is above pi/4 in magnitude and finite: x = (n + 4 m) pi/2 + r. One word holds
 * both, for {@link restOfAngle} and {@link quadrantOfAngle}: no f32 is so near to a multiple of pi/2 that |r| would be
 * below 2^-31, so of the exponent of r the bits of weight 32 and 64 are always ones, and n takes their place.
 */
export function reduceAngle(x: f32): i32 {
  const bits: i32 = bitsOf(x);
  if ((bits & 0x7fffffff) >= 0x47800000) return reduceLarge(bits);
  // Below 2^16: three products, of which the first is subtracted exactly.
  const n: i32 = nearest(x * TWO_OVER_PI);
  const whole: f32 = n;
  const r: f32 = x - whole * HALF_PI - whole * HALF_PI_REST - whole * HALF_PI_LAST;
  return packed(bitsOf(r), n);
}

function packed(restBits: i32, n: i32): i32 {
  return (restBits & ~0x30000000) | ((n & 3) << 28);
}

export function restOfAngle(word: i32): f32 {
  return floatOf(word | 0x30000000);
}

export function quadrantOfAngle(word: i32): i32 {
  return word >> 28;
}

/**
 * From 2^16: the significand by those 96 bits of 2/pi that matter, which begin where the product has the weight of four
 * quadrants.
 */
function reduceLarge(bits: i32): i32 {
  const significand: i32 = (bits & 0x7fffff) | 0x800000;
  const exponent: i32 = ((bits >> 23) & 255) - 152;
  const first: i32 = (exponent >> 3) + 2;
  let carry: i32 = 0;
  let high: i32 = 0;
  let middle: i32 = 0;
  let low: i32 = 0;
  for (let i: i32 = first + 11; i >= first; i--) {
    const product: i32 = Math.imul(significand, TWO_OVER_PI_BYTES[i] as i32) + carry;
    low = (low >>> 8) | (middle << 24);
    middle = (middle >>> 8) | (high << 24);
    high = (high >>> 8) | (product << 24);
    carry = (product >>> 8) | 0;
  }
  // Quadrants are now the bits above `high` but `left`.
  const left: i32 = exponent & 7;
  high = (high << left) | ((middle >>> 1) >>> (31 - left));
  middle = (middle << left) | ((low >>> 1) >>> (31 - left));
  const n: i32 = (high + 0x20000000) >> 30;
  // The rest in units of 2^-32 quadrants, from -2^31; what the complement is short of does not matter.
  high = (high << 2) | (middle >>> 30);
  middle = middle << 2;
  const sign: i32 = high >> 31;
  high = high ^ sign;
  middle = middle ^ sign;
  const zeros: i32 = Math.clz32(high);
  const word: i32 = (high << zeros) | ((middle >>> 1) >>> (31 - zeros));
  // 24 bits and 8: so nothing is rounded before it is multiplied.
  const main: f32 = word >>> 8;
  const rest: f32 = word & 255;
  const scale: i32 = (24 + zeros) << 23;
  const unit: f32 = floatOf(HALF_PI_BITS - scale);
  const unitRest: f32 = floatOf(bitsOf(HALF_PI_REST) - scale);
  const r: f32 = rest * floatOf(HALF_PI_BITS - scale - (8 << 23)) + main * unitRest + main * unit;
  const isOpposite: boolean = (sign ^ bits) < 0;
  return packed(bitsOf(r) | (isOpposite ? -0x80000000 : 0), bits < 0 ? 0 - n : n);
}
