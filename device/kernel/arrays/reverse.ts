'use kernel';
import type { NumberArray } from './number-array.ts';

/** `a.reverse()`. */
export function reverse<A extends NumberArray>(a: A): void {
  for (let i = 0, j = a.length - 1; i < j; i++, j--) {
    const left = a[i] as number;
    a[i] = a[j] as number;
    a[j] = left;
  }
}
