'use kernel';
import type { i32 } from '../index.ts';
import { type NumberArray, placeIn } from './number-array.ts';

/** `a.fill(value, begin, end)`. */
export function fill<A extends NumberArray>(a: A, value: A[number], begin: i32, end: i32): void {
  const behind = placeIn(a.length, end);
  for (let i = placeIn(a.length, begin); i < behind; i++) a[i] = value;
}
