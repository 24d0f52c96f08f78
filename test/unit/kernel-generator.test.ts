import { expect, test } from 'vitest';
import { CONSTRUCTS, constructsOf } from '../support/kernel-generator/count-constructs.ts';
import { generateModules } from '../support/kernel-generator/generate-modules.ts';

const KERNELS = 2000;

test(`${KERNELS} random kernels use every construct at least 20 times, and half of them have 25 statements or more`, () => {
  // The same kernels as in test/emulator/random-kernels.test.ts.
  const counts = new Map(CONSTRUCTS.map((construct) => [construct, 0]));
  const sizes: number[] = [];
  for (const kernel of [...generateModules(20260101, KERNELS)].flat()) {
    const { used, statements } = constructsOf(kernel);
    sizes.push(statements);
    for (const construct of used) counts.set(construct, (counts.get(construct) ?? 0) + 1);
  }
  const rare = CONSTRUCTS.filter((construct) => (counts.get(construct) ?? 0) < 20);
  expect(rare.map((construct) => `${construct}: ${counts.get(construct)}`)).toEqual([]);
  sizes.sort((a, b) => a - b);
  expect(sizes[KERNELS / 2]).toBeGreaterThanOrEqual(25);
});
