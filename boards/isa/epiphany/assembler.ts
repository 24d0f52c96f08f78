/**
 * Assembles Epiphany code in GNU syntax. One statement per line, or several with backquotes between them; comments from
 * `;`, from `#` at the start of a line, and between slash-stars. `.s` and `.l` force the 16-bit or 32-bit form, otherwise
 * the shortest that fits is chosen, and branches to labels of the same section grow until they reach. Loads and stores
 * count displacements in units of the access size. Labels may be numbers: `1:` is the target of `1b` behind it and of
 * `1f` before it.
 */
import { ShoalError } from '../../../protocol/errors.ts';
import { nearestName } from '../../../protocol/nearest-name.ts';
import type { ObjectSection, ObjectSymbol } from '../../elf/object.ts';
import { DIRECTIVES, type DirectiveTarget, type SymbolProperties } from './assembler-directives.ts';
import { type ExpressionNames, OperandError } from './assembler-expressions.ts';
import { chooseForm } from './assembler-forms.ts';
import { LayoutError, layOutSection, type Piece, type SectionPieces } from './assembler-layout.ts';
import { type LinePart, readOperand, splitOperands } from './assembler-operands.ts';

/** What an assembly source gives; addresses are offsets in sections until the linker places them. */
export interface AssembledObject {
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  /** Names given to `.global`. */
  readonly globals: ReadonlySet<string>;
  /** Source line (from 1) of each instruction. */
  readonly lines: readonly { readonly section: string; readonly offset: number; readonly line: number }[];
}

const LABEL = /^\s*(?:([a-z_.$][\w.$]*)|([0-9]+))\s*:/i;

class Assembler implements DirectiveTarget, ExpressionNames {
  readonly #file: string;
  readonly #sections = new Map<string, SectionPieces>();
  /** Line of each label. */
  readonly #labels = new Map<string, number>();
  /** How often each numbered label has been met so far. */
  readonly #numbered = new Map<number, number>();
  readonly #constants = new Map<string, number>();
  readonly #properties = new Map<string, SymbolProperties>();
  readonly globals: Set<string> = new Set();
  #section: SectionPieces;
  #line = 0;

  constructor(file: string) {
    this.#file = file;
    this.#section = this.#open('.text');
  }

  assemble(source: string): AssembledObject {
    for (const [i, text] of withoutBlockComments(source).split(/\r?\n/).entries()) {
      this.#line = i + 1;
      this.#reporting(() => {
        for (const statement of statementsOf(text)) this.#statement(statement);
      });
    }
    return this.#reporting(() => this.#finish());
  }

  #reporting<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof LayoutError) throw this.#error(error.line, error.error);
      if (error instanceof OperandError) throw this.#error(this.#line, error);
      throw error;
    }
  }

  #error(line: number, { message, column, hint }: OperandError): ShoalError {
    return new ShoalError('ASSEMBLER_SYNTAX', `${this.#file}:${line}:${column}: ${message}`, {
      hint: hint ?? 'statements are written as GNU as takes them for Epiphany, for example: ldr r0,[r1,#3]',
      details: { file: this.#file, line, column },
    });
  }

  #open(name: string): SectionPieces {
    const section = this.#sections.get(name) ?? { name, pieces: [], alignBytes: 2 };
    this.#sections.set(name, section);
    return section;
  }

  #statement(statement: LinePart): void {
    let { text, column } = statement;
    for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text)) {
      const [whole, name, number] = match;
      this.#label(name ?? this.#nextNumbered(Number(number)), column + whole.search(/\S/));
      text = text.slice(whole.length);
      column += whole.length;
    }
    const [, blanks = '', word = '', gap = '', rest = ''] = /^(\s*)(\S*)(\s*)(.*?)\s*$/.exec(text) ?? [];
    if (word === '') return;
    const wordColumn = column + blanks.length;
    const operands = { text: rest, column: wordColumn + word.length + gap.length };
    if (word.startsWith('.')) this.#directive({ text: word.toLowerCase(), column: wordColumn }, operands);
    else this.#instruction(word.toLowerCase(), wordColumn, operands);
  }

  #label(name: string, column: number): void {
    const earlier = this.#labels.get(name);
    if (earlier !== undefined) {
      throw new OperandError(`label ${name} is already in line ${earlier}`, column, 'give one of the two another name');
    }
    if (this.#constants.has(name))
      throw new OperandError(`${name} is already a constant`, column, 'give one of the two another name');
    this.#labels.set(name, this.#line);
    this.append({ tag: 'label', line: this.#line, name });
  }

  #directive({ text: name, column }: LinePart, operands: LinePart): void {
    const directive = DIRECTIVES[name];
    if (directive === undefined) {
      const nearest = nearestName(name, Object.keys(DIRECTIVES));
      const hint = nearest === undefined ? `known: ${Object.keys(DIRECTIVES).join(' ')}` : `did you mean ${nearest}?`;
      throw new OperandError(`${name} is not a directive`, column, hint);
    }
    directive(this, operands, column, name);
  }

  #instruction(word: string, column: number, operands: LinePart): void {
    const read = splitOperands(operands).map((part) => readOperand(part, this));
    this.append({ tag: 'instruction', line: this.#line, ...chooseForm(word, column, read) });
  }

  #nextNumbered(number: number): string {
    const count = (this.#numbered.get(number) ?? 0) + 1;
    this.#numbered.set(number, count);
    return numberedName(number, count);
  }

  #finish(): AssembledObject {
    const laidOut = [...this.#sections.values()].filter(({ pieces }) => pieces.length > 0).map(layOutSection);
    const sections = laidOut.map(({ section }) => section);
    const used = new Set(sections.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)));
    for (const symbol of used) {
      const missing = /^\.L(\d+)\.\d+$/.exec(symbol)?.[1];
      if (missing !== undefined && !this.#labels.has(symbol)) {
        throw new OperandError(
          `${missing}f has no label ${missing} behind it`,
          1,
          `write ${missing}: in front of its target`,
        );
      }
    }
    const symbols = laidOut.flatMap(({ section, labels, evaluate }) =>
      labels
        .filter(({ name }) => !/^\.L(?:\d+|size)\.[\d.]+$/.test(name) || used.has(name))
        .map(({ name, offset }): ObjectSymbol => {
          const { kind = 'label', size } = this.#properties.get(name) ?? {};
          const lengthBytes = size === undefined ? 0 : (evaluate(size) ?? 0);
          return { name, section: section.name, offset, lengthBytes, kind };
        }),
    );
    const lines = laidOut.flatMap((part) => part.lines.map((entry) => ({ section: part.section.name, ...entry })));
    return { sections, symbols, globals: this.globals, lines };
  }

  // What directives may do

  get line(): number {
    return this.#line;
  }

  append(piece: Piece): void {
    this.#section.pieces.push(piece);
  }

  enter(section: string): void {
    this.#section = this.#open(section);
  }

  align(alignBytes: number): void {
    this.#section.alignBytes = Math.max(this.#section.alignBytes, alignBytes);
  }

  define(name: string, value: number, column: number): void {
    if (this.#labels.has(name))
      throw new OperandError(`${name} is already a label`, column, 'give one of the two another name');
    this.#constants.set(name, value);
  }

  describe(name: string, properties: SymbolProperties): void {
    this.#properties.set(name, { ...this.#properties.get(name), ...properties });
  }

  // What expressions may ask

  constant(name: string): number | undefined {
    return this.#constants.get(name);
  }

  numberedLabel(number: number, direction: 'b' | 'f'): string | undefined {
    const count = this.#numbered.get(number) ?? 0;
    if (direction === 'b') return count === 0 ? undefined : numberedName(number, count);
    return numberedName(number, count + 1);
  }
}

function numberedName(number: number, count: number): string {
  return `.L${number}.${count}`;
}

/** Replaces comments between slash-stars by blanks, so that lines and columns stay. */
function withoutBlockComments(source: string): string {
  return source.replace(/"(?:\\.|[^"\\\n])*"|;[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
    text.startsWith('/*') ? text.replace(/[^\n]/g, ' ') : text,
  );
}

/** The statements of a line, without its comment. */
function statementsOf(text: string): LinePart[] {
  if (/^\s*#/.test(text)) return [];
  const statements: LinePart[] = [];
  let from = 0;
  for (const match of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^\\])'|[;`]|$/g)) {
    if (match[0] !== ';' && match[0] !== '`' && match[0] !== '') continue;
    statements.push({ text: text.slice(from, match.index), column: from + 1 });
    from = match.index + 1;
    if (match[0] === ';') break;
  }
  return statements;
}

/**
 * Assembles a source text.
 * @param file name for messages.
 * @throws ShoalError ASSEMBLER_SYNTAX: file, line and column, what is wrong, and in the hint what to write.
 */
export function assemble(source: string, file = 'assembly'): AssembledObject {
  return new Assembler(file).assemble(source);
}
