'use kernel';
import type { i32 } from '../index.ts';
import { type NumberArray, placeIn } from './number-array.ts';

/** `a.indexOf(value, begin)`: -1 if it is not there, and always for NaN. */
export function indexOf<A extends NumberArray>(a: A, value: A[number], begin: i32): i32 {
  for (let i = placeIn(a.length, begin); i < a.length; i++) if (a[i] === value) return i;
  return -1;
}

/** `a.lastIndexOf(value, last)`. */
export function lastIndexOf<A extends NumberArray>(a: A, value: A[number], last: i32): i32 {
  const from = last < 0 ? last + a.length : Math.min(last, a.length - 1);
  for (let i = from; i >= 0; i--) if (a[i] === value) return i;
  return -1;
}

/** `a.includes(value, begin)`: as `indexOf`, but NaN is found. */
export function includes<A extends NumberArray>(a: A, value: A[number], begin: i32): boolean {
  for (let i = placeIn(a.length, begin); i < a.length; i++) {
    // biome-ignore lint/suspicious/noSelfCompare: only NaN is not equal to itself
    if (a[i] === value || (value !== value && a[i] !== a[i])) return true;
  }
  return false;
}
