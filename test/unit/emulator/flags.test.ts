/** Conditions in generated code against the flags they stand for. */
import { describe, expect, test } from 'vitest';
import { conditionHolds } from '../../../emulator/execute/flow.ts';
import { conditionText, type FlagSource, packFlags } from '../../../emulator/generated/flags.ts';

const EDGES = [0, 1, 2, -1, -2, 5, -5, 0x7fffffff, 0x7ffffffe, -0x80000000, -0x7fffffff, 0x40000000, -0x40000000];

function evaluate(condition: number, source: FlagSource, a: number, b: number): boolean {
  const text = conditionText(condition, source);
  return Boolean(new Function('a', 'b', `return ${text};`)(a, b));
}

describe('integer conditions', () => {
  for (const [kind, fk] of [
    ['sum', 0],
    ['difference', 1],
    ['logical', 0],
  ] as const) {
    test(`after a ${kind}, every condition is what the flags say`, () => {
      const wrong: string[] = [];
      for (const a of EDGES) {
        for (const b of kind === 'logical' ? [0] : EDGES) {
          const source: FlagSource = kind === 'logical' ? { kind, a: 'a' } : { kind, a: 'a', b: 'b' };
          for (let condition = 0; condition < 10; condition++) {
            const expected = conditionHolds(condition, packFlags(fk, a, b));
            if (evaluate(condition, source, a, b) !== expected) wrong.push(`${condition} of ${a}, ${b}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});
