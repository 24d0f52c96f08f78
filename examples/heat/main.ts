// Heat spreads in a plate that lies in tiles on the cores, which exchange edges; compared with threads of Node.
// Run it with: npx shoal run examples/heat/main.ts
import { open, split } from 'shoal';
import { hostCores } from 'shoal/testing';

const STEPS = 50;
const CELLS_PER_TILE = 16 * 16;
const url = new URL('./kernels.ts', import.meta.url);

await using board = await open('emu:parallella-16');
const onBoard = await board.load<typeof import('./kernels.ts')>(url);
await using threads = await hostCores({ rows: board.info.rows, columns: board.info.columns });
const inNode = await threads.load<typeof import('./kernels.ts')>(url);

/** Tile by tile: one corner of the plate is hot, and a spot in the fifth tile. */
const plate = new Float32Array(board.cores * CELLS_PER_TILE);
plate.fill(100, 0, CELLS_PER_TILE);
plate[5 * CELLS_PER_TILE + 100] = 1000;

await onBoard.everywhere.put(split(plate));
await onBoard.everywhere.spread(STEPS, 0.2);
const after = new Float32Array(plate.length);
await onBoard.everywhere.get(split(after));

await inNode.everywhere.put(split(plate));
await inNode.everywhere.spread(STEPS, 0.2);
const expected = new Float32Array(plate.length);
await inNode.everywhere.get(split(expected));

const differing = after.filter((value, i) => !Object.is(value, expected[i])).length;
if (differing > 0) throw new Error(`${differing} of ${after.length} cells differ from Node`);

const sum = (cells: Float32Array): number => cells.reduce((total, value) => total + value, 0);
const warm = after.filter((value) => value > 1).length;
console.log(`${after.length} cells, ${STEPS} steps on ${board.cores} cores: every bit as in Node`);
console.log(`${((100 * sum(after)) / sum(plate)).toFixed(2)} % of the heat is still there, ${warm} cells are warm`);
