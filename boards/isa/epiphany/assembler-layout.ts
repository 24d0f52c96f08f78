/** Puts the pieces of a section one behind the other, grows branches until they reach, and writes the bytes. */
import type { ObjectSection, ObjectSymbol, Relocation } from '../../elf/object.ts';
import { type AssemblyValue, OperandError } from './assembler-expressions.ts';
import { type Fixup, type FixupKind, partOf, rangeMisfit } from './assembler-forms.ts';
import { encode, type Fields, fits, type InstructionForm } from './instruction-table.ts';
import { RELOCATION } from './relocations.ts';

/** A word of data whose value has symbols. */
export interface DataWord {
  readonly offset: number;
  readonly sizeBytes: 1 | 2 | 4;
  readonly value: AssemblyValue;
  readonly column: number;
}

/** One statement's contribution to its section. `line` counts from 1. */
export type Piece =
  | {
      readonly tag: 'instruction';
      readonly line: number;
      /** The first is used; branches drop it when it does not reach. */
      forms: readonly InstructionForm[];
      readonly fields: Fields;
      readonly fixup: Fixup | undefined;
    }
  | { readonly tag: 'bytes'; readonly line: number; readonly bytes: Uint8Array; readonly words: readonly DataWord[] }
  | { readonly tag: 'align'; readonly line: number; readonly alignBytes: number }
  | { readonly tag: 'label'; readonly line: number; readonly name: string };

/** A section while it is being read. */
export interface SectionPieces {
  readonly name: string;
  readonly pieces: Piece[];
  alignBytes: number;
}

/** An error in a line, found after reading. */
export class LayoutError extends Error {
  override readonly name: string = 'LayoutError';
  readonly line: number;
  readonly error: OperandError;

  constructor(line: number, error: OperandError) {
    super(error.message);
    this.line = line;
    this.error = error;
  }
}

export interface LaidOutSection {
  readonly section: ObjectSection;
  readonly labels: readonly Pick<ObjectSymbol, 'name' | 'offset'>[];
  readonly lines: readonly { readonly offset: number; readonly line: number }[];
  /** The value of an expression at the end of the section: a number if it needs no linker. */
  evaluate(value: AssemblyValue): number | undefined;
}

const NOP = 0x01a2;

const RELOCATION_OF: Readonly<Record<Exclude<FixupKind, 'branch'>, number>> = {
  low: RELOCATION.low,
  high: RELOCATION.high,
  signed11: RELOCATION.signed11,
  magnitude11: RELOCATION.magnitude11,
};
const RELOCATION_OF_SIZE = { 1: RELOCATION.byte, 2: RELOCATION.half, 4: RELOCATION.word } as const;
const PC_RELOCATION_OF_SIZE = {
  1: RELOCATION.byteRelative,
  2: RELOCATION.halfRelative,
  4: RELOCATION.wordRelative,
} as const;

/** Lays a section out. @throws LayoutError */
export function layOutSection({ name, pieces, alignBytes }: SectionPieces): LaidOutSection {
  return new SectionLayout(name, pieces).finish(alignBytes);
}

class SectionLayout {
  readonly #name: string;
  readonly #pieces: readonly Piece[];
  #offsets: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #relocations: Relocation[] = [];

  constructor(name: string, pieces: readonly Piece[]) {
    this.#name = name;
    this.#pieces = pieces;
    do this.#place();
    while (this.#growBranches());
  }

  finish(alignBytes: number): LaidOutSection {
    const lengthBytes = this.#offsets.at(-1) ?? 0;
    const bytes = new Uint8Array(lengthBytes);
    const lines: { offset: number; line: number }[] = [];
    for (const [i, piece] of this.#pieces.entries()) {
      const offset = this.#offsets[i] ?? 0;
      try {
        if (piece.tag === 'align') this.#pad(bytes, offset, this.#offsets[i + 1] ?? offset);
        else if (piece.tag === 'bytes') this.#writeData(piece, bytes, offset);
        else if (piece.tag === 'instruction') {
          lines.push({ offset, line: piece.line });
          this.#writeInstruction(piece, bytes, offset);
        }
      } catch (error) {
        throw error instanceof OperandError ? new LayoutError(piece.line, error) : error;
      }
    }
    const relocations = this.#relocations;
    const isEmpty = this.#name === '.bss';
    const nonZero = isEmpty && (relocations.length > 0 || bytes.some((byte) => byte !== 0));
    if (nonZero) throw new LayoutError(this.#pieces[0]?.line ?? 1, onlyZeros());
    return {
      section: { name: this.#name, alignBytes, lengthBytes, ...(isEmpty ? {} : { bytes }), relocations },
      labels: [...this.#labels].map(([label, offset]) => ({ name: label, offset })),
      lines,
      evaluate: (value) => this.#resolve(value, lengthBytes).number,
    };
  }

  #place(): void {
    this.#offsets = [];
    let at = 0;
    for (const piece of this.#pieces) {
      this.#offsets.push(at);
      if (piece.tag === 'instruction') at += piece.forms[0]?.widthBytes ?? 4;
      else if (piece.tag === 'bytes') at += piece.bytes.length;
      else if (piece.tag === 'align') at = Math.ceil(at / piece.alignBytes) * piece.alignBytes;
      else this.#labels.set(piece.name, at);
    }
    this.#offsets.push(at);
  }

  /** Branches only ever grow, so this ends. */
  #growBranches(): boolean {
    let grown = false;
    for (const [i, piece] of this.#pieces.entries()) {
      if (piece.tag !== 'instruction' || piece.fixup?.kind !== 'branch' || piece.forms.length < 2) continue;
      const [form] = piece.forms;
      const displacement = this.#distance(piece.fixup.value, this.#offsets[i] ?? 0);
      if (form !== undefined && displacement !== undefined && fits(form, { displacement })) continue;
      piece.forms = piece.forms.slice(1);
      grown = true;
    }
    return grown;
  }

  /** Bytes from `offset` to a place in this section; undefined if it is elsewhere. GNU as drops the lowest bit. */
  #distance(value: AssemblyValue, offset: number): number | undefined {
    const place = value.symbol === '.' ? offset : this.#labels.get(value.symbol ?? '');
    return place === undefined || value.subtracted !== undefined ? undefined : (place + value.offset - offset) & ~1;
  }

  /** A value as a number, if its symbols cancel out; otherwise as what the linker has to add. */
  #resolve(
    value: AssemblyValue,
    offset: number,
  ): { readonly number?: number; readonly symbol?: string; readonly addend: number; readonly relative?: boolean } {
    const place = (symbol: string): number | undefined => (symbol === '.' ? offset : this.#labels.get(symbol));
    const { symbol, subtracted } = value;
    if (subtracted === undefined) {
      if (symbol === undefined) return { number: value.offset, addend: 0 };
      // The linker knows labels, not places.
      return symbol === '.' ? { addend: value.offset } : { symbol, addend: value.offset };
    }
    const to = place(subtracted);
    const from = symbol === undefined ? undefined : place(symbol);
    if (to !== undefined && from !== undefined) return { number: from - to + value.offset, addend: 0 };
    if (to !== undefined && symbol !== undefined) return { symbol, addend: value.offset - to, relative: true };
    return { addend: 0 };
  }

  #pad(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#name.startsWith('.text')) return;
    for (let at = from + (from & 1); at + 1 < to; at += 2) bytes.set([NOP & 255, NOP >> 8], at);
  }

  #writeData(piece: Extract<Piece, { tag: 'bytes' }>, bytes: Uint8Array, offset: number): void {
    bytes.set(piece.bytes, offset);
    for (const { offset: within, sizeBytes, value, column } of piece.words) {
      const at = offset + within;
      const { number, symbol, addend, relative } = this.#resolve(value, at);
      if (number !== undefined) writeNumber(bytes, at, sizeBytes, partOf(value, number), column);
      else if (symbol === undefined || value.part !== 'whole') throw notRelocatable(column);
      else {
        const types = relative === true ? PC_RELOCATION_OF_SIZE : RELOCATION_OF_SIZE;
        this.#relocations.push({ offset: at, type: types[sizeBytes], symbol, addend });
      }
    }
  }

  #writeInstruction(piece: Extract<Piece, { tag: 'instruction' }>, bytes: Uint8Array, offset: number): void {
    const form = piece.forms[0] as InstructionForm;
    const { fixup } = piece;
    const fields = fixup === undefined ? piece.fields : this.#fix(form, piece.fields, fixup, offset);
    const word = encode(form, fields);
    for (let i = 0; i < form.widthBytes; i++) bytes[offset + i] = (word >>> (8 * i)) & 255;
  }

  /** The fields with the fixup's value; without it, and a relocation, if only the linker knows it. */
  #fix(form: InstructionForm, fields: Fields, { value, kind, column }: Fixup, offset: number): Fields {
    if (kind === 'branch') return this.#fixBranch(form, value, column, offset);
    const { number, symbol, addend, relative } = this.#resolve(value, offset);
    if (number === undefined) {
      if (symbol === undefined || relative === true) throw notRelocatable(column);
      this.#relocations.push({ offset, type: RELOCATION_OF[kind], symbol, addend });
      return fields;
    }
    const given = partOf(value, number);
    const filled: Fields =
      kind === 'magnitude11'
        ? { ...fields, immediate: Math.abs(given), subtract: given < 0 ? 1 : 0 }
        : { ...fields, immediate: given };
    if (!fits(form, filled)) throw rangeMisfit(form, { fields: filled, column }).error;
    return filled;
  }

  #fixBranch(form: InstructionForm, value: AssemblyValue, column: number, offset: number): Fields {
    const displacement = this.#distance(value, offset);
    if (displacement !== undefined) {
      if (!fits(form, { displacement })) throw rangeMisfit(form, { fields: { displacement }, column }).error;
      return { displacement };
    }
    if (value.subtracted !== undefined) throw notRelocatable(column);
    if (value.symbol === undefined) {
      throw new OperandError(
        'a branch goes to a label, not to a number',
        column,
        'write a label, or . and a distance: .+8',
      );
    }
    const type = form.widthBytes === 2 ? RELOCATION.branch8 : RELOCATION.branch24;
    this.#relocations.push({ offset, type, symbol: value.symbol, addend: value.offset });
    return {};
  }
}

function notRelocatable(column: number): OperandError {
  return new OperandError(
    'this value cannot be computed',
    column,
    'a difference needs two labels of this section, or a label of this section to subtract',
  );
}

function onlyZeros(): OperandError {
  return new OperandError('.bss holds something else than zeros', 1, 'use .space in .bss; put values into .data');
}

/** Writes a number of `sizeBytes` bytes, signed or unsigned. @throws OperandError if it does not fit. */
export function writeNumber(bytes: Uint8Array, at: number, sizeBytes: number, number: number, column: number): void {
  const [least, limit] = [-(2 ** (8 * sizeBytes - 1)), 2 ** (8 * sizeBytes)];
  if (number < least || number >= limit) {
    throw new OperandError(`${number} does not fit ${sizeBytes} bytes`, column, `${least} to ${limit - 1} fit`);
  }
  for (let i = 0; i < sizeBytes; i++) bytes[at + i] = Math.floor(number / 2 ** (8 * i)) & 255;
}
