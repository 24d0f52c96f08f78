'use kernel';
// Five small steps of image processing, each on one tile of a picture. Pixels are bytes.
import type { i32 } from 'shoal/kernel';

/** Luma weights of ITU-R BT.601. */
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/** `rgb` holds three bytes for each byte of `grey`. */
export function greyscale(rgb: Uint8Array, grey: Uint8Array): void {
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (RED * rgb[3 * i] + GREEN * rgb[3 * i + 1] + BLUE * rgb[3 * i + 2] + 0.5) | 0;
  }
}

/** A 5 × 5 binomial filter: the outer product of 1 4 6 4 1 with itself, over 256. */
const WEIGHTS = makeWeights();

function makeWeights(): Float32Array {
  const row = [1, 4, 6, 4, 1];
  return Float32Array.from({ length: 25 }, (_, i) => ((row[i % 5] ?? 0) * (row[Math.trunc(i / 5)] ?? 0)) / 256);
}

/** `source` has a border of two pixels all round: (width + 4) × (height + 4). */
export function blur(source: Uint8Array, width: i32, height: i32, target: Uint8Array): void {
  const stride = width + 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0.5;
      for (let j = 0; j < 5; j++) {
        const row = (y + j) * stride + x;
        for (let i = 0; i < 5; i++) sum += WEIGHTS[j * 5 + i] * source[row + i];
      }
      target[y * width + x] = sum | 0;
    }
  }
}

/** Length of the gradient, at most 255. `source` has a border of one pixel all round. */
export function sobel(source: Uint8Array, width: i32, height: i32, target: Uint8Array): void {
  const stride = width + 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const above = y * stride + x;
      const here = above + stride;
      const below = here + stride;
      const dx =
        source[above + 2] + 2 * source[here + 2] + source[below + 2] - source[above] - 2 * source[here] - source[below];
      const dy =
        source[below] +
        2 * source[below + 1] +
        source[below + 2] -
        source[above] -
        2 * source[above + 1] -
        source[above + 2];
      target[y * width + x] = Math.min(255, Math.sqrt(dx * dx + dy * dy) | 0);
    }
  }
}

/** Counts how often each of the 256 values occurs. */
export function histogram(pixels: Uint8Array, counts: Int32Array): void {
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]]++;
}

/** Replaces each pixel by its entry in `table`, which has 256. */
export function apply(pixels: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[pixels[i]];
}
