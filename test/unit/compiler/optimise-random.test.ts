import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import { Random } from '../../support/kernel-generator/random.ts';
import { argumentsFor } from './random-arguments.ts';
import { randomTree } from './random-tree.ts';
import { exactCalls, interpretCalls } from './run-tree.ts';

const PROGRAMS = 250;
const CALLS = 4;

describe('random kernels, optimised', () => {
  test('every pass leaves a sound graph that does what exact Node does, in fewer steps', () => {
    let before = 0;
    let after = 0;
    for (let seed = 1001; seed <= 1000 + PROGRAMS; seed++) {
      const random = new Random(seed);
      const program = randomTree(random);
      const calls = Array.from({ length: CALLS }, () => argumentsFor(random, program));
      const graph = lowerProgram(program);
      before += interpretCalls(program, graph, calls).steps;
      optimise(graph, { verify: true });
      const { outcomes, steps } = interpretCalls(program, graph, calls);
      after += steps;
      expect(outcomes, `seed ${seed}`).toEqual(exactCalls(program, calls));
    }
    expect(after).toBeLessThan(before * 0.7);
  });
});
