import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequentialMoves } from '../../../compiler/back-ends/epiphany/parallel-moves.ts';

const SCRATCH = 99;

function run(moves: readonly { to: number; from: number }[]): Map<number, number> {
  const registers = new Map<number, number>();
  const read = (register: number): number => registers.get(register) ?? register;
  for (const { to, from } of moves) registers.set(to, read(from));
  return registers;
}

describe('sequentialMoves', () => {
  it('does what all moves do at once', () => {
    const moves = fc.uniqueArray(fc.record({ to: fc.nat(7), from: fc.nat(7) }), { selector: (move) => move.to });
    fc.assert(
      fc.property(moves, (list) => {
        const registers = run(sequentialMoves(list, () => SCRATCH));
        for (const { to, from } of list) expect(registers.get(to) ?? to).toBe(from);
        for (const [register] of registers) {
          expect(register === SCRATCH || list.some((move) => move.to === register)).toBe(true);
        }
      }),
    );
  });

  it('asks for a scratch register only for cycles', () => {
    const refuse = (): number => {
      throw new Error('no cycle here');
    };
    expect(
      sequentialMoves(
        [
          { to: 1, from: 2 },
          { to: 2, from: 3 },
          { to: 4, from: 2 },
        ],
        refuse,
      ),
    ).toHaveLength(3);
    expect(
      sequentialMoves(
        [
          { to: 1, from: 2 },
          { to: 2, from: 1 },
        ],
        () => SCRATCH,
      ),
    ).toHaveLength(3);
    expect(sequentialMoves([{ to: 1, from: 1 }], refuse)).toHaveLength(0);
  });
});
