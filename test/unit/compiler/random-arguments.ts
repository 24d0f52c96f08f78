/** Random arguments for the kernel `main` of a random tree. */
import type { KernelProgram, Local } from '../../../compiler/kernel-tree/tree.ts';
import { edgeF32, edgeI32, edgeU32 } from '../../support/kernel-generator/edge-values.ts';
import type { Random } from '../../support/kernel-generator/random.ts';
import { ARRAY_LENGTHS } from './random-tree.ts';
import { type Argument, newArray } from './run-tree.ts';

function argumentFor(random: Random, { type }: Local): Argument {
  if (type.tag === 'scalar') {
    if (type.scalar === 'bool') return random.chance(0.5);
    if (type.scalar === 'reference') throw new Error('random trees have no records');
    return { i32: edgeI32, u32: edgeU32, f32: edgeF32 }[type.scalar](random);
  }
  if (type.element === 'reference') throw new Error('random trees have no records');
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
