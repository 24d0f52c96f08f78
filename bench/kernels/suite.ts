/**
 * Suite `kernels`: ten kernels compiled by our compiler, with all checks, against GCC's -O3 and -Os. The targets: at
 * most twice the instructions of -O3, and at most the smaller of twice the bytes of -O3 and three times those of -Os.
 */
import { kernelCases } from './cases.ts';
import { gccBytes, gccInstructions } from './run-gcc.ts';
import { runOurs } from './run-ours.ts';

const INSTRUCTIONS_RATIO = 2;

/** One line for each kernel. */
export async function* kernels(): AsyncGenerator<Readonly<Record<string, string | number | boolean>>> {
  for (const test of kernelCases()) {
    const ours = await runOurs(test);
    const instructionsO3 = gccInstructions(test.name, 'O3');
    const [bytesO3, bytesOs] = [gccBytes(test.name, 'O3'), gccBytes(test.name, 'Os')];
    const bytesLimit = Math.min(2 * bytesO3, 3 * bytesOs);
    const instructionsRatio = ratio(ours.instructions, instructionsO3);
    const bytesRatio = ratio(ours.bytes, bytesLimit);
    yield {
      suite: 'kernels',
      kernel: test.name,
      instructions: ours.instructions,
      instructionsO3,
      instructionsRatio,
      bytes: ours.bytes,
      bytesO3,
      bytesOs,
      bytesLimit,
      bytesRatio,
      met: ours.instructions <= INSTRUCTIONS_RATIO * instructionsO3 && ours.bytes <= bytesLimit,
    };
  }
}

const ratio = (a: number, b: number): number => Number((a / b).toFixed(3));
