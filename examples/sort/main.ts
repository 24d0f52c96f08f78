// Sorts numbers over all cores, on which they stay; compared with threads of Node and with Node's own sort.
// Run it with: npx shoal run examples/sort/main.ts
import { open, split } from 'shoal';
import { hostCores } from 'shoal/testing';

const NUMBERS_PER_CORE = 128;
const url = new URL('./kernels.ts', import.meta.url);

await using board = await open('emu:parallella-16');
const onBoard = await board.load<typeof import('./kernels.ts')>(url);
await using threads = await hostCores({ rows: board.info.rows, columns: board.info.columns });
const inNode = await threads.load<typeof import('./kernels.ts')>(url);

let seed = 1;
const numbers = Int32Array.from({ length: board.cores * NUMBERS_PER_CORE }, () => {
  seed = (Math.imul(seed, 1103515245) + 12345) | 0;
  return seed;
});

async function sorted(kernels: typeof onBoard | typeof inNode): Promise<[Int32Array, number]> {
  await kernels.everywhere.put(split(numbers));
  const [moved] = await kernels.everywhere.sort();
  const after = new Int32Array(numbers.length);
  await kernels.everywhere.get(split(after));
  return [after, moved];
}

const [after, moved] = await sorted(onBoard);
const [expected, movedInNode] = await sorted(inNode);
const differs = (a: Int32Array, b: Int32Array): boolean => a.some((value, i) => value !== b[i]);
if (differs(after, expected) || moved !== movedInNode) throw new Error('the board and Node differ');
if (differs(after, numbers.slice().sort())) throw new Error('the numbers are not sorted');
console.log(`${after.length} numbers sorted on ${board.cores} cores, as in Node; ${moved} times one changed its core`);
