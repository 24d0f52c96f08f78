/**
 * Single instructions against results recorded from an independent simulator (Adapteva's CGEN simulator, gdb 8.2
 * branch): test/conformance/data/epiphany-vectors.tsv, columns CONFIG, operation, RN, RM, RD before, RD after, STATUS
 * after, in hexadecimal. Every line must agree in RD and STATUS.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encode, formNamed } from '../../boards/isa/epiphany/instruction-table.ts';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { Machine } from '../../emulator/index.ts';

const REGISTER_RD = 1;
const REGISTER_RN = 2;
const REGISTER_RM = 3;
const CONFIG = 0xf0400;
const PC = 0xf0408;
const FSTATUS = 0xf0440;
const STATUS_ACTIVE = 1;

interface Vector {
  readonly line: string;
  readonly config: number;
  readonly operation: string;
  readonly words: readonly number[];
}

const vectors: Vector[] = readFileSync(new URL('./data/epiphany-vectors.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [config = '', operation = '', ...words] = line.split('\t');
    return { line, config: parseInt(config, 16), operation, words: words.map((word) => parseInt(word, 16)) };
  });

/** Integer-mode operations are the float ones under CONFIG.ARITHMODE 4. */
const TABLE_NAMES: Readonly<Record<string, string>> = {
  iadd: 'fadd',
  isub: 'fsub',
  imul: 'fmul',
  imadd: 'fmadd',
  imsub: 'fmsub',
};
const REGISTER_FORM = new Set(['add', 'sub', 'and', 'orr', 'eor', 'lsl', 'lsr', 'asr']);

function instructionWord(operation: string, width: 'short' | 'long'): number {
  const name = TABLE_NAMES[operation] ?? operation;
  const form = formNamed(name, REGISTER_FORM.has(name) ? `reg.${width}` : width);
  const wanted = { rd: REGISTER_RD, rn: REGISTER_RN, rm: REGISTER_RM };
  return encode(form, form.fields.rm === undefined ? { rd: REGISTER_RD, rn: REGISTER_RN } : wanted);
}

const machine = new Machine(PARALLELLA_16);
const at = (offset: number): number => machine.coreAddress(0, offset);

function execute(vector: Vector, width: 'short' | 'long'): string {
  const [rn = 0, rm = 0, rd = 0] = vector.words;
  machine.writeWord(at(0x100), instructionWord(vector.operation, width));
  machine.writeWord(at(CONFIG), vector.config);
  machine.writeWord(at(0xf0000 + 4 * REGISTER_RN), rn);
  machine.writeWord(at(0xf0000 + 4 * REGISTER_RM), rm);
  machine.writeWord(at(0xf0000 + 4 * REGISTER_RD), rd);
  machine.writeWord(at(PC), 0x100);
  machine.writeWord(at(FSTATUS), STATUS_ACTIVE);
  machine.run({ maxInstructions: 1 });
  const core = machine.cores[0];
  const result = (core?.registers[REGISTER_RD] ?? 0) >>> 0;
  return [result, core?.status ?? 0].map((word) => word.toString(16).padStart(8, '0')).join('\t');
}

/**
 * The same in a loop that has become generated code: it clears STATUS, loads the operands from memory, does the
 * instruction and begins again. One machine for each operation and mode; only the data change.
 */
const TIMES = 2;
const loops = new Map<string, Machine>();

function loopFor(vector: Vector): Machine {
  const key = `${vector.config} ${vector.operation}`;
  const found = loops.get(key);
  if (found !== undefined) return found;
  const made = new Machine(PARALLELLA_16);
  const load = (rd: number, immediate: number): number =>
    encode(formNamed('ldr', 'disp.long'), { rd, rn: 4, immediate: immediate / 4 });
  const words = [
    encode(formNamed('movts', 'core.long'), { rd: 5, special: 1 }), // STATUS
    load(REGISTER_RN, 0),
    load(REGISTER_RM, 4),
    load(REGISTER_RD, 8),
    instructionWord(vector.operation, 'long'),
    encode(formNamed('b', 'long'), { displacement: -20 }),
  ];
  for (const [i, word] of words.entries()) made.writeWord(made.coreAddress(0, 0x100 + 4 * i), word);
  made.writeWord(made.coreAddress(0, 0xf0000 + 4 * 4), 0x1000);
  made.writeWord(made.coreAddress(0, CONFIG), vector.config);
  made.writeWord(made.coreAddress(0, PC), 0x100);
  made.writeWord(made.coreAddress(0, FSTATUS), STATUS_ACTIVE);
  made.run({ maxInstructions: 6 * 100 });
  loops.set(key, made);
  return made;
}

function executeInLoop(vector: Vector): string {
  const machine = loopFor(vector);
  for (const [i, word] of vector.words.slice(0, 3).entries()) {
    machine.writeWord(machine.coreAddress(0, 0x1000 + 4 * i), word);
  }
  machine.run({ maxInstructions: 6 * TIMES });
  const core = machine.cores[0];
  return [(core?.registers[REGISTER_RD] ?? 0) >>> 0, core?.status ?? 0]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('\t');
}

describe('recorded single instructions', () => {
  test('all lines are there', () => {
    expect(vectors.length).toBe(3693);
  });

  for (const width of ['short', 'long'] as const) {
    test(`RD and STATUS agree, ${width} forms`, () => {
      const wrong: string[] = [];
      for (const vector of vectors) {
        const expected = vector.line.split('\t').slice(5).join('\t');
        const got = execute(vector, width);
        if (got !== expected) wrong.push(`${vector.line} but got ${got}`);
      }
      expect(wrong).toEqual([]);
    });
  }

  test('RD and STATUS agree in generated code', () => {
    const wrong: string[] = [];
    for (const vector of vectors) {
      const expected = vector.line.split('\t').slice(5).join('\t');
      const got = executeInLoop(vector);
      if (got !== expected) wrong.push(`${vector.line} but got ${got}`);
    }
    expect(wrong).toEqual([]);
  });
});
