'use kernel';
import type { f32, i32 } from '../index.ts';
import { bitsOf } from '../machine.ts';
import type { NumberArray } from './number-array.ts';

/** `a.sort()` of integers: heap sort, which needs no other memory and no recursion. */
export function sortIntegers<A extends NumberArray>(a: A): void {
  for (let root = (a.length >> 1) - 1; root >= 0; root--) sink(a, root, a.length);
  for (let end = a.length - 1; end > 0; end--) {
    const last = a[end] as number;
    a[end] = a[0] as number;
    a[0] = last;
    sink(a, 0, end);
  }
}

/** Moves an element down the heap until nothing below it is greater. */
function sink<A extends NumberArray>(a: A, start: i32, end: i32): void {
  const value = a[start] as number;
  let root = start;
  for (let child = 2 * start + 1; child < end; child = 2 * root + 1) {
    if (child + 1 < end && (a[child] as number) < (a[child + 1] as number)) child++;
    if ((a[child] as number) <= value) break;
    a[root] = a[child] as number;
    root = child;
  }
  a[root] = value;
}

/** `a.sort()` of numbers: -0 before 0, NaN at the end. */
export function sortNumbers(a: Float32Array): void {
  for (let root = (a.length >> 1) - 1; root >= 0; root--) sinkNumber(a, root, a.length);
  for (let end = a.length - 1; end > 0; end--) {
    const last = a[end] as f32;
    a[end] = a[0] as f32;
    a[0] = last;
    sinkNumber(a, 0, end);
  }
}

function sinkNumber(a: Float32Array, start: i32, end: i32): void {
  const value = a[start] as f32;
  let root = start;
  for (let child = 2 * start + 1; child < end; child = 2 * root + 1) {
    if (child + 1 < end && rank(a[child] as f32) < rank(a[child + 1] as f32)) child++;
    if (rank(a[child] as f32) <= rank(value)) break;
    a[root] = a[child] as f32;
    root = child;
  }
  a[root] = value;
}

/** An integer that is ordered as numbers are sorted. The bits of negative numbers fall as those rise. */
function rank(x: f32): i32 {
  const bits = bitsOf(x);
  // biome-ignore lint/suspicious/noSelfCompare: only NaN is not equal to itself
  if (x !== x) return 0x7fffffff;
  return bits < 0 ? bits ^ 0x7fffffff : bits;
}
