/** Runs random kernels until one disagrees, for run-mutants.mjs: prints the number of kernels and what was found. */
import { generateKernel } from '../support/kernel-generator/generate-kernel.ts';
import { Random } from '../support/kernel-generator/random.ts';
import { ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

const PER_MODULE = 5;

/** The first disagreement or error in `count` kernels of the run of `seed`, or null. */
async function firstFailure(seed: number, count: number): Promise<{ kernels: number; text: string } | null> {
  const random = new Random(seed);
  let kernels = 0;
  const ways = await ThreeWays.start();
  try {
    while (kernels < count) {
      const staysExact = (kernels / PER_MODULE) % 2 === 0;
      const list = Array.from({ length: PER_MODULE }, (_, i) =>
        generateKernel(random, `kernel${kernels + i}`, staysExact),
      );
      kernels += PER_MODULE;
      const [first] = await ways.compare(list);
      if (first !== undefined) return { kernels, text: first.text };
    }
    return null;
  } catch (error) {
    return { kernels, text: String(error) };
  } finally {
    ways.close();
  }
}

const [seed, count] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(await firstFailure(seed ?? 1, count ?? 2000))}\n`);
