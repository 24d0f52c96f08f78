// A cloud of bodies under its own gravity, the positions in the board's memory all the time; compared with exact Node.
// Run it with: npx shoal run examples/n-body/main.ts
import { open } from 'shoal';
import * as exact from './kernels.ts';

const BODIES = 64;
const BODIES_PER_CALL = 4;
const STEPS = 4;
const DT = 0.01;

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof exact>(new URL('./kernels.ts', import.meta.url));

/** A disc that turns. */
const start = new Float32Array(4 * BODIES);
const velocities = new Float32Array(4 * BODIES);
for (let i = 0; i < BODIES; i++) {
  const angle = i * 2.4;
  const radius = Math.sqrt((i + 1) / BODIES);
  start.set([radius * Math.cos(angle), radius * Math.sin(angle), 0, 1 / BODIES], 4 * i);
  velocities.set([-0.7 * Math.sin(angle), 0.7 * Math.cos(angle), 0], 4 * i);
}

using first = await board.alloc(Float32Array, 4 * BODIES);
using second = await board.alloc(Float32Array, 4 * BODIES);
using speeds = await board.alloc(Float32Array, 4 * BODIES);
await first.write(start);
await speeds.write(velocities);

let [now, next] = [first, second];
for (let step = 0; step < STEPS; step++) {
  const parts = Array.from({ length: BODIES / BODIES_PER_CALL }, (_, part) => {
    const from = part * BODIES_PER_CALL;
    const [begin, end] = [4 * from, 4 * (from + BODIES_PER_CALL)];
    return [now, from, DT, speeds.subarray(begin, end), next.subarray(begin, end)] as const;
  });
  await board.map(kernels.step, parts);
  [now, next] = [next, now];
}
const onBoard = await now.read();

let inNode = start;
for (let step = 0; step < STEPS; step++) {
  const after = new Float32Array(4 * BODIES);
  exact.step(inNode, 0, DT, velocities, after);
  inNode = after;
}
const differing = onBoard.filter((value, i) => !Object.is(value, inNode[i])).length;
if (differing > 0) throw new Error(`${differing} of ${onBoard.length} numbers differ from exact Node`);

let momentum = 0;
for (const value of (await speeds.read()).filter((_, i) => i % 4 === 0)) momentum += value / BODIES;
console.log(`${BODIES} bodies, ${STEPS} steps: every bit as in exact Node, momentum ${momentum.toFixed(4)}`);
console.log(String(await board.explain()).split('\n\n')[1]);
