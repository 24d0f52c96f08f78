'use kernel';
import type { f32, i32 } from 'shoal/kernel';

/** Steps until z² + c leaves the circle of radius 2, for one row of points from (left, y) on. */
export function row(left: f32, y: f32, step: f32, limit: i32, counts: Uint8Array): void {
  for (let i = 0; i < counts.length; i++) {
    const x = left + i * step;
    let re = 0.0;
    let im = 0.0;
    let n = 0;
    while (n < limit && re * re + im * im <= 4.0) {
      const next = re * re - im * im + x;
      im = 2 * re * im + y;
      re = next;
      n++;
    }
    counts[i] = n;
  }
}
