import { describe, expect, it } from 'vitest';
import { buildFrame } from '../../../compiler/back-ends/epiphany/frame.ts';
import {
  instruction,
  type MachineFunction,
  type MachineInstruction,
} from '../../../compiler/back-ends/epiphany/machine-code.ts';

function functionOf(instructions: MachineInstruction[], slotCount: number): MachineFunction {
  const end = { op: 'end' } as const;
  return {
    symbol: 'test.f',
    blocks: [{ id: 0, instructions, terminator: end, position: null, depth: 0, loop: null }],
    virtualCount: 0,
    slotCount,
    objectBytes: 0,
    calls: false,
    callees: new Set(),
    exported: true,
    position: null,
  };
}

const shown = (target: MachineFunction): string[] =>
  (target.blocks[0]?.instructions ?? []).map(({ op, d, n, m, immediate, mode }) =>
    mode === 'index' ? `${op} ${d} [${n}, ${m}]` : `${op} ${d} ${n} ${m} ${immediate}`,
  );

describe('buildFrame', () => {
  it('makes none for a leaf without spills', () => {
    const target = functionOf([instruction('return', {})], 0);
    expect(buildFrame(target)).toBe(0);
    expect(shown(target)).toEqual(['return -1 -1 -1 0']);
  });

  it('saves pairs at once, and lr only if something is called', () => {
    const target = functionOf(
      [
        instruction('mov-immediate', { d: 8, immediate: 1 }),
        instruction('mov-immediate', { d: 9, immediate: 2 }),
        instruction('mov-immediate', { d: 33, immediate: 2 }),
        instruction('call', { symbol: 'test.g' }),
        instruction('mov-immediate', { d: 0, immediate: 2 }),
        instruction('return', { uses: [0] }),
      ],
      0,
    );
    expect(buildFrame(target)).toBe(16);
    expect(shown(target).filter((line) => /^(str|ldr|add)/.test(line))).toEqual([
      'add 13 13 -1 -16',
      'strd 8 13 -1 0',
      'str 33 13 -1 2',
      'str 14 13 -1 3',
      'ldrd 8 13 -1 0',
      'ldr 33 13 -1 2',
      'ldr 14 13 -1 3',
      'add 13 13 -1 16',
    ]);
  });

  it('jumps to a function that is called last', () => {
    const target = functionOf([instruction('call', { symbol: 'test.g' }), instruction('return', {})], 0);
    expect(buildFrame(target)).toBe(0);
    expect(shown(target)).toEqual(['tail-call -1 -1 -1 0']);
  });

  it('reaches slots beyond the displacement through the scratch register, without changing flags', () => {
    const target = functionOf(
      [
        instruction('spill', { d: 3, immediate: 2047 }),
        instruction('reload', { d: 4, immediate: 2999 }),
        instruction('return', {}),
      ],
      3000,
    );
    expect(buildFrame(target)).toBe(12_000);
    expect(shown(target)).toEqual([
      'mov-immediate 12 -1 -1 12000',
      'sub 13 13 12 0',
      'str 3 13 -1 2047',
      'mov-immediate 12 -1 -1 11996',
      'ldr 4 [13, 12]',
      'mov-immediate 12 -1 -1 12000',
      'add 13 13 12 0',
      'return -1 -1 -1 0',
    ]);
  });
});
