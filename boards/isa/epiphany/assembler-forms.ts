/** Which encoding takes the operands of an assembly line, and what their values mean to its fields. */
import { nearestName } from '../../../protocol/nearest-name.ts';
import { type AssemblyValue, OperandError } from './assembler-expressions.ts';
import type { Operand } from './assembler-operands.ts';
import {
  type FieldName,
  type Fields,
  fieldRange,
  fits,
  formsOf,
  INSTRUCTIONS,
  type InstructionForm,
  type OperandSyntax,
} from './instruction-table.ts';

/** How a value with symbols gets into the instruction: as a number once all is laid out, or by this relocation. */
export type FixupKind = 'branch' | 'low' | 'high' | 'signed11' | 'magnitude11';

export interface Fixup {
  readonly value: AssemblyValue;
  readonly kind: FixupKind;
  readonly column: number;
}

/** The encoding of a line. With a branch there may be longer forms behind the first. */
export interface ChosenForm {
  readonly forms: readonly InstructionForm[];
  readonly fields: Fields;
  readonly fixup: Fixup | undefined;
}

/** The FPU instructions under the names of the integer mode. */
const ALIASES: Readonly<Record<string, string>> = {
  iadd: 'fadd',
  isub: 'fsub',
  imul: 'fmul',
  imadd: 'fmadd',
  imsub: 'fmsub',
};

/** How each kind of operands is written, for messages. */
const EXAMPLES: Readonly<Record<OperandSyntax, string>> = {
  '': '',
  LABEL: 'label',
  RN: 'r3',
  'RD,RN': 'r0,r1',
  'RD,RN,RM': 'r0,r1,r2',
  'RD,#i': 'r0,#12',
  'RD,RN,#i': 'r0,r1,#3',
  'RD,[RN,RM]': 'r0,[r1,r2]',
  'RD,[RN],RM': 'r0,[r1],r2',
  'RD,[RN,#i]': 'r0,[r1,#3]',
  'RD,[RN],#i': 'r0,[r1],#3',
  'SREG,RD': 'config,r0',
  'RD,SREG': 'r0,status',
  '#t': '#3',
};

const FIELD_WORDS: Readonly<Partial<Record<FieldName, string>>> = {
  immediate: 'a number',
  displacement: 'a distance',
  number: 'a number',
};

interface Match {
  readonly fields: Fields;
  readonly fixup?: Fixup;
  /** Where the operand of the last number stands. */
  readonly column: number;
}

/** A form whose operands look like this, but not with these values. */
class Misfit {
  readonly error: OperandError;
  constructor(message: string, column: number, hint: string) {
    this.error = new OperandError(message, column, hint);
  }
}

/**
 * Chooses the encoding for a mnemonic (with its suffix) and operands: the shortest that fits.
 * @param column of the mnemonic.
 * @throws OperandError that says what does not fit and what to write.
 */
export function chooseForm(word: string, column: number, operands: readonly Operand[]): ChosenForm {
  const [, name = '', suffix] = /^(.*?)(?:\.([slb]))?$/.exec(word) ?? [];
  const mnemonic = ALIASES[name] ?? name;
  const all = formsOf(mnemonic);
  if (all.length === 0) throw unknownInstruction(name, column);
  // GNU as reaches the 16-bit fabs only by its suffix; `mov.b` is its other name of `mov.s`.
  const long = suffix === 'l' || (suffix === undefined && mnemonic === 'fabs');
  const widthBytes = long ? 4 : suffix === undefined ? undefined : 2;
  const wanted = all
    .filter((form) => widthBytes === undefined || form.widthBytes === widthBytes)
    .toSorted((a, b) => a.widthBytes - b.widthBytes);
  if (wanted.length === 0) {
    throw new OperandError(
      `${name} has no ${widthBytes === 2 ? '16' : '32'}-bit form`,
      column,
      `write ${name} without a suffix`,
    );
  }
  const usable: { readonly form: InstructionForm; readonly match: Match }[] = [];
  let misfit: Misfit | undefined;
  for (const form of wanted) {
    const match = matchOperands(form, operands);
    if (match instanceof Misfit) misfit = match;
    else if (match !== undefined && fits(form, match.fields)) usable.push({ form, match });
    else if (match !== undefined) misfit = rangeMisfit(form, match);
  }
  const [first] = usable;
  if (first === undefined) {
    if (misfit !== undefined) throw misfit.error;
    const written = [...new Set(all.map(({ syntax }) => `${name} ${EXAMPLES[syntax]}`.trim()))].join(' or ');
    throw new OperandError(`${name} does not take these operands`, column, `it is written ${written}`);
  }
  const { fields, fixup } = first.match;
  return { forms: fixup?.kind === 'branch' ? usable.map(({ form }) => form) : [first.form], fields, fixup };
}

function unknownInstruction(name: string, column: number): OperandError {
  const nearest = nearestName(
    name,
    new Set([...INSTRUCTIONS.map(({ mnemonic }) => mnemonic), ...Object.keys(ALIASES)]),
  );
  const hint =
    nearest === undefined ? 'see docs of the Epiphany instruction set for its names' : `did you mean ${nearest}?`;
  return new OperandError(`"${name}" is not an instruction`, column, hint);
}

/** Says which value the form cannot hold. */
export function rangeMisfit(form: InstructionForm, { fields, column }: Pick<Match, 'fields' | 'column'>): Misfit {
  for (const [field, value] of Object.entries(fields) as [FieldName, number][]) {
    const range = fieldRange(form, field) ?? { min: 0, max: 0 };
    if (value >= range.min && value <= range.max) continue;
    if (/^r[dnm]$/.test(field)) {
      return new Misfit(
        `r${value} is no register of a 16-bit instruction`,
        column,
        'use r0 to r7, or leave the suffix out',
      );
    }
    const sign = fields.subtract === 1 ? '-' : '';
    const least = form.fields.subtract === undefined ? range.min : -range.max;
    const unit = field === 'immediate' && form.sizeBytes !== undefined ? `, in units of ${form.sizeBytes} bytes` : '';
    return new Misfit(
      `${sign}${value} is out of range`,
      column,
      `${form.mnemonic} takes ${FIELD_WORDS[field] ?? 'a number'} from ${least} to ${range.max} here${unit}`,
    );
  }
  return new Misfit('an operand is out of range', column, `see the ranges of ${form.mnemonic}`);
}

function plainRegister(operand: Operand | undefined): number | undefined {
  return operand?.tag === 'register' && operand.sign === '' ? operand.number : undefined;
}

/** The value of an operand; the name of a special register may also be a symbol. */
function operandValue(operand: Operand | undefined): AssemblyValue | undefined {
  return operand?.tag === 'value' || operand?.tag === 'special' ? operand.value : undefined;
}

function isKnown({ symbol, subtracted }: AssemblyValue): boolean {
  return symbol === undefined && subtracted === undefined;
}

/** The fields of a form for these operands; undefined if they have another shape. */
function matchOperands(form: InstructionForm, operands: readonly Operand[]): Match | Misfit | undefined {
  const [first, second, third] = operands;
  const column = operands.at(-1)?.column ?? 1;
  if (operands.length !== operandCount(form.syntax) && !(form.mnemonic === 'swi' && operands.length === 0))
    return undefined;
  const rd = plainRegister(first);
  const rn = plainRegister(second);
  switch (form.syntax) {
    case '':
      return { fields: {}, column };
    case 'LABEL': {
      const value = operandValue(first);
      return value === undefined ? undefined : { fields: {}, fixup: { value, kind: 'branch', column }, column };
    }
    case 'RN':
      return rd === undefined ? undefined : { fields: { rn: rd }, column };
    case 'RD,RN':
      return rd === undefined || rn === undefined ? undefined : { fields: { rd, rn }, column };
    case 'RD,RN,RM': {
      const rm = plainRegister(third);
      return rd === undefined || rn === undefined || rm === undefined ? undefined : { fields: { rd, rn, rm }, column };
    }
    case 'RD,#i': {
      const value = operandValue(second);
      return rd === undefined || value === undefined ? undefined : moveImmediate(form, rd, value, column);
    }
    case 'RD,RN,#i': {
      const value = operandValue(third);
      if (rd === undefined || rn === undefined || value === undefined) return undefined;
      if (isKnown(value)) return { fields: { rd, rn, immediate: partOf(value, value.offset) }, column };
      // Shift counts are never addresses.
      if (!form.signedImmediate) return new Misfit('a shift count must be a number', column, 'write 0 to 31');
      return form.widthBytes === 2
        ? undefined
        : { fields: { rd, rn }, fixup: { value, kind: 'signed11', column }, column };
    }
    case 'RD,[RN,RM]':
    case 'RD,[RN,#i]':
      if (rd === undefined || second?.tag !== 'memory') return undefined;
      return memoryOperand(form, rd, first?.column ?? 1, second.base, second.offset, second.offset?.column ?? column);
    case 'RD,[RN],RM':
    case 'RD,[RN],#i':
      if (rd === undefined || second?.tag !== 'memory' || second.offset !== undefined) return undefined;
      return memoryOperand(form, rd, first?.column ?? 1, second.base, third, column);
    case 'SREG,RD':
      if (first?.tag !== 'special' || rn === undefined || first.register.group !== form.group) return undefined;
      return { fields: { special: first.register.number, rd: rn }, column };
    case 'RD,SREG':
      if (rd === undefined || second?.tag !== 'special' || second.register.group !== form.group) return undefined;
      return { fields: { rd, special: second.register.number }, column };
    case '#t': {
      if (first === undefined) return { fields: { number: 0 }, column };
      const value = operandValue(first);
      return value === undefined || !isKnown(value) ? undefined : { fields: { number: value.offset }, column };
    }
  }
}

function operandCount(syntax: OperandSyntax): number {
  if (syntax === '') return 0;
  return syntax.replace(/\[RN,.*\]/, 'M').split(',').length;
}

/** The half of a number that `%low` or `%high` asks for. */
export function partOf({ part }: AssemblyValue, number: number): number {
  return part === 'whole' ? number : part === 'high' ? (number >>> 16) & 0xffff : number & 0xffff;
}

function moveImmediate(form: InstructionForm, rd: number, value: AssemblyValue, column: number): Match | undefined {
  if (!isKnown(value)) {
    const kind = form.operation === 'move-high' ? 'high' : 'low';
    return form.widthBytes === 2 ? undefined : { fields: { rd }, fixup: { value, kind, column }, column };
  }
  const number = partOf(value, value.offset);
  // A negative number means its low 16 bits, as GNU as takes it: -1 is 0xffff.
  const immediate = number < 0 && number >= -0x8000 ? number & 0xffff : number;
  return { fields: { rd, immediate }, column };
}

/** A load or store. Forms without a subtract flag take no minus. */
function memoryOperand(
  form: InstructionForm,
  rd: number,
  rdColumn: number,
  rn: number,
  offset: Operand | undefined,
  column: number,
): Match | Misfit | undefined {
  const canSubtract = form.fields.subtract !== undefined;
  if (form.fields.rm !== undefined) {
    if (offset?.tag !== 'register') return undefined;
    const { sign, number: rm } = offset;
    if (sign === '-' && !canSubtract) return undefined;
    // GNU as lets an odd pair pass only where the base is modified by a register.
    if (!form.syntax.endsWith('],RM') && isOddPair(form, rd)) return oddPair(rdColumn);
    return { fields: canSubtract ? { rd, rn, rm, subtract: sign === '-' ? 1 : 0 } : { rd, rn, rm }, column };
  }
  const value = offset === undefined ? undefined : operandValue(offset);
  if (offset !== undefined && value === undefined) return undefined;
  if (isOddPair(form, rd)) return oddPair(rdColumn);
  if (value !== undefined && !isKnown(value)) {
    return canSubtract ? { fields: { rd, rn }, fixup: { value, kind: 'magnitude11', column }, column } : undefined;
  }
  const number = value === undefined ? 0 : partOf(value, value.offset);
  if (number < 0 && !canSubtract) return undefined;
  const subtract = number < 0 || (number === 0 && value?.negative === true) ? 1 : 0;
  const immediate = Math.abs(number);
  return { fields: canSubtract ? { rd, rn, immediate, subtract } : { rd, rn, immediate }, column };
}

function isOddPair(form: InstructionForm, rd: number): boolean {
  return form.sizeBytes === 8 && rd % 2 !== 0;
}

function oddPair(column: number): Misfit {
  return new Misfit(
    'the register of a double-word access must be even',
    column,
    'use r0, r2, r4, …: the next register holds the upper word',
  );
}
