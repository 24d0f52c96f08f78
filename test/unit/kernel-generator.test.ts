import { expect, test } from 'vitest';
import { CONSTRUCTS, constructsOf } from '../support/kernel-generator/count-constructs.ts';
import { generateKernel } from '../support/kernel-generator/generate-kernel.ts';
import { Random } from '../support/kernel-generator/random.ts';

const KERNELS = 2000;
const PER_MODULE = 5;

test(`${KERNELS} random kernels use every construct at least 20 times, and half of them have 25 statements or more`, () => {
  // The same kernels as in test/emulator/random-kernels.test.ts.
  const random = new Random(20260101);
  const counts = new Map(CONSTRUCTS.map((construct) => [construct, 0]));
  const sizes: number[] = [];
  for (let made = 0; made < KERNELS; made++) {
    const staysExact = Math.floor(made / PER_MODULE) % 2 === 0;
    const { used, statements } = constructsOf(generateKernel(random, `kernel${made}`, staysExact));
    sizes.push(statements);
    for (const construct of used) counts.set(construct, (counts.get(construct) ?? 0) + 1);
  }
  const rare = CONSTRUCTS.filter((construct) => (counts.get(construct) ?? 0) < 20);
  expect(rare.map((construct) => `${construct}: ${counts.get(construct)}`)).toEqual([]);
  sizes.sort((a, b) => a - b);
  expect(sizes[KERNELS / 2]).toBeGreaterThanOrEqual(25);
});
