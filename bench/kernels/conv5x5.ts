'use kernel';
import type { f32, i32 } from 'shoal/kernel';

/** Valid 5 × 5 convolution of a w × h image: (w - 4) × (h - 4) results. */
export function conv5x5(image: Float32Array, w: i32, h: i32, k: Float32Array, out: Float32Array): void {
  for (let y = 0; y < h - 4; y++) {
    for (let x = 0; x < w - 4; x++) {
      let sum: f32 = 0;
      for (let j = 0; j < 5; j++) {
        for (let i = 0; i < 5; i++) sum += image[(y + j) * w + x + i] * k[j * 5 + i];
      }
      out[y * (w - 4) + x] = sum;
    }
  }
}
