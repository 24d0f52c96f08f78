// Counts the words of a text file, on all cores. Run it with: npx shoal run examples/word-count/main.ts [file]
import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { open } from 'shoal';

const CHUNK_BYTES = 4096;
const file = process.argv[2] ?? fileURLToPath(new URL('./kernels.ts', import.meta.url));

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));

/** One call for each chunk. The file is read only as fast as the cores take its chunks. */
async function* chunks(): AsyncGenerator<[Uint8Array]> {
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) yield [chunk as Uint8Array];
}

const isSpace = (byte: number | undefined): boolean => byte === undefined || byte === 32 || (byte >= 9 && byte <= 13);

// Results come in the order of the chunks: a word that goes on in the next chunk was counted in both.
const { words, count } = await board.reduce(
  kernels.countWords,
  chunks(),
  (sum, wordsOfChunk, [chunk]) => ({
    words: sum.words + wordsOfChunk - (sum.endsInWord && !isSpace(chunk[0]) ? 1 : 0),
    endsInWord: !isSpace(chunk.at(-1)),
    count: sum.count + 1,
  }),
  { words: 0, endsInWord: false, count: 0 },
);

const expected = readFileSync(file, 'utf8').match(/[^\t-\r ]+/g)?.length ?? 0;
if (words !== expected) throw new Error(`${words} words, but JavaScript counts ${expected}`);
console.log(`${words} words in ${count} chunks, as JavaScript counts`);
