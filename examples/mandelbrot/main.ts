// Run it with: npx shoal run examples/mandelbrot/main.ts
import { open } from 'shoal';

const width = 76;
const height = 30;
const limit = 100;
const shades = ' .:-=+*#%@';

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));

// One call per row; each goes to some idle core.
const rows = await Promise.all(
  Array.from({ length: height }, async (_, j) => {
    const counts = new Uint8Array(width);
    await kernels.row(-2.2, (j - height / 2) * 0.085, 3.2 / width, limit, counts);
    return counts;
  }),
);
for (const counts of rows) {
  console.log(Array.from(counts, (n) => (n === limit ? ' ' : shades[n % shades.length])).join(''));
}
