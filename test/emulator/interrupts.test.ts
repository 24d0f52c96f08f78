/** Interrupts, sleep, exceptions and hardware loops, on both engines. */
import { describe, expect, test } from 'vitest';
import { E16G301 } from '../../boards/e16g301.ts';
import { E64G401 } from '../../boards/e64g401.ts';
import { Machine } from '../../emulator/index.ts';
import {
  branch,
  CONFIG,
  CTIMER0,
  constant,
  FSTATUS,
  ILAT,
  ILATST,
  IMASK,
  IPEND,
  IRET,
  LC,
  LE,
  type Line,
  LS,
  movfs,
  movts,
  place,
  register,
  STATUS,
  start,
} from './programs.ts';

const USER = 9;
const TIMER0 = 3;
const GID = 2;

const idle: Line = ['idle', 'short'];
const nop: Line = ['nop', 'short'];
const rti: Line = ['rti', 'short'];
const gie: Line = ['gie', 'short'];
const gid: Line = ['gid', 'short'];
const trapExit: Line = ['trap', 'short', { number: 3 }];
const addOne = (rd: number): Line => ['add', 'imm.long', { rd, rn: rd, immediate: 1 }];
const mov = (rd: number, immediate: number): Line => ['mov', 'imm.long', { rd, immediate }];

/** A vector that branches to `target`. */
function vector(machine: Machine, core: number, bit: number, target: number): void {
  place(machine, core, 4 * bit, [branch('b', target - 4 * bit)]);
}

describe.each(['interpreted', 'generated'] as const)('%s', (engine) => {
  const make = (): Machine => new Machine(E16G301, { engine });
  const at = (machine: Machine, core: number, offset: number): number => machine.coreAddress(core, offset);

  test('after a reset a core sleeps until SYNC, which enters the vector at 0 at interrupt level 0', () => {
    const machine = make();
    place(machine, 0, 0, [mov(1, 7), trapExit]);
    expect(machine.run({ maxInstructions: 1_000_000 })).toEqual({ reason: 'idle', instructions: 0 });
    machine.writeWord(at(machine, 0, ILATST), 1);
    expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('halted');
    expect(register(machine, 0, 1)).toBe(7);
    expect(machine.readWord(at(machine, 0, IPEND))).toBe(1);
    expect(machine.readWord(at(machine, 0, STATUS)) & GID).toBe(GID);
  });

  test('the host wakes a sleeping core through ILATST; the handler returns behind IDLE', () => {
    const machine = make();
    vector(machine, 0, USER, 0x80);
    place(machine, 0, 0x80, [addOne(1), movfs(2, IRET), movfs(3, STATUS), rti]);
    place(machine, 0, 0x100, [idle, addOne(4), branch('b', -6)]);
    start(machine, 0, 0x100);
    for (let i = 1; i <= 200; i++) {
      expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('idle');
      machine.writeWord(at(machine, 0, ILATST), 1 << USER);
      expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('idle');
      expect([register(machine, 0, 1), register(machine, 0, 4)]).toEqual([i, i]);
    }
    expect(register(machine, 0, 2)).toBe(0x102);
    // In the handler: ACTIVE, GID and the kernel bit.
    expect(register(machine, 0, 3) & 7).toBe(7);
    expect(machine.cores[0]?.state).toBe('idle');
    expect(machine.readWord(at(machine, 0, IPEND))).toBe(0);
  });

  test('a masked interrupt stays latched until it is unmasked', () => {
    const machine = make();
    vector(machine, 0, USER, 0x80);
    place(machine, 0, 0x80, [addOne(1), rti]);
    place(machine, 0, 0x100, [
      mov(5, 0x3ff),
      movts(IMASK, 5),
      ['mov', 'imm.long', { rd: 6, immediate: 1 << USER }],
      movts(ILATST, 6),
      nop,
      movfs(7, ILAT),
      ['mov', 'long', { rd: 8, rn: 1 }],
      mov(5, 0),
      movts(IMASK, 5),
      nop,
      trapExit,
    ]);
    start(machine, 0, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    expect(register(machine, 0, 7)).toBe(1 << USER);
    expect(register(machine, 0, 8)).toBe(0);
    expect(register(machine, 0, 1)).toBe(1);
  });

  test('only a more urgent interrupt breaks into a handler, and only after GIE', () => {
    const machine = make();
    // USER's handler raises DMA1 (7, more urgent) and itself, then enables interrupts.
    vector(machine, 0, USER, 0x80);
    vector(machine, 0, 7, 0xc0);
    place(machine, 0, 0xc0, [['orr', 'reg.long', { rd: 1, rn: 2, rm: 2 }], movfs(3, IPEND), rti]);
    place(machine, 0, 0x80, [
      addOne(2),
      movfs(10, IRET),
      mov(6, (1 << USER) | (1 << 7)),
      ['sub', 'imm.long', { rd: 11, rn: 2, immediate: 2 }],
      branch('beq', 4 + 4 + 2 + 2),
      movts(ILATST, 6),
      nop,
      gie,
      nop,
      movts(IRET, 10),
      gid,
      rti,
    ]);
    place(machine, 0, 0x200, [mov(9, 1 << USER), movts(ILATST, 9), nop, nop, trapExit]);
    start(machine, 0, 0x200);
    machine.run({ maxInstructions: 1000 });
    expect(machine.cores[0]?.exitStatus).toBeDefined();
    // DMA1's handler ran inside the first of two runs of USER's.
    expect(register(machine, 0, 1)).toBe(1);
    expect(register(machine, 0, 3)).toBe((1 << USER) | (1 << 7));
    expect(register(machine, 0, 2)).toBe(2);
    expect(machine.readWord(at(machine, 0, IPEND))).toBe(0);
  });

  test('GIE at a multiple of eight with IDLE behind it loses no wake-up', () => {
    const machine = make();
    vector(machine, 0, USER, 0x80);
    place(machine, 0, 0x80, [addOne(1), rti]);
    place(machine, 0, 0x100, [gid, nop, nop, nop, gie, idle, trapExit]);
    start(machine, 0, 0x100);
    machine.writeWord(at(machine, 0, ILATST), 0);
    machine.run({ maxInstructions: 2 });
    machine.writeWord(at(machine, 0, ILATST), 1 << USER);
    expect(machine.run({ maxInstructions: 100 }).reason).toBe('halted');
    expect(register(machine, 0, 1)).toBe(1);
  });

  test('another core is woken by a store to its ILATST, and answers', () => {
    const machine = make();
    vector(machine, 5, USER, 0x80);
    place(machine, 5, 0x80, [
      ...constant(1, machine.coreAddress(0, 0x1000)),
      mov(2, 77),
      ['str', 'disp.long', { rd: 2, rn: 1 }],
      rti,
    ]);
    place(machine, 5, 0x100, [idle, branch('b', -2)]);
    place(machine, 0, 0x100, [
      ...constant(1, machine.coreAddress(5, ILATST)),
      mov(2, 1 << USER),
      ['str', 'disp.long', { rd: 2, rn: 1 }],
      mov(3, 0x1000),
      ['ldr', 'disp.long', { rd: 4, rn: 3 }],
      ['sub', 'imm.long', { rd: 5, rn: 4, immediate: 0 }],
      branch('beq', -8),
      trapExit,
    ]);
    start(machine, 5, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    start(machine, 0, 0x100);
    machine.run({ maxInstructions: 100_000 });
    expect(machine.cores[0]?.state).toBe('halted');
    expect(register(machine, 0, 4)).toBe(77);
    expect(machine.cores[5]?.state).toBe('idle');
  });

  test('a timer counts instructions and interrupts when it reaches 0; a sleeping core is woken by it', () => {
    const machine = make();
    vector(machine, 0, TIMER0, 0x80);
    place(machine, 0, 0x80, [movfs(1, CTIMER0), trapExit]);
    place(machine, 0, 0x100, [
      ...constant(5, 100_000),
      movts(CTIMER0, 5),
      mov(6, 0x10),
      movts(CONFIG, 6),
      nop,
      nop,
      movfs(7, CTIMER0),
      idle,
    ]);
    start(machine, 0, 0x100);
    expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('halted');
    expect(register(machine, 0, 7)).toBe(100_000 - 3);
    expect(register(machine, 0, 1)).toBe(0);
    expect(machine.cores[0]?.instructions).toBe(12);
    // Four instructions, the count from the MOVTS that starts it on, the vector, two instructions of the handler.
    expect(machine.cores[0]?.clock).toBe(4 + 100_000 + 3);
  });

  test('a hardware loop runs its body LC times', () => {
    const machine = make();
    const body = 0x140;
    place(machine, 0, 0x100, [
      mov(5, 1000),
      movts(LC, 5),
      mov(5, body),
      movts(LS, 5),
      mov(5, body + 8),
      movts(LE, 5),
      branch('b', body - 0x118),
    ]);
    place(machine, 0, body, [
      addOne(1),
      ['add', 'reg.long', { rd: 2, rn: 2, rm: 1 }],
      addOne(3),
      movfs(4, LC),
      trapExit,
    ]);
    start(machine, 0, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    expect([1, 2, 3, 4].map((r) => register(machine, 0, r))).toEqual([1000, 500_500, 1000, 0]);
    expect(machine.cores[0]?.instructions).toBe(7 + 3000 + 2);
  });

  test('WAND gives every core its interrupt when all have executed it', () => {
    const machine = make();
    for (const core of machine.cores.keys()) {
      vector(machine, core, 8, 0x80);
      place(machine, core, 0x80, [addOne(1), rti]);
      place(machine, core, 0x100, [['wand', 'short'], idle]);
    }
    for (let core = 0; core < 15; core++) start(machine, core, 0x100);
    expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('idle');
    expect(register(machine, 0, 1)).toBe(0);
    expect(machine.report()).toContain('in WAND');
    start(machine, 15, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    expect([...machine.cores.keys()].map((core) => register(machine, core, 1))).toEqual(new Array(16).fill(1));
  });

  test('SYNC reaches every core', () => {
    const machine = make();
    for (const core of machine.cores.keys()) place(machine, core, 0, [mov(1, 5), trapExit]);
    place(machine, 3, 0x100, [gid, ['sync', 'short'], trapExit]);
    start(machine, 3, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    expect(machine.cores.filter(({ index }) => register(machine, index, 1) === 5).length).toBe(15);
  });
});

describe('exceptions', () => {
  const cases: readonly (readonly [name: string, lines: readonly Line[], causes: readonly [number, number]])[] = [
    ['an unaligned load', [mov(1, 0x1001), ['ldr', 'disp.long', { rd: 2, rn: 1 }]], [2, 13]],
    ['swi', [nop, ['swi', 'short']], [1, 14]],
    ['unimpl', [nop, ['unimpl', 'long']], [4, 15]],
    ['an undocumented instruction', [nop, ['frecip', 'long', { rd: 1, rn: 2 }]], [5, 12]],
    [
      'a floating-point overflow',
      [mov(1, 4), movts(CONFIG, 1), ...constant(2, 0x7f7fffff), ['fadd', 'long', { rd: 3, rn: 2, rm: 2 }]],
      [3, 7],
    ],
  ];

  test.each(cases)('%s enters the handler with its cause, IRET behind the instruction', (_, lines, causes) => {
    for (const [i, board] of [E16G301, E64G401].entries()) {
      const machine = new Machine(board);
      vector(machine, 0, 1, 0x80);
      place(machine, 0, 0x80, [movfs(10, STATUS), movfs(11, IRET), trapExit]);
      place(machine, 0, 0x100, [...lines, nop, nop]);
      start(machine, 0, 0x100);
      machine.run({ maxInstructions: 100 });
      expect((register(machine, 0, 10) >>> 16) & 15).toBe(causes[i]);
      const end = 0x100 + lines.reduce((sum, [name]) => sum + (name === 'nop' || name === 'swi' ? 2 : 4), 0);
      expect(register(machine, 0, 11)).toBe(end);
    }
  });

  test('with interrupts disabled SWI is only latched', () => {
    const machine = new Machine(E16G301);
    vector(machine, 0, 1, 0x80);
    place(machine, 0, 0x80, [addOne(1), rti]);
    place(machine, 0, 0x100, [gid, ['swi', 'short'], movfs(2, ILAT), gie, nop, trapExit]);
    start(machine, 0, 0x100);
    machine.run({ maxInstructions: 100 });
    expect(register(machine, 0, 2)).toBe(2);
    expect(register(machine, 0, 1)).toBe(1);
  });

  test('FSTATUS writes all of STATUS, MOVTS STATUS keeps the low three bits', () => {
    const machine = new Machine(E16G301);
    place(machine, 0, 0x100, [
      ...constant(1, 0xffffffff),
      movts(STATUS, 1),
      movfs(2, STATUS),
      mov(1, 1),
      movts(FSTATUS, 1),
      movfs(3, STATUS),
      trapExit,
    ]);
    start(machine, 0, 0x100);
    machine.run({ maxInstructions: 1_000_000 });
    expect(register(machine, 0, 2)).toBe(0x000ff7f9);
    expect(register(machine, 0, 3)).toBe(1);
  });
});
