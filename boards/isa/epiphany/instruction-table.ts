/**
 * The instruction table of Epiphany-III and -IV: every encoding, once. Assembler, disassembler, compiler back end and
 * emulator all read it.
 *
 * A pattern is written most significant bit first: 0 and 1 are fixed, letters are fields. Upper-case bits of a letter
 * stand above its lower-case bits: D/d RD, N/n RN, M/m RM, I/i immediate, s subtract flag, b branch displacement in
 * halfwords (signed), A/a special register, t trap number. A 32-bit instruction is stored low halfword first.
 * Source: the encodings accepted and produced by GNU binutils 2.40, verified bit by bit in test/conformance.
 */
import { CONDITION_SUFFIXES } from './conditions.ts';

/** How the operands of an instruction are written, and which fields they fill. */
export type OperandSyntax =
  | '' // none
  | 'LABEL' // displacement from the instruction's own address
  | 'RN'
  | 'RD,RN'
  | 'RD,RN,RM'
  | 'RD,#i'
  | 'RD,RN,#i'
  | 'RD,[RN,RM]' // register index; long forms may subtract
  | 'RD,[RN],RM' // post-modify by register
  | 'RD,[RN,#i]' // displacement in units of the access size; long forms may subtract
  | 'RD,[RN],#i' // post-modify by displacement
  | 'SREG,RD'
  | 'RD,SREG'
  | '#t';

/** Names what executing the instruction does; forms of one operation differ only in operands. */
export type Operation =
  | 'branch'
  | 'branch-link'
  | 'jump'
  | 'jump-link'
  | 'load'
  | 'store'
  | 'test-and-set'
  | 'move-if'
  | 'move-immediate'
  | 'move-high'
  | 'move-to-special'
  | 'move-from-special'
  | 'eor'
  | 'add'
  | 'lsl'
  | 'sub'
  | 'lsr'
  | 'and'
  | 'asr'
  | 'orr'
  | 'bitr'
  | 'fadd'
  | 'fsub'
  | 'fmul'
  | 'fmadd'
  | 'fmsub'
  | 'float'
  | 'fix'
  | 'fabs'
  | 'wand'
  | 'gie'
  | 'gid'
  | 'nop'
  | 'idle'
  | 'bkpt'
  | 'mbkpt'
  | 'rti'
  | 'sync'
  | 'swi'
  | 'trap'
  | 'unimpl'
  /** Known to assemblers only; the chips do not document it. */
  | 'undocumented';

export type FieldName = 'rd' | 'rn' | 'rm' | 'immediate' | 'subtract' | 'displacement' | 'special' | 'number';

/** Values of the fields that a form has. */
export type Fields = Partial<Record<FieldName, number>>;

/** One run of adjacent bits of a field: `count` bits from `fieldBit` up stand at `wordBit` up. */
interface BitRun {
  readonly wordBit: number;
  readonly fieldBit: number;
  readonly count: number;
}

/** One encoding. */
export interface InstructionForm {
  /** Index in INSTRUCTIONS. */
  readonly id: number;
  readonly mnemonic: string;
  /** `short`, `long`, `imm.short`, `disp.long`, …: unique together with the mnemonic. */
  readonly form: string;
  readonly widthBytes: 2 | 4;
  readonly match: number;
  readonly mask: number;
  readonly syntax: OperandSyntax;
  readonly operation: Operation;
  /** Condition code of branches and conditional moves. */
  readonly condition: number | undefined;
  /** Access size of loads and stores. */
  readonly sizeBytes: 1 | 2 | 4 | 8 | undefined;
  /** Special register group of long movts and movfs. */
  readonly group: number | undefined;
  /** True if the immediate is two's complement; otherwise it is unsigned. */
  readonly signedImmediate: boolean;
  readonly fields: Readonly<Partial<Record<FieldName, readonly BitRun[]>>>;
}

const FIELD_LETTERS: Readonly<Record<string, FieldName>> = {
  d: 'rd',
  n: 'rn',
  m: 'rm',
  i: 'immediate',
  s: 'subtract',
  b: 'displacement',
  a: 'special',
  t: 'number',
};

function readPattern(pattern: string): Pick<InstructionForm, 'widthBytes' | 'match' | 'mask' | 'fields'> {
  const bits = pattern.replaceAll(' ', '');
  const positions = new Map<string, number[]>();
  let match = 0;
  let mask = 0;
  for (const [i, letter] of [...bits].entries()) {
    const bit = bits.length - 1 - i;
    if (letter === '0' || letter === '1') {
      mask |= 1 << bit;
      if (letter === '1') match |= 1 << bit;
    } else {
      positions.set(letter, [...(positions.get(letter) ?? []), bit]);
    }
  }
  const fields: Partial<Record<FieldName, BitRun[]>> = {};
  for (const [letter, name] of Object.entries(FIELD_LETTERS)) {
    const ordered = [...(positions.get(letter.toUpperCase()) ?? []), ...(positions.get(letter) ?? [])];
    if (ordered.length === 0) continue;
    const runs: BitRun[] = [];
    for (const [i, wordBit] of ordered.reverse().entries()) {
      const last = runs.at(-1);
      if (last !== undefined && last.wordBit + last.count === wordBit)
        runs[runs.length - 1] = { ...last, count: last.count + 1 };
      else runs.push({ wordBit, fieldBit: i, count: 1 });
    }
    fields[name] = runs;
  }
  return { widthBytes: bits.length === 32 ? 4 : 2, match: match >>> 0, mask: mask >>> 0, fields };
}

type Extras = Partial<Pick<InstructionForm, 'condition' | 'sizeBytes' | 'group' | 'signedImmediate'>>;

function makeTable(): InstructionForm[] {
  const table: InstructionForm[] = [];
  const row = (
    mnemonic: string,
    form: string,
    pattern: string,
    syntax: OperandSyntax,
    operation: Operation,
    extras: Extras = {},
  ): void => {
    table.push({
      id: table.length,
      mnemonic,
      form,
      syntax,
      operation,
      condition: undefined,
      sizeBytes: undefined,
      group: undefined,
      signedImmediate: false,
      ...readPattern(pattern),
      ...extras,
    });
  };
  const binary = (value: number, digits: number): string => value.toString(2).padStart(digits, '0');

  for (const [condition, suffix] of CONDITION_SUFFIXES.entries()) {
    const operation = suffix === 'l' ? 'branch-link' : 'branch';
    row(`b${suffix}`, 'short', `bbbbbbbb${binary(condition, 4)}0000`, 'LABEL', operation, { condition });
    row(`b${suffix}`, 'long', `bbbbbbbbbbbbbbbbbbbbbbbb${binary(condition, 4)}1000`, 'LABEL', operation, { condition });
  }
  // Return: a jump through the link register, so it stands before jr.
  row('rts', 'long', '0000010000000010 0001100101001111', '', 'jump');
  row('jr', 'short', '000nnn0101000010', 'RN', 'jump');
  row('jr', 'long', '000NNN0000000010 000nnn0101001111', 'RN', 'jump');
  row('jalr', 'short', '000nnn0101010010', 'RN', 'jump-link');
  row('jalr', 'long', '000NNN0000000010 000nnn0101011111', 'RN', 'jump-link');

  for (const [store, operation] of [
    [0, 'load'],
    [1, 'store'],
  ] as const) {
    for (const [code, letter] of ['b', 'h', '', 'd'].entries()) {
      const mnemonic = `${store === 1 ? 'str' : 'ldr'}${letter}`;
      const size = `${binary(code, 2)}${store}`;
      const extras = { sizeBytes: (1 << code) as 1 | 2 | 4 | 8 };
      row(mnemonic, 'index.short', `dddnnnmmm${size}0001`, 'RD,[RN,RM]', operation, extras);
      row(mnemonic, 'postmod-reg.short', `dddnnnmmm${size}0101`, 'RD,[RN],RM', operation, extras);
      row(mnemonic, 'disp.short', `dddnnniii${size}0100`, 'RD,[RN,#i]', operation, extras);
      row(mnemonic, 'index.long', `DDDNNNMMM00s0000 dddnnnmmm${size}1001`, 'RD,[RN,RM]', operation, extras);
      row(mnemonic, 'postmod-reg.long', `DDDNNNMMM00s0000 dddnnnmmm${size}1101`, 'RD,[RN],RM', operation, extras);
      row(mnemonic, 'disp.long', `DDDNNN0sIIIIIIII dddnnniii${size}1100`, 'RD,[RN,#i]', operation, extras);
      row(mnemonic, 'postmod-disp.long', `DDDNNN1sIIIIIIII dddnnniii${size}1100`, 'RD,[RN],#i', operation, extras);
    }
  }
  row('testset', 'index.long', 'DDDNNNMMM01s0000 dddnnnmmm1001001', 'RD,[RN,RM]', 'test-and-set', { sizeBytes: 4 });
  row('testsetb', 'index.long', 'DDDNNNMMM01s0000 dddnnnmmm0001001', 'RD,[RN,RM]', 'undocumented', { sizeBytes: 1 });
  row('testseth', 'index.long', 'DDDNNNMMM01s0000 dddnnnmmm0101001', 'RD,[RN,RM]', 'undocumented', { sizeBytes: 2 });

  for (const [condition, suffix] of CONDITION_SUFFIXES.slice(0, 15).entries()) {
    const code = binary(condition, 4);
    row(`mov${suffix}`, 'short', `dddnnn00${code}0010`, 'RD,RN', 'move-if', { condition });
    row(`mov${suffix}`, 'long', `DDDNNN0000000010 dddnnn00${code}1111`, 'RD,RN', 'move-if', { condition });
  }
  row('mov', 'imm.short', 'dddiiiiiiii00011', 'RD,#i', 'move-immediate');
  row('mov', 'imm.long', 'DDD0IIIIIIII0010 dddiiiiiiii01011', 'RD,#i', 'move-immediate');
  row('movt', 'imm.long', 'DDD1IIIIIIII0010 dddiiiiiiii01011', 'RD,#i', 'move-high');
  row('movts', 'short', 'dddaaa0100000010', 'SREG,RD', 'move-to-special', { group: 0 });
  row('movfs', 'short', 'dddaaa0100010010', 'RD,SREG', 'move-from-special', { group: 0 });
  for (const [group, name] of ['core', 'dma', 'mem', 'mesh'].entries()) {
    const code = binary(group, 2);
    row('movts', `${name}.long`, `DDDAAA0000${code}0010 dddaaa0100001111`, 'SREG,RD', 'move-to-special', { group });
    row('movfs', `${name}.long`, `DDDAAA0000${code}0010 dddaaa0100011111`, 'RD,SREG', 'move-from-special', { group });
  }

  const system = ['wand', 'gie', 'gid', 'nop', 'idle', 'bkpt', 'mbkpt', 'rti', 'sync'] as const;
  const systemWords = [0x0182, 0x0192, 0x0392, 0x01a2, 0x01b2, 0x01c2, 0x03c2, 0x01d2, 0x01f2];
  for (const [i, name] of system.entries()) row(name, 'short', binary(systemWords[i] ?? 0, 16), '', name);
  row('snop', 'short', binary(0x03a2, 16), '', 'undocumented');
  row('swi', 'short', 'tttttt0111100010', '#t', 'swi');
  row('trap', 'short', 'tttttt1111100010', '#t', 'trap');
  row('unimpl', 'long', '0000000000001111 0000000000001111', '', 'unimpl');

  for (const [code, name] of (['eor', 'add', 'lsl', 'sub', 'lsr', 'and', 'asr', 'orr'] as const).entries()) {
    row(name, 'reg.short', `dddnnnmmm${binary(code, 3)}1010`, 'RD,RN,RM', name);
    row(name, 'reg.long', `DDDNNNMMM0001010 dddnnnmmm${binary(code, 3)}1111`, 'RD,RN,RM', name);
  }
  for (const [name, code] of [
    ['add', '001'],
    ['sub', '011'],
  ] as const) {
    row(name, 'imm.short', `dddnnniii${code}0011`, 'RD,RN,#i', name, { signedImmediate: true });
    row(name, 'imm.long', `DDDNNN00IIIIIIII dddnnniii${code}1011`, 'RD,RN,#i', name, { signedImmediate: true });
  }
  for (const [name, short, long] of [
    ['lsr', '00110', '0110 dddnnniiiii01111'],
    ['lsl', '10110', '0110 dddnnniiiii11111'],
    ['asr', '01110', '1110 dddnnniiiii01111'],
  ] as const) {
    row(name, 'imm.short', `dddnnniiiii${short}`, 'RD,RN,#i', name);
    row(name, 'imm.long', `DDDNNN000000${long}`, 'RD,RN,#i', name);
  }
  row('bitr', 'short', 'dddnnn0000011110', 'RD,RN', 'bitr');
  row('bitr', 'long', 'DDDNNN0000001110 dddnnn0000011111', 'RD,RN', 'bitr');

  for (const [code, name] of (['fadd', 'fsub', 'fmul', 'fmadd', 'fmsub', 'float', 'fix', 'fabs'] as const).entries()) {
    // float, fix and fabs have one source; their RM field is 0 and a decoder ignores it.
    const syntax = code >= 5 ? 'RD,RN' : 'RD,RN,RM';
    row(name, 'short', `dddnnnmmm${binary(code, 3)}0111`, syntax, name);
    row(name, 'long', `DDDNNNMMM0000111 dddnnnmmm${binary(code, 3)}1111`, syntax, name);
  }
  for (const [name, high, code, syntax] of [
    ['fext', '0011010', '000', 'RD,RN,RM'],
    ['fdep', '0011010', '001', 'RD,RN,RM'],
    ['lfsr', '0011010', '010', 'RD,RN,RM'],
    ['frecip', '0010111', '000', 'RD,RN'],
    ['fsqrt', '0010111', '001', 'RD,RN'],
  ] as const) {
    row(name, 'long', `DDDNNNMMM${high} dddnnnmmm${code}1111`, syntax, 'undocumented');
  }
  return table;
}

/** Every encoding. The first whose `(word & mask) === match` is the instruction. */
export const INSTRUCTIONS: readonly InstructionForm[] = makeTable();

/** The low nibble of the first halfword alone decides the length. */
export function instructionWidthBytes(firstHalfword: number): 2 | 4 {
  return (0xbb00 >> (firstHalfword & 15)) & 1 ? 4 : 2;
}

/** A decoded instruction. */
export interface DecodedInstruction {
  readonly form: InstructionForm;
  readonly fields: Fields;
}

const BY_NIBBLE: readonly (readonly InstructionForm[])[] = Array.from({ length: 16 }, (_, nibble) =>
  INSTRUCTIONS.filter((form) => ((form.match ^ nibble) & form.mask & 15) === 0),
);

/**
 * Decodes one instruction.
 * @param word the 32 bits at the instruction's address, low halfword first; for a 16-bit instruction the upper half is ignored.
 * @returns undefined if no encoding matches.
 */
export function decode(word: number): DecodedInstruction | undefined {
  const widthBytes = instructionWidthBytes(word);
  const bits = (widthBytes === 2 ? word & 0xffff : word) >>> 0;
  for (const form of BY_NIBBLE[bits & 15] ?? []) {
    if (form.widthBytes === widthBytes && (bits & form.mask) >>> 0 === form.match)
      return { form, fields: readFields(form, bits) };
  }
  return undefined;
}

function readFields(form: InstructionForm, word: number): Fields {
  const fields: Fields = {};
  for (const [name, runs] of Object.entries(form.fields) as [FieldName, readonly BitRun[]][]) {
    let value = 0;
    let width = 0;
    for (const { wordBit, fieldBit, count } of runs) {
      value |= ((word >>> wordBit) & ((1 << count) - 1)) << fieldBit;
      width += count;
    }
    const signed = name === 'displacement' || (name === 'immediate' && form.signedImmediate);
    value = signed ? (value << (32 - width)) >> (32 - width) : value;
    fields[name] = name === 'displacement' ? 2 * value : value;
  }
  return fields;
}

/** Smallest and largest value that a field of a form can hold; displacements in bytes (even). */
export function fieldRange(
  form: InstructionForm,
  name: FieldName,
): { readonly min: number; readonly max: number } | undefined {
  const runs = form.fields[name];
  if (runs === undefined) return undefined;
  const width = runs.reduce((sum, run) => sum + run.count, 0);
  if (name === 'displacement') return { min: -(2 ** width), max: 2 ** width - 2 };
  if (name === 'immediate' && form.signedImmediate) return { min: -(2 ** (width - 1)), max: 2 ** (width - 1) - 1 };
  return { min: 0, max: 2 ** width - 1 };
}

/** True if every field value is one that the form can hold. Fields that the form lacks must be absent or 0. */
export function fits(form: InstructionForm, fields: Fields): boolean {
  for (const [name, value] of Object.entries(fields) as [FieldName, number][]) {
    const range = fieldRange(form, name);
    if (range === undefined ? value !== 0 : value < range.min || value > range.max) return false;
    if (name === 'displacement' && value % 2 !== 0) return false;
  }
  return true;
}

/**
 * The word of an instruction; for a 16-bit form in the low half. Fields not given are 0.
 * @throws RangeError if a value does not fit its field: callers choose the form with {@link fits}.
 */
export function encode(form: InstructionForm, fields: Fields): number {
  if (!fits(form, fields))
    throw new RangeError(`${form.mnemonic} (${form.form}) cannot hold ${JSON.stringify(fields)}`);
  let word = form.match;
  for (const [name, runs] of Object.entries(form.fields) as [FieldName, readonly BitRun[]][]) {
    const given = fields[name] ?? 0;
    const value = name === 'displacement' ? given / 2 : given;
    for (const { wordBit, fieldBit, count } of runs) word |= ((value >> fieldBit) & ((1 << count) - 1)) << wordBit;
  }
  return word >>> 0;
}

const BY_MNEMONIC = new Map<string, InstructionForm[]>();
for (const form of INSTRUCTIONS) BY_MNEMONIC.set(form.mnemonic, [...(BY_MNEMONIC.get(form.mnemonic) ?? []), form]);

/** All forms of a mnemonic, in table order; empty if there is none. */
export function formsOf(mnemonic: string): readonly InstructionForm[] {
  return BY_MNEMONIC.get(mnemonic) ?? [];
}

/** One form by mnemonic and form name. @throws RangeError if the table has none. */
export function formNamed(mnemonic: string, form: string): InstructionForm {
  const found = formsOf(mnemonic).find((candidate) => candidate.form === form);
  if (found === undefined) throw new RangeError(`no instruction ${mnemonic} ${form}`);
  return found;
}
