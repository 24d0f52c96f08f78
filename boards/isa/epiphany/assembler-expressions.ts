/** Expressions of assembly lines: numbers, symbols, differences of symbols, halves of addresses. */

/** A value that is known now, or one with symbols that the layout or the linker fills in. */
export interface AssemblyValue {
  /** Added to `offset`; `.` is the address of the statement itself. */
  readonly symbol: string | undefined;
  /** Subtracted. Both symbols must then belong to one section. */
  readonly subtracted: string | undefined;
  readonly offset: number;
  readonly part: 'whole' | 'low' | 'high';
  /** A minus sign stands in front of the whole: `#-0` is not `#0` in a displacement. */
  readonly negative: boolean;
}

/** What a text could not be read as. `column` counts from 1 in the line. */
export class OperandError extends Error {
  override readonly name: string = 'OperandError';
  readonly column: number;
  readonly hint: string | undefined;

  constructor(message: string, column: number, hint?: string) {
    super(message);
    this.column = column;
    this.hint = hint;
  }
}

/** Names that stand for values: constants of `.equ`, and what `1b` and `1f` mean at this place. */
export interface ExpressionNames {
  constant(name: string): number | undefined;
  /** The name of a numbered label; undefined if `1b` has none before it. */
  numberedLabel(number: number, direction: 'b' | 'f'): string | undefined;
}

const TOKEN =
  /\s*(?:(?<label>[0-9]+[bf])(?!\w)|(?<number>0x[0-9a-f]+|0b[01]+|[0-9]+)(?!\w)|'(?<letter>\\.|[^\\])'|(?<symbol>[a-z_.$][\w.$]*)|(?<operator><<|>>|[-+*/%&|^~()]))/iy;

const PRECEDENCE: Readonly<Record<string, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0 };

/** The code of a character as written between quotes, `a` or `\n`. */
export function escapedCode(text: string): number {
  if (!text.startsWith('\\')) return text.codePointAt(0) ?? 0;
  return ESCAPES[text[1] ?? ''] ?? text.codePointAt(1) ?? 0;
}

interface Term {
  readonly symbol: string | undefined;
  readonly subtracted: string | undefined;
  readonly offset: number;
}

class ExpressionReader {
  readonly #text: string;
  readonly #column: number;
  readonly #names: ExpressionNames;
  #at = 0;

  constructor(text: string, column: number, names: ExpressionNames) {
    this.#text = text;
    this.#column = column;
    this.#names = names;
  }

  read(): Term {
    const term = this.#binary(0);
    if (this.#text.slice(this.#at).trim() !== '') throw this.#error('is not an expression');
    return term;
  }

  #error(what: string): OperandError {
    return new OperandError(
      `"${this.#text.trim()}" ${what}`,
      this.#column + this.#at,
      'write a number, a symbol, or a sum such as label+4',
    );
  }

  #next(): Partial<Record<'label' | 'number' | 'letter' | 'symbol' | 'operator', string>> | undefined {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    return match?.groups;
  }

  #take(): void {
    this.#at = TOKEN.lastIndex;
  }

  #binary(least: number): Term {
    let left = this.#unary();
    for (;;) {
      const operator = this.#next()?.operator ?? '';
      const precedence = PRECEDENCE[operator] ?? 0;
      if (precedence <= least) return left;
      this.#take();
      left = this.#combine(operator, left, this.#binary(precedence));
    }
  }

  #unary(): Term {
    const token = this.#next();
    if (token === undefined) throw this.#error(this.#text.trim() === '' ? 'is missing' : 'is not an operand');
    this.#take();
    if (token.label !== undefined) {
      const name = this.#names.numberedLabel(Number.parseInt(token.label, 10), token.label.endsWith('b') ? 'b' : 'f');
      if (name === undefined) throw this.#error(`names a label ${Number.parseInt(token.label, 10)}: that is not there`);
      return { symbol: name, subtracted: undefined, offset: 0 };
    }
    if (token.number !== undefined) return constant(numberOf(token.number));
    if (token.letter !== undefined) return constant(escapedCode(token.letter));
    if (token.symbol !== undefined) {
      const known = this.#names.constant(token.symbol);
      return known === undefined ? { symbol: token.symbol, subtracted: undefined, offset: 0 } : constant(known);
    }
    if (token.operator === '(') {
      const inner = this.#binary(0);
      if (this.#next()?.operator !== ')') throw this.#error('lacks a closing parenthesis');
      this.#take();
      return inner;
    }
    const operand = this.#unary();
    if (token.operator === '+') return operand;
    if (token.operator === '-') return this.#combine('-', constant(0), operand);
    if (token.operator === '~') return constant(~this.#number(operand));
    throw this.#error('is not an expression');
  }

  #number({ symbol, subtracted, offset }: Term): number {
    if (symbol !== undefined || subtracted !== undefined)
      throw this.#error('does more with a symbol than add or subtract');
    return offset;
  }

  #combine(operator: string, left: Term, right: Term): Term {
    if (operator === '+' || operator === '-') {
      const [plus, minus] = operator === '+' ? [right.symbol, right.subtracted] : [right.subtracted, right.symbol];
      if (left.symbol !== undefined && plus !== undefined) throw this.#error('adds two symbols');
      if (left.subtracted !== undefined && minus !== undefined) throw this.#error('subtracts two symbols');
      const offset = operator === '+' ? left.offset + right.offset : left.offset - right.offset;
      return { symbol: left.symbol ?? plus, subtracted: left.subtracted ?? minus, offset };
    }
    const [a, b] = [this.#number(left), this.#number(right)];
    if ((operator === '/' || operator === '%') && b === 0) throw this.#error('divides by zero');
    switch (operator) {
      case '*':
        return constant(a * b);
      case '/':
        return constant(Math.trunc(a / b));
      case '%':
        return constant(a % b);
      case '<<':
        return constant(a << b);
      case '>>':
        return constant(a >>> b);
      case '&':
        return constant((a & b) >>> 0);
      case '|':
        return constant((a | b) >>> 0);
      default:
        return constant((a ^ b) >>> 0);
    }
  }
}

function constant(offset: number): Term {
  return { symbol: undefined, subtracted: undefined, offset };
}

/** C's radixes: 0x, 0b, a leading 0 for octal. */
function numberOf(text: string): number {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

/**
 * Reads `#12`, `0x1f`, `-3`, `.+8`, `label-4`, `end-start`, `%low(label)`, `'a'`, `(2+3)*4`.
 * @param column of the text in its line, from 1.
 * @throws OperandError
 */
export function readExpression(text: string, column: number, names: ExpressionNames): AssemblyValue {
  const marked = /^\s*#\s*/.exec(text)?.[0].length ?? 0;
  const bare = text.slice(marked);
  const half = /^\s*%(low|high)\s*\((.*)\)\s*$/i.exec(bare);
  if (half !== null) {
    const inside = half[2] ?? '';
    const value = readExpression(inside, column + marked + bare.indexOf('(') + 1, names);
    return { ...value, part: (half[1] ?? '').toLowerCase() as 'low' | 'high' };
  }
  const term = new ExpressionReader(bare, column + marked, names).read();
  return { ...term, part: 'whole', negative: /^\s*-/.test(bare) };
}
