import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { Random } from '../../support/kernel-generator/random.ts';
import { argumentsFor } from './random-arguments.ts';
import { randomTree } from './random-tree.ts';
import { exactCalls, interpretCalls } from './run-tree.ts';

const PROGRAMS = 400;
const CALLS = 4;

describe('random kernels', () => {
  test('the flow graph does what exact Node does', () => {
    let trapped = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const random = new Random(seed);
      const program = randomTree(random);
      const calls = Array.from({ length: CALLS }, () => argumentsFor(random, program));
      const expected = exactCalls(program, calls);
      trapped += expected.filter(({ result }) => typeof result === 'string').length;
      const { outcomes } = interpretCalls(program, lowerProgram(program, { verify: true }), calls);
      expect(outcomes, `seed ${seed}`).toEqual(expected);
    }
    // Both kinds of ending are there in numbers.
    expect(trapped).toBeGreaterThan(PROGRAMS / 4);
    expect(trapped).toBeLessThan((PROGRAMS * CALLS * 3) / 4);
  });
});
