/** Where addresses lead, faults and their reports, memory protection, DMA, TESTSET, the host's window. */
import { describe, expect, test } from 'vitest';
import { E16G301 } from '../../boards/e16g301.ts';
import { E64G401 } from '../../boards/e64g401.ts';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { PARALLELLA_64 } from '../../boards/parallella-64.ts';
import { Machine } from '../../emulator/index.ts';
import {
  branch,
  COREID,
  constant,
  DEBUGCMD,
  DEBUGSTATUS,
  type Line,
  MEMPROTECT,
  MEMSTATUS,
  movfs,
  movts,
  place,
  register,
  start,
} from './programs.ts';

const LIMIT = { maxInstructions: 1_000_000 };
const trapExit: Line = ['trap', 'short', { number: 3 }];
const mov = (rd: number, immediate: number): Line => ['mov', 'imm.long', { rd, immediate }];
const load = (rd: number, rn: number): Line => ['ldr', 'disp.long', { rd, rn }];
const store = (rd: number, rn: number): Line => ['str', 'disp.long', { rd, rn }];

describe('addresses', () => {
  test.each([PARALLELLA_16, PARALLELLA_64])('$name: every core has its own id and window', (board) => {
    const machine = new Machine(board);
    expect(machine.cores.length).toBe(board.rows * board.columns);
    expect(machine.coreAddress(0)).toBe(0x80800000);
    expect(machine.coreAddress(board.columns)).toBe(0x84800000);
    for (const { index, id } of machine.cores) {
      expect(machine.readWord(machine.coreAddress(index, COREID))).toBe(id);
      place(machine, index, 0x100, [movfs(1, COREID), mov(2, 0x2000), store(1, 2), trapExit]);
      start(machine, index, 0x100);
    }
    machine.run(LIMIT);
    for (const { index, id } of machine.cores) expect(machine.readWord(machine.coreAddress(index, 0x2000))).toBe(id);
  });

  test('a core reaches its own memory, that of others and shared memory', () => {
    const machine = new Machine(PARALLELLA_16);
    const addresses = [0x3000, machine.coreAddress(0, 0x3004), machine.coreAddress(15, 0x3008), 0x8e000010, 0x8ffffffc];
    const lines = addresses.flatMap((address, i): Line[] => [
      ...constant(1, address),
      mov(2, 100 + i),
      store(2, 1),
      load(10 + i, 1),
    ]);
    place(machine, 0, 0x100, [...lines, trapExit]);
    start(machine, 0, 0x100);
    machine.run(LIMIT);
    expect(addresses.map((_, i) => register(machine, 0, 10 + i))).toEqual([100, 101, 102, 103, 104]);
    expect(machine.readWord(machine.coreAddress(0, 0x3000))).toBe(100);
    expect(machine.readWord(machine.coreAddress(15, 0x3008))).toBe(102);
    expect([...machine.readMemory(0x8e000010, 4)]).toEqual([103, 0, 0, 0]);
  });

  test('the host is told what it cannot reach', () => {
    const machine = new Machine(E16G301);
    const code = { code: 'EMULATOR_ACCESS' };
    expect(() => machine.readMemory(0x8e000000, 4)).toThrow(expect.objectContaining(code));
    expect(() => machine.readMemory(0x1000, 4)).toThrow(expect.objectContaining(code));
    expect(() => machine.writeMemory(machine.coreAddress(0, 0x7ffe), new Uint8Array(4))).toThrow(
      expect.objectContaining(code),
    );
    expect(() => machine.writeWord(machine.coreAddress(0, 0x1002), 0)).toThrow(expect.objectContaining(code));
    expect(() => machine.readMemory(machine.coreAddress(0, COREID), 3)).toThrow(expect.objectContaining(code));
  });

  test('TESTSET takes a free lock once', () => {
    const machine = new Machine(E16G301);
    // Each core adds 1 to a counter a hundred times, under a lock, with a read and a write apart.
    const lock = machine.coreAddress(3, 0x4000);
    for (const { index } of machine.cores) {
      place(machine, index, 0x100, [
        ...constant(1, lock),
        mov(2, 0),
        mov(9, 100),
        mov(3, 1),
        ['testset', 'index.long', { rd: 3, rn: 1, rm: 2 }],
        ['sub', 'imm.long', { rd: 3, rn: 3, immediate: 0 }],
        branch('bne', -12),
        ['ldr', 'disp.long', { rd: 4, rn: 1, immediate: 1 }],
        ['add', 'imm.long', { rd: 4, rn: 4, immediate: 1 }],
        ['nop', 'short'],
        ['nop', 'short'],
        ['str', 'disp.long', { rd: 4, rn: 1, immediate: 1 }],
        mov(5, 0),
        store(5, 1),
        ['sub', 'imm.long', { rd: 9, rn: 9, immediate: 1 }],
        branch('bne', -44),
        trapExit,
      ]);
      start(machine, index, 0x100);
    }
    // A small quantum lets cores meet inside the critical section.
    expect(machine.run({ maxInstructions: 10_000_000 }).reason).toBe('halted');
    expect(machine.readWord(lock + 4)).toBe(1600);
  });
});

describe('faults', () => {
  const faults: readonly (readonly [name: string, kind: string, lines: readonly Line[]])[] = [
    ['an unaligned access', 'unaligned-access', [mov(1, 0x2002), load(2, 1)]],
    ['an access where nothing is', 'unmapped-access', [mov(1, 0x9000), load(2, 1)]],
    ['a store where nothing is', 'unmapped-access', [...constant(1, 0x12345678), store(2, 1)]],
    ['an unaligned double word', 'unaligned-access', [mov(1, 0x2004), ['ldrd', 'disp.long', { rd: 2, rn: 1 }]]],
    ['an illegal instruction', 'illegal-instruction', [['fsqrt', 'long', { rd: 1, rn: 1 }]]],
    ['a jump into nothing', 'fetch', [mov(1, 0xa000), ['jr', 'short', { rn: 1 }]]],
    [
      'testset on a local address',
      'unmapped-access',
      [mov(1, 0x2000), ['testset', 'index.long', { rd: 2, rn: 1, rm: 3 }]],
    ],
    ['a trap without a meaning', 'trap', [['trap', 'short', { number: 20 }]]],
  ];

  test.each(faults)('%s stops the core with a report', (_, kind, lines) => {
    for (const engine of ['interpreted', 'generated'] as const) {
      const machine = new Machine(E16G301, { engine });
      machine.addLocator((core, address) =>
        core === 6 && address >= 0x100 ? `work+${address - 0x100} (a.ts:7)` : undefined,
      );
      place(machine, 6, 0x100, [mov(20, 0x1234), ...lines, trapExit]);
      start(machine, 6, 0x100);
      expect(machine.run(LIMIT).reason).toBe('fault');
      const core = machine.cores[6];
      expect(core?.state).toBe('faulted');
      expect(core?.fault?.kind).toBe(kind);
      const report = machine.report();
      expect(report).toContain('core 6 (1,2): stopped:');
      expect(report).toContain('(a.ts:7)');
      expect(report).toContain('00001234');
      // It stays stopped.
      expect(machine.run(LIMIT)).toEqual({ reason: 'fault', instructions: 0 });
    }
  });

  test('accesses to nothing read 0 if the memory is not strict', () => {
    const machine = new Machine(E16G301, { strictMemory: false });
    place(machine, 0, 0x100, [mov(2, 5), mov(1, 0x9000), store(2, 1), load(2, 1), trapExit]);
    start(machine, 0, 0x100);
    expect(machine.run(LIMIT).reason).toBe('halted');
    expect(register(machine, 0, 2)).toBe(0);
  });

  test('a fault in hot generated code names the same instruction', () => {
    const lines: Line[] = [
      mov(1, 0x7000),
      load(2, 1),
      ['add', 'imm.long', { rd: 1, rn: 1, immediate: 4 }],
      branch('b', -8),
    ];
    const [interpreted, generated] = (['interpreted', 'generated'] as const).map((engine) => {
      const machine = new Machine(E16G301, { engine });
      place(machine, 0, 0x100, lines);
      start(machine, 0, 0x100);
      machine.run(LIMIT);
      return machine.report();
    });
    expect(generated).toBe(interpreted);
    expect(generated).toContain('word load at 0x00008000');
  });

  test('everybody asleep: the report says who waits on what', () => {
    const machine = new Machine(E16G301);
    machine.addLocator((_, address) => (address === 0x106 ? 'wait+6 (b.ts:3)' : undefined));
    place(machine, 2, 0x100, [mov(1, 0x1ff), ['idle', 'short']]);
    place(machine, 3, 0x100, [
      ['gid', 'short'],
      ['idle', 'short'],
    ]);
    start(machine, 2, 0x100);
    start(machine, 3, 0x100);
    expect(machine.run(LIMIT).reason).toBe('idle');
    expect(machine.report()).toBe(
      'core 2 (0,2): asleep, waits for any interrupt at pc 0x00000106, wait+6 (b.ts:3)\n' +
        'core 3 (0,3): asleep, interrupts disabled (GID), so nothing can wake it at pc 0x00000104',
    );
  });

  test('BKPT halts, DEBUGCMD runs on', () => {
    const machine = new Machine(E16G301);
    place(machine, 0, 0x100, [['bkpt', 'short'], ['bkpt', 'short'], trapExit]);
    start(machine, 0, 0x100);
    expect(machine.run(LIMIT).reason).toBe('halted');
    expect(machine.cores[0]?.pc).toBe(0x100);
    expect(machine.readWord(machine.coreAddress(0, DEBUGSTATUS))).toBe(1);
    machine.writeWord(machine.coreAddress(0, 0xf0408), 0x104);
    machine.writeWord(machine.coreAddress(0, DEBUGCMD), 0);
    machine.run(LIMIT);
    expect(machine.cores[0]?.exitStatus).toBe(0);
  });
});

describe('protection and DMA', () => {
  test('a store to a protected page stops the core or enters its handler, and changes nothing', () => {
    const machine = new Machine(E64G401);
    place(machine, 0, 0x100, [mov(1, 1 << 3), movts(MEMPROTECT, 1), mov(2, 0x3ffc), mov(3, 9), store(3, 2), trapExit]);
    start(machine, 0, 0x100);
    expect(machine.run(LIMIT).reason).toBe('fault');
    expect(machine.cores[0]?.fault?.kind).toBe('memory-protection');
    expect(machine.readWord(machine.coreAddress(0, 0x3ffc))).toBe(0);
    expect(machine.readWord(machine.coreAddress(0, MEMSTATUS))).toBe(4);
  });

  test('a two-dimensional DMA transfer by descriptor, with its interrupt', () => {
    const machine = new Machine(PARALLELLA_16);
    const source = machine.coreAddress(0, 0x2000);
    for (let i = 0; i < 64; i++) machine.writeWord(source + 4 * i, i + 1);
    // Three rows of two words out of rows of eight, packed into core 5.
    const descriptor = [0x53, (4 << 16) | 4, (3 << 16) | 2, (4 << 16) | 28, 0x2000, machine.coreAddress(5, 0x4000)];
    for (const [i, word] of descriptor.entries()) machine.writeWord(machine.coreAddress(0, 0x1000 + 4 * i), word);
    machine.writeWord(machine.coreAddress(0, 0xf0500), (0x1000 << 16) | 8);
    const words = Array.from({ length: 7 }, (_, i) => machine.readWord(machine.coreAddress(5, 0x4000 + 4 * i)));
    expect(words).toEqual([1, 2, 9, 10, 17, 18, 0]);
    expect(machine.readWord(machine.coreAddress(0, 0xf051c)) & 15).toBe(0);
    expect(machine.readWord(machine.coreAddress(0, 0xf0428))).toBe(1 << 6);
  });

  test('code that is overwritten, by the host or by itself, runs as it is then', () => {
    const memories: Uint8Array[] = [];
    const memoryAt = (_address: number, lengthBytes: number): Uint8Array => {
      memories.push(new Uint8Array(lengthBytes));
      return memories.at(-1) as Uint8Array;
    };
    const machine = new Machine(E16G301, { memoryAt });
    const loop: Line[] = [
      ['add', 'imm.long', { rd: 1, rn: 1, immediate: 1 }],
      ['sub', 'imm.long', { rd: 9, rn: 9, immediate: 1 }],
      branch('bne', -8),
      trapExit,
    ];
    const rerun = (): number => {
      machine.writeWord(machine.coreAddress(0, 0xf0000 + 4), 0);
      machine.writeWord(machine.coreAddress(0, 0xf0000 + 36), 1000);
      machine.writeWord(machine.coreAddress(0, DEBUGCMD), 0);
      start(machine, 0, 0x100);
      machine.run(LIMIT);
      return register(machine, 0, 1);
    };
    place(machine, 0, 0x100, loop);
    expect(rerun()).toBe(1000);
    place(machine, 0, 0x100, [['add', 'imm.long', { rd: 1, rn: 1, immediate: 3 }]]);
    expect(rerun()).toBe(3000);
    // By somebody who has the memory, past the machine: it must be told.
    const copy = new Machine(E16G301);
    place(copy, 0, 0x100, [['add', 'imm.long', { rd: 1, rn: 1, immediate: 7 }]]);
    memories[0]?.set(copy.readMemory(copy.coreAddress(0, 0x100), 4), 0x100);
    machine.memoryChanged();
    expect(rerun()).toBe(7000);
    // The program itself puts another constant into its loop when it is half done.
    const patched = new Machine(E16G301, { engine: 'generated' });
    const reference = new Machine(E16G301, { engine: 'interpreted' });
    for (const target of [patched, reference]) {
      place(target, 0, 0x200, [['add', 'imm.long', { rd: 1, rn: 1, immediate: 5 }]]);
      place(target, 0, 0x100, [
        ...constant(9, 1000),
        mov(10, 0x200),
        mov(11, 0x124),
        load(12, 10),
        ['sub', 'imm.long', { rd: 13, rn: 9, immediate: 500 }],
        branch('bne', 8),
        store(12, 11),
        ['nop', 'short'],
        ['nop', 'short'],
        ['add', 'imm.long', { rd: 1, rn: 1, immediate: 1 }],
        ['sub', 'imm.long', { rd: 9, rn: 9, immediate: 1 }],
        branch('bne', -24),
        trapExit,
      ]);
      start(target, 0, 0x100);
      target.run(LIMIT);
    }
    expect(register(reference, 0, 1)).toBe(500 + 5 * 500);
    expect(register(patched, 0, 1)).toBe(register(reference, 0, 1));
    expect(patched.memoryHash()).toBe(reference.memoryHash());
  });
});
