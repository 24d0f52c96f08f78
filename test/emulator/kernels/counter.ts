'use kernel';
import type { i32 } from 'shoal/kernel';

let calls: i32 = 0;

export function count(): i32 {
  calls++;
  console.log('count', calls);
  return calls;
}

export function fill(x: Int32Array, value: i32): void {
  x.fill(value);
}

export function sum(x: Int32Array): i32 {
  let total: i32 = 0;
  for (const value of x) total += value;
  return total;
}
