'use kernel';
import type { i32 } from 'shoal/kernel';

/** First and last index of parts still to be sorted. The smaller part goes first: 2 × log2(length) words are enough. */
const stack = new Int32Array(64);

export function quick(v: Int32Array, first: i32, last: i32): void {
  let lo = first;
  let hi = last;
  let depth = 0;
  for (;;) {
    while (lo < hi) {
      const p = v[(lo + hi) >> 1];
      let i = lo;
      let j = hi;
      while (i <= j) {
        while (v[i] < p) i++;
        while (v[j] > p) j--;
        if (i <= j) {
          const t = v[i];
          v[i++] = v[j];
          v[j--] = t;
        }
      }
      if (j - lo < hi - i) {
        stack[depth++] = i;
        stack[depth++] = hi;
        hi = j;
      } else {
        stack[depth++] = lo;
        stack[depth++] = j;
        lo = i;
      }
    }
    if (depth === 0) return;
    hi = stack[--depth];
    lo = stack[--depth];
  }
}
