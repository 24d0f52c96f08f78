'use kernel';
import type { f32 } from 'shoal/kernel';

export function dot(x: Float32Array, y: Float32Array): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
