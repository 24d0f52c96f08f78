'use kernel';
import type { i32 } from 'shoal/kernel';

const table = new Int32Array(7800);

export function put(i: i32, value: i32): void {
  table[i] = value;
}
