'use kernel';
import type { f32 } from 'shoal/kernel';

const N = 32;
const la = new Float32Array(N * N);
const lb = new Float32Array(N * N);
const lc = new Float32Array(N * N);

/** A, B copied into arrays of the core, the product formed there, copied out. */
export function matmul32(a: Float32Array, b: Float32Array, c: Float32Array): void {
  for (let i = 0; i < N * N; i++) {
    la[i] = a[i];
    lb[i] = b[i];
  }
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < N; k++) sum += la[i * N + k] * lb[k * N + j];
      lc[i * N + j] = sum;
    }
  }
  for (let i = 0; i < N * N; i++) c[i] = lc[i];
}
