// SHA-256 of each 1 KB chunk of a file, on all cores. Run it with: npx shoal run examples/sha256/main.ts [file]
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { open } from 'shoal';

const CHUNK_BYTES = 1024;
const file = process.argv[2] ?? fileURLToPath(new URL('./kernels.ts', import.meta.url));

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));

/** The arguments of one call for each chunk. The file is read only as fast as the cores take its chunks. */
async function* chunks(): AsyncGenerator<[Uint8Array, Uint8Array]> {
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    yield [chunk as Uint8Array, new Uint8Array(32)];
  }
}

let count = 0;
await board.forEach(kernels.sha256, chunks(), (_, [chunk, digest], index) => {
  const hex = Buffer.from(digest).toString('hex');
  const expected = createHash('sha256').update(chunk).digest('hex');
  if (hex !== expected) throw new Error(`chunk ${index}: ${hex}, but node:crypto says ${expected}`);
  console.log(`${hex}  ${index * CHUNK_BYTES}+${chunk.length}`);
  count++;
});
console.log(`${count} chunks, all as node:crypto says`);
