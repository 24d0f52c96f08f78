'use kernel';
import type { i32 } from 'shoal/kernel';

export function nothing(): void {}

export function scale(x: Int32Array, y: Int32Array): void {
  for (let i = 0; i < y.length; i++) y[i] = 3 * x[i];
}

/** As `scale`, `rounds` times over. */
export function scaleOften(rounds: i32, x: Int32Array, y: Int32Array): void {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < y.length; i++) y[i] = 3 * x[i] + round;
  }
}
