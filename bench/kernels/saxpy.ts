'use kernel';
import type { f32 } from 'shoal/kernel';

export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] += a * x[i];
}
