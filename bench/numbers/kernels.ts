'use kernel';
import type { f32, i32 } from 'shoal/kernel';

export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}

export function dot(x: Float32Array, y: Float32Array): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** c = a * b, square matrices of n rows. */
export function matmul(n: i32, a: Float32Array, b: Float32Array, c: Float32Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
}
