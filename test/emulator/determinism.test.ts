/** Many cores at once: the same run twice is the same to the last bit. */
import { describe, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { PARALLELLA_64 } from '../../boards/parallella-64.ts';
import { type EngineName, Machine } from '../../emulator/index.ts';
import { branch, constant, type Line, place, start } from './programs.ts';

/**
 * Every core walks around a ring of mailboxes in the cores' memories and a counter in shared memory without any lock,
 * so the result depends on how the cores interleave.
 */
function race(machine: Machine): void {
  const count = machine.cores.length;
  for (const { index } of machine.cores) {
    const next = machine.coreAddress((index + 1) % count, 0x3000);
    const lines: Line[] = [
      ...constant(1, next),
      ...constant(2, machine.coreAddress(index, 0x3000)),
      ...constant(3, 0x8e000000),
      ['mov', 'imm.long', { rd: 9, immediate: 500 + 37 * index }],
      ['mov', 'imm.long', { rd: 8, immediate: 2 * index + 1 }],
      ['ldr', 'disp.long', { rd: 4, rn: 2 }],
      ['ldr', 'disp.long', { rd: 5, rn: 3 }],
      ['add', 'reg.long', { rd: 5, rn: 5, rm: 8 }],
      ['eor', 'reg.long', { rd: 4, rn: 4, rm: 5 }],
      ['lsr', 'imm.long', { rd: 6, rn: 4, immediate: 3 }],
      ['add', 'reg.long', { rd: 4, rn: 4, rm: 6 }],
      ['str', 'disp.long', { rd: 4, rn: 1 }],
      ['str', 'disp.long', { rd: 5, rn: 3 }],
      ['sub', 'imm.long', { rd: 9, rn: 9, immediate: 1 }],
      branch('bne', -36),
      ['trap', 'short', { number: 3 }],
    ];
    place(machine, index, 0x100, lines);
    start(machine, index, 0x100);
  }
}

function run(board: typeof PARALLELLA_16, engine: EngineName, slice: number, quantum: number): unknown {
  const machine = new Machine(board, { engine, quantum });
  race(machine);
  while (machine.run({ maxInstructions: slice }).reason === 'limit');
  return { hash: machine.memoryHash(), instructions: machine.cores.map(({ instructions }) => instructions) };
}

describe.each([PARALLELLA_16, PARALLELLA_64])('$name', (board) => {
  test('twice the same, on both engines, in slices of any size', () => {
    const first = run(board, 'generated', 10_000_000, 100);
    expect(run(board, 'generated', 10_000_000, 100)).toEqual(first);
    expect(run(board, 'generated', 777, 100)).toEqual(first);
    expect(run(board, 'interpreted', 10_000_000, 100)).toEqual(first);
  });

  test('the programs do race: another quantum gives another result', () => {
    expect(run(board, 'generated', 10_000_000, 100)).not.toEqual(run(board, 'generated', 10_000_000, 77));
  });
});
