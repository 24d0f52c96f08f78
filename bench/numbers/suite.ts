/**
 * Suite `numbers`: how much slower kernels are in exact Node than as plain JavaScript, in one process. Must run under
 * `shoal run`, which makes the imported kernels exact; the plain ones are the same file with its types taken away.
 */
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import * as exact from './kernels.ts';

type Kernels = typeof exact;

const LENGTH = 16_384;
const ROWS = 96;
const ROUNDS = 15;

/** One JSON line for each kernel: nanoseconds per inner step, best of several rounds. */
export async function* numbers(): AsyncGenerator<Readonly<Record<string, string | number>>> {
  if (exact.dot(Float32Array.of(1 + 2 ** -12), Float32Array.of(1 + 2 ** -12)) !== 1 + 2 ** -11) {
    throw new Error('the kernels are not exact: run this suite by `npm run bench -- numbers`');
  }
  const plain = await plainKernels();
  const x = values(LENGTH, 1);
  const y = values(LENGTH, 2);
  const [a, b, c] = [values(ROWS * ROWS, 3), values(ROWS * ROWS, 4), new Float32Array(ROWS * ROWS)];
  const cases: readonly { readonly kernel: string; readonly steps: number; readonly run: (k: Kernels) => void }[] = [
    { kernel: 'saxpy', steps: LENGTH, run: (k) => k.saxpy(1e-3, x, y) },
    { kernel: 'dot', steps: LENGTH, run: (k) => k.dot(x, y) },
    { kernel: 'matmul', steps: ROWS ** 3, run: (k) => k.matmul(ROWS, a, b, c) },
  ];
  for (const { kernel, steps, run } of cases) {
    const plainNs = bestNanoseconds(() => run(plain)) / steps;
    const exactNs = bestNanoseconds(() => run(exact)) / steps;
    yield {
      suite: 'numbers',
      kernel,
      plainNanosecondsPerStep: round(plainNs),
      exactNanosecondsPerStep: round(exactNs),
      ratio: round(exactNs / plainNs),
    };
  }
}

async function plainKernels(): Promise<Kernels> {
  const source = await readFile(new URL('./kernels.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm' });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Kernels;
}

/** Repeats until a round takes over 5 ms, so that the clock's steps do not count; then the best of the rounds. */
function bestNanoseconds(run: () => void): number {
  let repeats = 1;
  for (; ; repeats *= 2) {
    if (milliseconds(run, repeats) > 5) break;
  }
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) best = Math.min(best, milliseconds(run, repeats));
  return (best * 1e6) / repeats;
}

function milliseconds(run: () => void, repeats: number): number {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return performance.now() - start;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** Between -1 and 1, the same in every run. */
function values(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}
