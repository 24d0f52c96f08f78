import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import type { KernelProgram, Local } from '../../../compiler/kernel-tree/tree.ts';
import { edgeF32, edgeI32, edgeU32 } from '../../support/kernel-generator/edge-values.ts';
import { Random } from '../../support/kernel-generator/random.ts';
import { ARRAY_LENGTHS, randomTree } from './random-tree.ts';
import { type Argument, exactCalls, interpretCalls, newArray } from './run-tree.ts';

const PROGRAMS = 400;
const CALLS = 4;

function argumentFor(random: Random, { type }: Local): Argument {
  if (type.tag === 'scalar') {
    if (type.scalar === 'bool') return random.chance(0.5);
    return { i32: edgeI32, u32: edgeU32, f32: edgeF32 }[type.scalar](random);
  }
  const pool = type.element === 'f32' ? edgeF32 : edgeI32;
  return newArray(
    type.element,
    Array.from({ length: random.pick(ARRAY_LENGTHS) }, () => pool(random)),
  );
}

export function argumentsFor(random: Random, program: KernelProgram): Argument[] {
  const main = program.functions.find((f) => f.name === 'main');
  return (main?.parameters ?? []).map((local) => argumentFor(random, local));
}

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
