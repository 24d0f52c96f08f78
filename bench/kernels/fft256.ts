'use kernel';

/**
 * In-place radix-2 decimation-in-time complex FFT of 256 points; real and imaginary parts alternate.
 * tw holds exp(-2 pi i k/256) for k < 128.
 */
export function fft256(x: Float32Array, tw: Float32Array): void {
  let j = 0;
  for (let i = 1; i < 256; i++) {
    let bit = 128;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const re = x[2 * i];
      const im = x[2 * i + 1];
      x[2 * i] = x[2 * j];
      x[2 * i + 1] = x[2 * j + 1];
      x[2 * j] = re;
      x[2 * j + 1] = im;
    }
  }
  let step = 128;
  for (let half = 1; half < 256; half <<= 1) {
    for (let k = 0; k < half; k++) {
      const wr = tw[2 * k * step];
      const wi = tw[2 * k * step + 1];
      for (let i = k; i < 256; i += 2 * half) {
        const p = 2 * i;
        const q = 2 * (i + half);
        const tr = wr * x[q] - wi * x[q + 1];
        const ti = wr * x[q + 1] + wi * x[q];
        x[q] = x[p] - tr;
        x[q + 1] = x[p + 1] - ti;
        x[p] += tr;
        x[p + 1] += ti;
      }
    }
    step >>= 1;
  }
}
