import type { SourcePosition } from '../kernel-tree/tree.ts';

/** A place of the printed text and the place of the source it came from; all from 0. */
export interface Mapping {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

// Marks travel inside printed expressions and are taken out when a line is written. They use private-use characters,
// which cannot be part of an identifier; string literals are printed in ASCII.
const OPEN = '\ue000';
const CLOSE = '\ue001';
const MARK = /\ue000(\d+):(\d+)\ue001/g;

/** A mark to put before printed text that comes from `position`. */
export function mark(position: SourcePosition): string {
  return `${OPEN}${position.line}:${position.column}${CLOSE}`;
}

/** A string literal in ASCII. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Takes printed statements. */
export interface StatementWriter {
  write(text: string, position?: SourcePosition | null): void;
  indented(body: () => void): void;
}

/** Puts statements on one line, marks included, so that they can stand inside an expression. */
export class OneLineWriter implements StatementWriter {
  text = '';

  write(text: string, position: SourcePosition | null = null): void {
    this.text += `${position === null ? '' : mark(position)}${text} `;
  }

  indented(body: () => void): void {
    body();
  }
}

/** Collects printed lines and where they came from. */
export class LineWriter implements StatementWriter {
  readonly #lines: string[] = [];
  readonly #mappings: Mapping[] = [];
  #indent = 0;

  write(text: string, position: SourcePosition | null = null): void {
    this.#lines.push('');
    this.#set(this.#lines.length - 1, text, position);
  }

  /** Writes an empty line now; the function that it returns may fill it later. */
  reserve(): (text: string) => void {
    const line = this.#lines.push('') - 1;
    return (text) => this.#set(line, text, null);
  }

  #set(line: number, text: string, position: SourcePosition | null): void {
    const marked = `${'  '.repeat(this.#indent)}${position === null ? '' : mark(position)}${text}`;
    let plain = '';
    let from = 0;
    for (const found of marked.matchAll(MARK)) {
      plain += marked.slice(from, found.index);
      from = found.index + found[0].length;
      this.#mappings.push({
        line,
        column: plain.length,
        sourceLine: Number(found[1]) - 1,
        sourceColumn: Number(found[2]) - 1,
      });
    }
    this.#lines[line] = plain + marked.slice(from);
  }

  indented(body: () => void): void {
    this.#indent += 1;
    body();
    this.#indent -= 1;
  }

  /** The text, without a line end after its last line. */
  get text(): string {
    return this.#lines.join('\n');
  }

  get mappings(): readonly Mapping[] {
    return this.#mappings;
  }
}

/** A literal that reads back as exactly this number; a negative one in parentheses. */
export function numberLiteral(value: number): string {
  if (Object.is(value, -0) || value < 0) return `(-${numberLiteral(-value)})`;
  return String(value); // also NaN and Infinity
}
