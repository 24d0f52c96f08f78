/** The modules of a run: the same seed gives the same kernels. */
import { KernelWriter } from './generate-kernel.ts';
import { MATH_CALLS, type MathCall } from './math-calls.ts';
import { Random } from './random.ts';
import type { KernelCase } from './syntax-pieces.ts';

/** Kernels of a module: enough for state to be shared, few enough for a core's memory. */
const KERNELS_PER_MODULE = 5;

/** The modules of the run of `seed`, with `count` kernels together. Half of the modules stay exact. */
export function* generateModules(seed: number, count: number): Generator<readonly KernelCase[]> {
  const random = new Random(seed);
  for (let module = 0; module * KERNELS_PER_MODULE < count; module++) {
    // All or none of a module: module state must be the same in plain JavaScript, too.
    const staysExact = module % 2 === 0;
    const mathCall = MATH_CALLS[(module >> 1) % MATH_CALLS.length] as MathCall;
    yield Array.from({ length: KERNELS_PER_MODULE }, (_, i) =>
      new KernelWriter(random, staysExact, mathCall).kernel(`kernel${module * KERNELS_PER_MODULE + i}`),
    );
  }
}
