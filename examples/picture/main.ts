// The demo: a photograph through five kernels on all cores of a board, compared with the same kernels run here.
// npm run demo [-- picture.png] [--board NAME]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decode, encode } from 'fast-png';
import { open } from 'shoal';
import { coreTable, meshMap } from './core-report.ts';
import * as here from './kernels.ts';
import { runPipeline, STEPS, type Step } from './pipeline.ts';
import type { Plane } from './tiles.ts';

const { values, positionals } = orExit(2, () =>
  parseArgs({ allowPositionals: true, options: { board: { type: 'string', default: 'parallella-16' } } }),
);
const file = positionals[0] ?? fileURLToPath(new URL('./grace-hopper.png', import.meta.url));
const picture = orExit(1, () => readPicture(file));
console.log(`${basename(file)}: ${picture.width} × ${picture.height} pixels`);

await using board = await open(`emu:${values.board}`).catch((error: unknown) => exit(2, error));
const kernels = await board.load<typeof here>(new URL('./kernels.ts', import.meta.url));
console.log(`${board.info.title}: ${board.cores} cores, emulated instruction by instruction\n`);

const started = performance.now();
const onBoard = await runPipeline(picture, kernels, showProgress);
const boardMs = performance.now() - started;
const statistics = await board.stats();

const startedHere = performance.now();
const inNode = await runPipeline(picture, here, () => {});
const nodeMs = performance.now() - startedHere;

console.log(`\n${coreTable(statistics)}\n\nbusy share of each core on the mesh\n${meshMap(board, statistics)}\n`);

const target = join('out', `${basename(file, '.png')}-edges.png`);
mkdirSync('out', { recursive: true });
writeFileSync(
  target,
  encode({ width: picture.width, height: picture.height, data: onBoard.picture.bytes, channels: 1, depth: 8 }),
);

const different = onBoard.picture.bytes.findIndex((byte, i) => byte !== inNode.picture.bytes[i]);
const instructions = statistics.reduce((sum, core) => sum + core.instructions, 0);
console.log(
  `emulated board: ${(boardMs / 1000).toFixed(1)} s, ${(instructions / 1e6).toFixed(0)} million instructions`,
);
console.log(`exact Node:     ${(nodeMs / 1000).toFixed(1)} s`);
if (different >= 0) {
  console.error(`The results differ, first at pixel ${different}. That is a bug of Shoal; please report it.`);
  process.exitCode = 1;
} else {
  console.log(`Both results are equal, bit for bit: ${onBoard.picture.bytes.length} pixels.`);
}
console.log(`The picture is in ${target}`);

function readPicture(path: string): Plane {
  const bytesOfFile = readFileSync(path);
  const image = orExit(1, () => decode(bytesOfFile), `${path} is no PNG that can be read`);
  if (image.depth !== 8 || image.channels < 3)
    throw new Error(`${path} is not a PNG with 8 bits of red, green and blue`);
  const bytes = new Uint8Array(image.width * image.height * 3);
  for (let i = 0; i < image.width * image.height; i++) {
    for (let c = 0; c < 3; c++) bytes[3 * i + c] = image.data[i * image.channels + c];
  }
  return { width: image.width, height: image.height, channels: 3, bytes };
}

/** A bar on a terminal, one line per step elsewhere. */
function showProgress(step: Step, done: number, total: number): void {
  const bar = '█'.repeat(Math.round((30 * done) / total)).padEnd(30, '░');
  const text = `${step.padEnd(11)} ${bar} ${done}/${total} tiles (step ${STEPS.indexOf(step) + 1} of ${STEPS.length})`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}${done === total ? '\n' : ''}`);
  else if (done === total) process.stderr.write(`${text}\n`);
}

/** What `action` gives; where it fails, the program ends with a line instead of a stack. */
function orExit<T>(code: number, action: () => T, what?: string): T {
  try {
    return action();
  } catch (error) {
    return exit(code, error, what);
  }
}

function exit(code: number, error: unknown, what?: string): never {
  const { message, hint } = error as Error & { readonly hint?: string };
  console.error(`demo: ${what === undefined ? '' : `${what}: `}${message}${hint === undefined ? '' : `\n  ${hint}`}`);
  process.exit(code);
}
