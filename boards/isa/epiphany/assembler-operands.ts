/** Operands of assembly lines: registers, immediates, memory operands and expressions with symbols. */
import { registerNumber } from './register-names.ts';
import { type SpecialRegister, specialRegister } from './special-registers.ts';

/** A value that is known now, or a symbol plus a number that the layout or the linker fills in. */
export interface AssemblyValue {
  /** `.` is the address of the instruction itself. */
  readonly symbol: string | undefined;
  readonly offset: number;
  readonly part: 'whole' | 'low' | 'high';
  /** A minus sign was written in front of the whole: `#-0` is not `#0` in a displacement. */
  readonly negative: boolean;
}

export type Operand =
  | { readonly tag: 'register'; readonly number: number; readonly sign: '+' | '-' | '' }
  | { readonly tag: 'special'; readonly register: SpecialRegister }
  | { readonly tag: 'value'; readonly value: AssemblyValue }
  /** `[base]`, `[base,offset]`; what stands behind the bracket is an operand of its own. */
  | { readonly tag: 'memory'; readonly base: number; readonly offset: Operand | undefined };

/** What an operand could not be read as; `column` counts from 0 in the operand's text. */
export class OperandError extends Error {
  override readonly name: string = 'OperandError';
}

/** Splits at commas that stand outside brackets and parentheses. */
export function splitOperands(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i];
    if (letter === '[' || letter === '(') depth++;
    else if (letter === ']' || letter === ')') depth--;
    else if (i === text.length || (letter === ',' && depth === 0)) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return parts.length === 1 && parts[0] === '' ? [] : parts;
}

export function readOperand(text: string, constants: ReadonlyMap<string, number>): Operand {
  const memory = /^\[\s*([^,\]]+?)\s*(?:,\s*([^\]]*?)\s*)?\]$/.exec(text);
  if (memory !== null) {
    const base = registerNumber((memory[1] ?? '').toLowerCase());
    if (base === undefined) throw new OperandError(`${memory[1]} is not a register`);
    const offset = memory[2] === undefined ? undefined : readOperand(memory[2], constants);
    return { tag: 'memory', base, offset };
  }
  const signed = /^([+-]?)\s*([a-z]\w*)$/i.exec(text);
  if (signed !== null) {
    const name = (signed[2] ?? '').toLowerCase();
    const number = registerNumber(name);
    if (number !== undefined) return { tag: 'register', number, sign: (signed[1] ?? '') as '+' | '-' | '' };
    const register = signed[1] === '' ? specialRegister(name) : undefined;
    if (register !== undefined) return { tag: 'special', register };
  }
  return { tag: 'value', value: readValue(text, constants) };
}

/** Reads `#12`, `0x1f`, `-3`, `.+8`, `label-4`, `%low(label)`, `'a'`. @throws OperandError */
export function readValue(text: string, constants: ReadonlyMap<string, number>): AssemblyValue {
  const bare = text.startsWith('#') ? text.slice(1).trim() : text;
  const part = /^%(low|high)\s*\((.*)\)$/i.exec(bare);
  if (part !== null) {
    const inner = readValue((part[2] ?? '').trim(), constants);
    return { ...inner, part: (part[1] ?? '').toLowerCase() as 'low' | 'high' };
  }
  let symbol: string | undefined;
  let offset = 0;
  let rest = bare;
  for (let first = true; rest !== ''; first = false) {
    const match = /^([+-]?)\s*(0x[0-9a-f]+|0b[01]+|[0-9]+|'(?:\\.|[^\\])'|[a-z_.$][\w.$]*)\s*/i.exec(rest);
    if (match === null || (!first && match[1] === '')) throw new OperandError(`"${text}" is not an operand`);
    const sign = match[1] === '-' ? -1 : 1;
    const term = match[2] ?? '';
    const constant = constants.get(term);
    if (/^[0-9]/.test(term)) offset += sign * (/^0[0-7]+$/.test(term) ? Number.parseInt(term, 8) : Number(term));
    else if (term.startsWith("'")) offset += sign * escapedCode(term.slice(1, -1));
    else if (constant !== undefined) offset += sign * constant;
    else if (symbol !== undefined || sign < 0)
      throw new OperandError(`"${text}" is more than one symbol plus a number`);
    else symbol = term;
    rest = rest.slice(match[0].length);
  }
  if (bare === '') throw new OperandError('an operand is missing');
  return { symbol, offset, part: 'whole', negative: bare.startsWith('-') };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0 };

/** The code of a character as written between quotes, `a` or `\n`. */
export function escapedCode(text: string): number {
  if (!text.startsWith('\\')) return text.codePointAt(0) ?? 0;
  return ESCAPES[text[1] ?? ''] ?? text.codePointAt(1) ?? 0;
}
