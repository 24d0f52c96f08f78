/** The generated code against the interpreter: the same programs, the same everything after every slice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { E16G301 } from '../../boards/e16g301.ts';
import type { Fields } from '../../boards/isa/epiphany/instruction-table.ts';
import { type EngineName, Machine } from '../../emulator/index.ts';
import {
  assemble,
  branch,
  CONFIG,
  constant,
  IMASK,
  LC,
  LE,
  type Line,
  LS,
  movfs,
  movts,
  place,
  STATUS,
  start,
} from './programs.ts';

const BOARD = {
  ...E16G301,
  name: 'two-cores',
  rows: 1,
  columns: 2,
  sharedMemory: { address: 0x8e000000, lengthBytes: 4096 },
};

const PROGRAM = 0x100;
const DATA = 0x2000;
const SHARED_POINTER = 3;
const NEIGHBOUR_POINTER = 2;
const LOCAL_POINTER = 1;
const INDEX = 4;

/** Patterns that FPU instructions treat differently. */
const INTERESTING = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x40490fdb, 0x7f7fffff, 0xff7fffff, 0x00800000, 0x80800000, 0x00000001,
  0x807fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001, 0x7f800001, 0x4b800000, 0x3f7fffff, 0xffffffff,
  0x7fffffff, 0x4effffff,
];

const anyRegister = fc.integer({ min: 5, max: 20 });
const source = fc.integer({ min: 0, max: 20 });

const alu = fc.tuple(
  fc.constantFrom('add', 'sub', 'and', 'orr', 'eor', 'lsl', 'lsr', 'asr'),
  anyRegister,
  source,
  source,
);
const fpu = fc.tuple(
  fc.constantFrom('fadd', 'fsub', 'fmul', 'fmadd', 'fmsub', 'float', 'fix', 'fabs'),
  anyRegister,
  source,
  source,
);
const condition = fc.constantFrom(
  'eq',
  'ne',
  'gtu',
  'gteu',
  'lteu',
  'ltu',
  'gt',
  'gte',
  'lt',
  'lte',
  'beq',
  'bne',
  'blt',
  'blte',
  '',
);

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 4, arbitrary: alu.map(([name, rd, rn, rm]): Line => [name, 'reg.long', { rd, rn, rm }]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('add', 'sub'), anyRegister, source, fc.integer({ min: -1024, max: 1023 }))
      .map(([name, rd, rn, immediate]): Line => [name, 'imm.long', { rd, rn, immediate }]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('lsl', 'lsr', 'asr'), anyRegister, source, fc.integer({ min: 0, max: 31 }))
      .map(([name, rd, rn, immediate]): Line => [name, 'imm.long', { rd, rn, immediate }]),
  },
  {
    weight: 6,
    arbitrary: fpu.map(([name, rd, rn, rm]): Line => {
      const unary = name === 'float' || name === 'fix' || name === 'fabs';
      return [name, 'long', unary ? { rd, rn } : { rd, rn, rm }];
    }),
  },
  { weight: 1, arbitrary: fc.tuple(anyRegister, source).map(([rd, rn]): Line => ['bitr', 'long', { rd, rn }]) },
  {
    weight: 2,
    arbitrary: fc.tuple(condition, anyRegister, source).map(([c, rd, rn]): Line => [`mov${c}`, 'long', { rd, rn }]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('mov', 'movt'), anyRegister, fc.integer({ min: 0, max: 0xffff }))
      .map(([name, rd, immediate]): Line => [name, 'imm.long', { rd, immediate }]),
  },
  { weight: 8, arbitrary: memoryLine() },
  { weight: 1, arbitrary: anyRegister.map((rd): Line => movfs(rd, CONFIG)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Line>(['gid', 'short'], ['gie', 'short'], ['nop', 'short'], ['swi', 'short']),
  },
);

function memoryLine(): fc.Arbitrary<Line> {
  const size = fc.constantFrom('b', 'h', '', '', 'd');
  const pointer = fc.constantFrom(LOCAL_POINTER, LOCAL_POINTER, LOCAL_POINTER, NEIGHBOUR_POINTER, SHARED_POINTER);
  const form = fc.constantFrom('disp.long', 'postmod-disp.long', 'index.long', 'postmod-reg.long');
  return fc
    .tuple(
      fc.constantFrom('ldr', 'str'),
      size,
      form,
      pointer,
      anyRegister,
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 1 }),
    )
    .map(([name, letter, shape, rn, register, immediate, subtract]): Line => {
      const rd = letter === 'd' ? register & ~1 : register;
      const fields: Fields = shape.includes('disp') ? { rd, rn, immediate, subtract } : { rd, rn, rm: INDEX, subtract };
      return [`${name}${letter}`, shape, fields];
    });
}

/** Lines with forward branches among them: skip over up to five lines if a condition holds. */
const body = fc.array(fc.tuple(line, fc.option(fc.tuple(condition, fc.integer({ min: 1, max: 5 })), { freq: 4 })), {
  minLength: 5,
  maxLength: 60,
});

interface Program {
  readonly body: readonly (readonly [Line, readonly [string, number] | null])[];
  readonly seeds: readonly number[];
  readonly config: number;
  readonly loopCount: number;
}

const program: fc.Arbitrary<Program> = fc.record({
  body,
  seeds: fc.array(fc.constantFrom(...INTERESTING), { minLength: 24, maxLength: 24 }),
  config: fc.constantFrom(0, 0, 0, 1, 0x80000, 0x2, 0x400000),
  loopCount: fc.constantFrom(0, 0, 3, 40),
});

function lengthOf(lines: readonly Line[]): number {
  return assemble(lines).length;
}

function build({ body, config, loopCount }: Program): Line[] {
  const head: Line[] = [
    ...constant(LOCAL_POINTER, DATA),
    ...constant(NEIGHBOUR_POINTER, 0x80900000 + DATA),
    ...constant(SHARED_POINTER, 0x8e000800),
    ['mov', 'imm.long', { rd: INDEX, immediate: 8 }],
    ...constant(21, config),
    movts(CONFIG, 21),
    // Sticky flags begin anew each time round, so that a slice shows those of the last.
    ['mov', 'imm.long', { rd: 21, immediate: 0 }],
    movts(STATUS, 21),
  ];
  const lines: Line[] = [];
  const texts = body.map(([line]) => line);
  for (const [i, [line, skip]] of body.entries()) {
    if (skip !== null && skip[0] !== '') {
      const over = texts.slice(i, i + skip[1]);
      // Branches inside the skipped part make it longer: count them as well.
      const branches = body.slice(i + 1, i + skip[1]).filter(([, other]) => other !== null && other[0] !== '').length;
      lines.push(branch(`b${skip[0]}`, 4 + lengthOf(over) + 4 * branches));
    }
    lines.push(line);
  }
  const inner: Line[] =
    loopCount === 0
      ? []
      : [
          ['add', 'imm.long', { rd: 5, rn: 5, immediate: 3 }],
          ['fmadd', 'long', { rd: 6, rn: 7, rm: 8 }],
          ['sub', 'imm.long', { rd: 9, rn: 9, immediate: 1 }],
        ];
  const before = [...head, ...lines];
  const loopStart = PROGRAM + lengthOf(before) + (loopCount === 0 ? 0 : 8 * 3 + 4 * 3);
  const loop: Line[] =
    loopCount === 0
      ? []
      : [
          ...constant(22, loopStart),
          movts(LS, 22),
          ...constant(22, loopStart + 8),
          movts(LE, 22),
          ...constant(22, loopCount),
          movts(LC, 22),
          ...inner,
        ];
  const all = [...before, ...loop];
  return [...all, branch('b', -lengthOf(all))];
}

function prepare(program: Program, engine: EngineName): Machine {
  const machine = new Machine(BOARD, { engine, quantum: 300 });
  const lines = build(program);
  for (const core of [0, 1]) {
    // The software exception returns to the instruction behind.
    place(machine, core, 4, [branch('b', 0x60 - 4)]);
    place(machine, core, 0x60, [['rti', 'short']]);
    place(machine, core, PROGRAM, lines);
    for (const [i, seed] of program.seeds.entries()) {
      machine.writeWord(machine.coreAddress(core, 0xf0000 + 4 * i), seed);
      machine.writeWord(machine.coreAddress(core, DATA - 32 + 4 * i), program.seeds[(i * 7 + core) % 24] ?? 0);
      machine.writeWord(0x8e0007e0 + 4 * i, seed);
    }
    machine.writeWord(machine.coreAddress(core, IMASK), 0);
    start(machine, core, PROGRAM);
  }
  return machine;
}

function snapshot(machine: Machine): unknown {
  return {
    hash: machine.memoryHash(),
    cores: machine.cores.map((core) => ({
      pc: core.pc.toString(16),
      status: core.status.toString(16),
      config: core.config,
      registers: [...core.registers],
      instructions: core.instructions,
      fault: core.fault?.message,
    })),
  };
}

describe('generated code', () => {
  test('does what the interpreter does, after every slice of random programs', () => {
    fc.assert(
      fc.property(
        program,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 4, maxLength: 10 }),
        (program, slices) => {
          const interpreted = prepare(program, 'interpreted');
          const generated = prepare(program, 'generated');
          for (const slice of [...slices, 20_000]) {
            interpreted.run({ maxInstructions: slice });
            generated.run({ maxInstructions: slice });
            expect(snapshot(generated)).toEqual(snapshot(interpreted));
          }
        },
      ),
      { seed: 20260717, numRuns: 250 },
    );
  });

  test('a run does not depend on how it is cut into slices', () => {
    fc.assert(
      fc.property(
        program,
        fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 5, maxLength: 20 }),
        (program, slices) => {
          const whole = prepare(program, 'generated');
          const cut = prepare(program, 'generated');
          whole.run({ maxInstructions: slices.reduce((sum, slice) => sum + slice, 0) });
          for (const slice of slices) cut.run({ maxInstructions: slice });
          expect(snapshot(cut)).toEqual(snapshot(whole));
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});
