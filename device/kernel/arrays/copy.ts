'use kernel';
import type { i32 } from '../index.ts';
import { beginsBehind } from '../machine.ts';
import { type NumberArray, placeIn } from './number-array.ts';

/** `to.set(from, offset)` where it is known to fit. The two may be parts of one array. */
export function copy<A extends NumberArray>(to: A, from: A, offset: i32): void {
  const part = to.subarray(offset) as A;
  // What is read must not have been overwritten before.
  if (beginsBehind(part, from)) {
    for (let i = from.length - 1; i >= 0; i--) part[i] = from[i] as number;
  } else {
    for (let i = 0; i < from.length; i++) part[i] = from[i] as number;
  }
}

/** The same from an array of another kind, which lies elsewhere. */
export function convert<A extends NumberArray, B extends NumberArray>(to: A, from: B, offset: i32): void {
  for (let i = 0; i < from.length; i++) to[offset + i] = from[i] as number;
}

/** The same from numbers to integers, as JavaScript's ToInt32 does it. */
export function truncate<A extends NumberArray>(to: A, from: Float32Array, offset: i32): void {
  for (let i = 0; i < from.length; i++) to[offset + i] = (from[i] as number) | 0;
}

/** `a.copyWithin(target, begin, end)`. */
export function copyWithin<A extends NumberArray>(a: A, target: i32, begin: i32, end: i32): void {
  const to = placeIn(a.length, target);
  const from = placeIn(a.length, begin);
  const count = Math.min(placeIn(a.length, end) - from, a.length - to);
  if (from < to) {
    for (let i = count - 1; i >= 0; i--) a[to + i] = a[from + i] as number;
  } else {
    for (let i = 0; i < count; i++) a[to + i] = a[from + i] as number;
  }
}
