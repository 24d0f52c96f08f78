/** Runs random kernels until one disagrees, for run-mutants.mjs: prints the number of kernels and what was found. */
import { generateModules } from '../support/kernel-generator/generate-modules.ts';
import { ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

/** The first disagreement or error in `count` kernels of the run of `seed`, or null. */
async function firstFailure(seed: number, count: number): Promise<{ kernels: number; text: string } | null> {
  let kernels = 0;
  const ways = await ThreeWays.start();
  try {
    for (const list of generateModules(seed, count)) {
      kernels += list.length;
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
