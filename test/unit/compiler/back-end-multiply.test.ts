import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplySteps } from '../../../compiler/back-ends/epiphany/constant-multiply.ts';

function apply(x: number, steps: NonNullable<ReturnType<typeof multiplySteps>>): number {
  let accumulator = x;
  for (const step of steps) {
    accumulator <<= step.shift;
    if (step.next === 'add') accumulator = (accumulator + x) | 0;
    if (step.next === 'subtract') accumulator = (accumulator - x) | 0;
  }
  return accumulator;
}

describe('multiplySteps', () => {
  it('multiplies modulo 2^32', () => {
    const constant = fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }), fc.constantFrom(2 ** 31, -1, 0x10001));
    fc.assert(
      fc.property(constant, fc.integer(), (factor, x) => {
        const steps = multiplySteps(factor);
        if (steps !== null) expect(apply(x, steps)).toBe(Math.imul(x, factor));
      }),
    );
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [5, 2],
    [7, 2],
    [10, 3],
    [100, null],
    [640, 3],
    [0, null],
    [-1, null],
    [123456789, null],
  ])('takes for %d so many instructions: %s', (factor, instructions) => {
    const steps = multiplySteps(factor);
    const count = steps?.reduce((sum, step) => sum + (step.next === 'nothing' ? 1 : 2), 0) ?? null;
    expect(count).toBe(instructions);
  });
});
