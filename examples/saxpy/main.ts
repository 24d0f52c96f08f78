// Run it with: npx shoal run examples/saxpy/main.ts
import { open } from 'shoal';

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));

const x = Float32Array.from({ length: 8 }, (_, i) => i);
const y = new Float32Array(8).fill(1);
await kernels.saxpy(2, x, y);
console.log(y.join(' '));
