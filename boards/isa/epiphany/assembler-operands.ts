/** Operands of assembly lines: registers, immediates, memory operands. */
import { type AssemblyValue, type ExpressionNames, OperandError, readExpression } from './assembler-expressions.ts';
import { registerNumber } from './register-names.ts';
import { readSpecialRegister, type SpecialRegister } from './special-registers.ts';

/** A piece of a line, and the column (from 1) at which it begins. */
export interface LinePart {
  readonly text: string;
  readonly column: number;
}

export type Operand =
  | { readonly tag: 'register'; readonly number: number; readonly sign: '+' | '-' | ''; readonly column: number }
  /** `value` is what it means where no special register can stand: a symbol of that name. */
  | {
      readonly tag: 'special';
      readonly register: Pick<SpecialRegister, 'group' | 'number'>;
      readonly value: AssemblyValue;
      readonly column: number;
    }
  | { readonly tag: 'value'; readonly value: AssemblyValue; readonly column: number }
  /** `[base]`, `[base,offset]`; what stands behind the bracket is an operand of its own. */
  | {
      readonly tag: 'memory';
      readonly base: number;
      readonly offset: Operand | undefined;
      readonly column: number;
    };

/** Splits at commas that stand outside brackets, parentheses and quotes. The parts are trimmed. */
export function splitOperands({ text, column }: LinePart): LinePart[] {
  const parts: LinePart[] = [];
  let depth = 0;
  let from = 0;
  let quote = '';
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i];
    if (quote !== '') {
      if (letter === '\\') i++;
      else if (letter === quote) quote = '';
    } else if (letter === '"' || (letter === "'" && /^'(?:\\.|[^\\])'/.test(text.slice(i)))) quote = letter;
    else if (letter === '[' || letter === '(') depth++;
    else if (letter === ']' || letter === ')') depth--;
    if (i >= text.length || (letter === ',' && depth === 0 && quote === '')) {
      const part = text.slice(from, i);
      parts.push({ text: part.trim(), column: column + from + (part.length - part.trimStart().length) });
      from = i + 1;
    }
  }
  return parts.length === 1 && parts[0]?.text === '' ? [] : parts;
}

/** Reads one operand. @throws OperandError */
export function readOperand({ text, column }: LinePart, names: ExpressionNames): Operand {
  if (text === '')
    throw new OperandError('an operand is missing', column, 'two commas stand side by side, or one at the end');
  const memory = /^(\[\s*)([^,\]]*?)\s*(?:,\s*([^\]]*?)\s*)?\]$/.exec(text);
  if (memory !== null) {
    const [, open = '', baseText = '', offsetText] = memory;
    const base = registerNumber(baseText.toLowerCase());
    if (base === undefined) {
      throw new OperandError(
        `"${baseText}" is not a register`,
        column + open.length,
        'the base is one of r0 to r63, sp, lr, fp, ip',
      );
    }
    if (offsetText === undefined) return { tag: 'memory', base, offset: undefined, column };
    const offsetColumn = column + text.lastIndexOf(offsetText);
    return { tag: 'memory', base, offset: readOperand({ text: offsetText, column: offsetColumn }, names), column };
  }
  const signed = /^([+-]?)\s*([a-z][\w.]*)$/i.exec(text);
  if (signed !== null) {
    const name = (signed[2] ?? '').toLowerCase();
    const number = registerNumber(name);
    if (number !== undefined) return { tag: 'register', number, sign: (signed[1] ?? '') as '+' | '-' | '', column };
    const register = signed[1] === '' ? readSpecialRegister(name) : undefined;
    if (register !== undefined) {
      return { tag: 'special', register, value: readExpression(text, column, names), column };
    }
  }
  return { tag: 'value', value: readExpression(text, column, names), column };
}
