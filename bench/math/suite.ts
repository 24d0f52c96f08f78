/**
 * Suite `math`: the largest error of each function of Math over a million arguments, and the bytes on a core of a kernel
 * that calls nothing else. Must run under `shoal run`, which makes the imported kernels exact.
 */
import { bytesOfCall } from './code-bytes.ts';
import { MATH_FUNCTIONS, measureAccuracy } from './functions.ts';
import * as kernels from './kernels.ts';

const POINTS = 1_000_000;

/** One line for each function. */
export async function* math(): AsyncGenerator<Readonly<Record<string, string | number | boolean>>> {
  if (!Object.is(kernels.sin(2 ** -149), 0)) {
    throw new Error('the kernels are not exact: run this suite by `npm run bench -- math`');
  }
  const computed = new Map(Object.entries(kernels));
  for (const f of MATH_FUNCTIONS) {
    const compute = computed.get(f.name) as (...values: number[]) => number;
    const { points, maximumUlp, at } = measureAccuracy(f, compute, POINTS);
    yield {
      suite: 'math',
      function: f.name,
      points,
      maximumUlp: Number(maximumUlp.toFixed(3)),
      boundUlp: f.boundUlp,
      at: at.join(' '),
      bytes: await bytesOfCall(f.call, f.parameters),
      met: maximumUlp <= f.boundUlp,
    };
  }
  for (const [operator, call] of [
    ['/', 'x / y'],
    ['%', 'x % y'],
    ['sqrt', 'Math.sqrt(x)'],
    ['round', 'Math.round(x)'],
  ] as const) {
    yield { suite: 'math', function: operator, bytes: await bytesOfCall(call, ['x', 'y']) };
  }
}
