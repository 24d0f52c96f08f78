/**
 * Assembles Epiphany code in GNU syntax: one statement per line, comments from `;` or from `#` at the start of a line,
 * `.s` and `.l` force the 16-bit or 32-bit form (`mov.b` is another name of `mov.s`); otherwise the shortest form that fits is chosen, and branches to labels
 * of the same section grow until they reach. Loads and stores count displacements in units of the access size.
 */

import { ShoalError } from '../../../protocol/errors.ts';
import type { ObjectSection, ObjectSymbol, Relocation } from '../../elf/object.ts';
import {
  type AssemblyValue,
  escapedCode,
  type Operand,
  OperandError,
  readOperand,
  readValue,
  splitOperands,
} from './assembler-operands.ts';
import { encode, type Fields, fits, formsOf, type InstructionForm } from './instruction-table.ts';
import { RELOCATION } from './relocations.ts';

/** What an assembly source gives; addresses are offsets in sections until the linker places them. */
export interface AssembledObject {
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  /** Names given to `.global`. */
  readonly globals: ReadonlySet<string>;
  /** Source line (from 1) of each instruction. */
  readonly lines: readonly { readonly section: string; readonly offset: number; readonly line: number }[];
}

/** The FPU instructions under the names of the integer mode. */
const ALIASES: Readonly<Record<string, string>> = {
  iadd: 'fadd',
  isub: 'fsub',
  imul: 'fmul',
  imadd: 'fmadd',
  imsub: 'fmsub',
};

const SECTION_DIRECTIVES: readonly string[] = ['.text', '.data', '.rodata', '.bss'];

/** A value in a field that depends on where things come to stand. */
interface Fixup {
  readonly value: AssemblyValue;
  readonly kind: 'branch' | 'low' | 'high';
}

type Piece =
  | {
      readonly tag: 'instruction';
      readonly line: number;
      forms: readonly InstructionForm[];
      readonly fields: Fields;
      readonly fixup: Fixup | undefined;
    }
  | {
      readonly tag: 'bytes';
      readonly line: number;
      readonly bytes: Uint8Array;
      readonly words: readonly { offset: number; sizeBytes: number; value: AssemblyValue }[];
    }
  | { readonly tag: 'align'; readonly line: number; readonly alignBytes: number }
  | { readonly tag: 'label'; readonly line: number; readonly name: string };

interface Section {
  readonly name: string;
  readonly pieces: Piece[];
  alignBytes: number;
}

class Assembler {
  readonly #file: string;
  readonly #sections = new Map<string, Section>();
  readonly #labels = new Map<string, { section: string; line: number }>();
  readonly #constants = new Map<string, number>();
  readonly #globals = new Set<string>();
  #section: Section;
  #line = 0;

  constructor(file: string) {
    this.#file = file;
    this.#section = this.#open('.text');
  }

  assemble(source: string): AssembledObject {
    for (const [i, text] of source.split(/\r?\n/).entries()) {
      this.#line = i + 1;
      try {
        this.#statement(text);
      } catch (error) {
        if (error instanceof OperandError) throw this.#error(error.message);
        throw error;
      }
    }
    const sections: ObjectSection[] = [];
    const symbols: ObjectSymbol[] = [];
    const lines: { section: string; offset: number; line: number }[] = [];
    for (const section of this.#sections.values()) {
      if (section.pieces.length > 0) sections.push(this.#finish(section, symbols, lines));
    }
    return { sections, symbols, globals: this.#globals, lines };
  }

  #error(message: string): ShoalError {
    return new ShoalError('ASSEMBLER_SYNTAX', `${this.#file}:${this.#line}: ${message}`, {
      hint: 'instructions are written as GNU as takes them for Epiphany, for example: ldr r0,[r1,#3]',
      details: { file: this.#file, line: this.#line },
    });
  }

  #open(name: string): Section {
    const section = this.#sections.get(name) ?? { name, pieces: [], alignBytes: 2 };
    this.#sections.set(name, section);
    return section;
  }

  #statement(text: string): void {
    let rest = stripComment(text).trim();
    for (
      let label = /^([a-z_.$][\w.$]*)\s*:\s*/i.exec(rest);
      label !== null;
      label = /^([a-z_.$][\w.$]*)\s*:\s*/i.exec(rest)
    ) {
      const name = label[1] ?? '';
      const earlier = this.#labels.get(name);
      if (earlier !== undefined) throw this.#error(`label ${name} is already in line ${earlier.line}`);
      this.#labels.set(name, { section: this.#section.name, line: this.#line });
      this.#section.pieces.push({ tag: 'label', line: this.#line, name });
      rest = rest.slice(label[0].length);
    }
    if (rest === '') return;
    const [, word = '', operands = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
    if (word.startsWith('.')) this.#directive(word.toLowerCase(), operands.trim());
    else this.#instruction(word.toLowerCase(), operands.trim());
  }

  // Directives

  #directive(name: string, text: string): void {
    if (SECTION_DIRECTIVES.includes(name)) {
      this.#section = this.#open(name);
      return;
    }
    switch (name) {
      case '.section':
        this.#section = this.#open((splitOperands(text)[0] ?? '').replace(/^"(.*)"$/, '$1'));
        return;
      case '.global':
      case '.globl':
        for (const symbol of splitOperands(text)) this.#globals.add(symbol);
        return;
      case '.equ':
      case '.set': {
        const [symbol = '', value = ''] = splitOperands(text);
        this.#constants.set(symbol, this.#number(value));
        return;
      }
      case '.balign':
      case '.p2align': {
        const given = this.#number(splitOperands(text)[0] ?? '');
        const alignBytes = name === '.balign' ? given : 2 ** given;
        if (!(alignBytes >= 1 && alignBytes <= 4096 && Number.isInteger(Math.log2(alignBytes)))) {
          throw this.#error(`${name} takes a power of two up to 4096`);
        }
        this.#section.alignBytes = Math.max(this.#section.alignBytes, alignBytes);
        this.#section.pieces.push({ tag: 'align', line: this.#line, alignBytes });
        return;
      }
      case '.space':
      case '.skip': {
        const [length = '', fill = '0'] = splitOperands(text);
        const count = this.#number(length);
        if (count < 0 || count > 0x100000) throw this.#error(`${name} takes 0 to 1048576 bytes`);
        this.#bytes(new Uint8Array(count).fill(this.#number(fill)));
        return;
      }
      case '.word':
      case '.long':
      case '.4byte':
        this.#data(text, 4);
        return;
      case '.short':
      case '.hword':
      case '.2byte':
        this.#data(text, 2);
        return;
      case '.byte':
        this.#data(text, 1);
        return;
      case '.ascii':
      case '.asciz':
        this.#bytes(this.#string(text, name === '.asciz'));
        return;
      case '.type':
      case '.size':
      case '.file':
        return;
      default:
        throw this.#error(`${name} is not a directive`);
    }
  }

  #number(text: string): number {
    const value = readValue(text, this.#constants);
    if (value.symbol !== undefined || value.part !== 'whole') throw this.#error(`"${text}" must be a number`);
    return value.offset;
  }

  #bytes(bytes: Uint8Array): void {
    this.#section.pieces.push({ tag: 'bytes', line: this.#line, bytes, words: [] });
  }

  #data(text: string, sizeBytes: number): void {
    const values = splitOperands(text).map((part) => readValue(part, this.#constants));
    const bytes = new Uint8Array(values.length * sizeBytes);
    const words = values.map((value, i) => ({ offset: i * sizeBytes, sizeBytes, value }));
    for (const { offset, value } of words) {
      if (value.symbol !== undefined) continue;
      if (value.offset < -(2 ** (8 * sizeBytes - 1)) || value.offset >= 2 ** (8 * sizeBytes)) {
        throw this.#error(`${value.offset} does not fit ${sizeBytes} bytes`);
      }
      for (let i = 0; i < sizeBytes; i++) bytes[offset + i] = Math.floor(value.offset / 2 ** (8 * i)) & 255;
    }
    this.#section.pieces.push({
      tag: 'bytes',
      line: this.#line,
      bytes,
      words: words.filter(({ value }) => value.symbol !== undefined),
    });
    this.#section.alignBytes = Math.max(this.#section.alignBytes, sizeBytes);
  }

  #string(text: string, terminated: boolean): Uint8Array {
    const match = /^"((?:\\.|[^"\\])*)"$/.exec(text);
    if (match === null) throw this.#error(`${text} is not a string in double quotes`);
    const codes = ((match[1] ?? '').match(/\\.|[^\\]/gsu) ?? []).map(escapedCode);
    if (codes.some((code) => code > 255)) throw this.#error('only characters up to 255 can be written');
    return Uint8Array.from(terminated ? [...codes, 0] : codes);
  }

  // Instructions

  #instruction(word: string, text: string): void {
    const [, name = '', suffix] = /^(.*?)(?:\.([slb]))?$/.exec(word) ?? [];
    const mnemonic = ALIASES[name] ?? name;
    const all = formsOf(mnemonic);
    if (all.length === 0) throw this.#error(`${name} is not an instruction`);
    const operands = splitOperands(text).map((part) => readOperand(part, this.#constants));
    // GNU as reaches the 16-bit fabs only by its suffix.
    const widthBytes =
      suffix === 'l' || (suffix === undefined && mnemonic === 'fabs') ? 4 : suffix === undefined ? undefined : 2;
    // Without a suffix the short form comes first.
    const wanted = all
      .filter((form) => widthBytes === undefined || form.widthBytes === widthBytes)
      .toSorted((a, b) => a.widthBytes - b.widthBytes);
    let explained = '';
    const usable: { form: InstructionForm; fields: Fields; fixup: Fixup | undefined }[] = [];
    for (const form of wanted) {
      const matched = matchOperands(form, operands);
      if (typeof matched === 'string') explained = matched === '' ? explained : matched;
      else if (matched.fixup !== undefined || fits(form, matched.fields)) usable.push({ form, ...matched });
      else explained = `an operand is out of range: ${text}`;
    }
    const [first] = usable;
    if (first === undefined) {
      const written = [...new Set(all.map((form) => form.syntax))].map((syntax) => `${name} ${syntax}`).join(' or ');
      throw this.#error(`${word} ${text}: ${explained === '' ? `it is written ${written}` : explained}`);
    }
    const forms = first.fixup?.kind === 'branch' ? usable.map(({ form }) => form) : [first.form];
    this.#section.pieces.push({
      tag: 'instruction',
      line: this.#line,
      forms,
      fields: first.fields,
      fixup: first.fixup,
    });
  }

  // Layout

  #finish(
    section: Section,
    symbols: ObjectSymbol[],
    lines: { section: string; offset: number; line: number }[],
  ): ObjectSection {
    const { pieces } = section;
    let offsets = layout(pieces);
    const labels = (): Map<string, number> =>
      new Map(pieces.flatMap((piece, i) => (piece.tag === 'label' ? [[piece.name, offsets[i] ?? 0] as const] : [])));
    // Branches only ever grow, so this ends.
    for (let grown = true; grown; ) {
      grown = false;
      const places = labels();
      for (const [i, piece] of pieces.entries()) {
        if (piece.tag !== 'instruction' || piece.fixup?.kind !== 'branch' || piece.forms.length < 2) continue;
        const [form] = piece.forms;
        const distance = this.#distance(piece.fixup.value, offsets[i] ?? 0, places);
        if (form !== undefined && distance !== undefined && fits(form, { displacement: distance })) continue;
        piece.forms = piece.forms.slice(1);
        grown = true;
      }
      if (grown) offsets = layout(pieces);
    }
    const lengthBytes = offsets.at(-1) ?? 0;
    const bytes = new Uint8Array(lengthBytes);
    const relocations: Relocation[] = [];
    const places = labels();
    for (const [i, piece] of pieces.entries()) {
      const offset = offsets[i] ?? 0;
      this.#line = piece.line;
      if (piece.tag === 'label') {
        symbols.push({ name: piece.name, section: section.name, offset, lengthBytes: 0, kind: 'label' });
      } else if (piece.tag === 'align') {
        // Code is padded with NOPs.
        if (section.name === '.text')
          for (let at = offset; at + 1 < (offsets[i + 1] ?? 0); at += 2) bytes.set([0xa2, 0x01], at);
      } else if (piece.tag === 'bytes') {
        bytes.set(piece.bytes, offset);
        for (const { offset: at, sizeBytes, value } of piece.words) {
          const type = sizeBytes === 4 ? RELOCATION.word : sizeBytes === 2 ? RELOCATION.half : RELOCATION.byte;
          relocations.push({ offset: offset + at, type, symbol: value.symbol ?? '', addend: value.offset });
        }
      } else {
        lines.push({ section: section.name, offset, line: piece.line });
        this.#emit(piece, bytes, offset, places, relocations);
      }
    }
    return { name: section.name, alignBytes: section.alignBytes, lengthBytes, bytes, relocations };
  }

  /** Bytes from `offset` to a value of this section; undefined if it is elsewhere. */
  #distance(value: AssemblyValue, offset: number, places: ReadonlyMap<string, number>): number | undefined {
    // GNU as drops the lowest bit of a distance.
    if (value.symbol === '.') return value.offset & ~1;
    const place = value.symbol === undefined ? undefined : places.get(value.symbol);
    return place === undefined ? undefined : (place + value.offset - offset) & ~1;
  }

  #emit(
    piece: Extract<Piece, { tag: 'instruction' }>,
    bytes: Uint8Array,
    offset: number,
    places: ReadonlyMap<string, number>,
    relocations: Relocation[],
  ): void {
    const [form] = piece.forms;
    if (form === undefined) throw this.#error('the target is out of reach');
    let fields = piece.fields;
    const { fixup } = piece;
    if (fixup?.kind === 'branch') {
      const distance = this.#distance(fixup.value, offset, places);
      if (distance === undefined) {
        const type = form.widthBytes === 2 ? RELOCATION.branch8 : RELOCATION.branch24;
        relocations.push({ offset, type, symbol: fixup.value.symbol ?? '', addend: fixup.value.offset });
      } else {
        fields = { displacement: distance };
        if (!fits(form, fields)) throw this.#error(`the target is ${distance} bytes away, out of reach of this form`);
      }
    } else if (fixup !== undefined) {
      const type = fixup.kind === 'high' ? RELOCATION.high : RELOCATION.low;
      relocations.push({ offset, type, symbol: fixup.value.symbol ?? '', addend: fixup.value.offset });
    }
    const word = encode(form, fields);
    for (let i = 0; i < form.widthBytes; i++) bytes[offset + i] = (word >>> (8 * i)) & 255;
  }
}

function stripComment(text: string): string {
  if (/^\s*#/.test(text)) return '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"' && text[i - 1] !== '\\') quoted = !quoted;
    else if (text[i] === ';' && !quoted) return text.slice(0, i);
  }
  return text;
}

/** Offset of each piece, and of the end. */
function layout(pieces: readonly Piece[]): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    offsets.push(at);
    if (piece.tag === 'instruction') at += piece.forms[0]?.widthBytes ?? 4;
    else if (piece.tag === 'bytes') at += piece.bytes.length;
    else if (piece.tag === 'align') at = Math.ceil(at / piece.alignBytes) * piece.alignBytes;
  }
  offsets.push(at);
  return offsets;
}

/** The fields of a form for these operands; a text if they are not its operands ('' if the shape differs). */
function matchOperands(
  form: InstructionForm,
  operands: readonly Operand[],
): { fields: Fields; fixup: Fixup | undefined } | string {
  const [first, second, third] = operands;
  const plain = (operand: Operand | undefined): number | undefined =>
    operand?.tag === 'register' && operand.sign === '' ? operand.number : undefined;
  const done = (fields: Fields, fixup?: Fixup): { fields: Fields; fixup: Fixup | undefined } => ({ fields, fixup });
  const rd = plain(first);
  const count = (expected: number): boolean => operands.length === expected;
  const isPair = form.sizeBytes === 8;
  const odd =
    isPair && rd !== undefined && rd % 2 !== 0 ? 'the register of a double-word access must be even' : undefined;
  switch (form.syntax) {
    case '':
      return count(0) ? done({}) : '';
    case 'LABEL':
      return count(1) && first?.tag === 'value' ? done({}, { value: first.value, kind: 'branch' }) : '';
    case 'RN':
      return count(1) && rd !== undefined ? done({ rn: rd }) : '';
    case 'RD,RN': {
      const rn = plain(second);
      return count(2) && rd !== undefined && rn !== undefined ? done({ rd, rn }) : '';
    }
    case 'RD,RN,RM': {
      const [rn, rm] = [plain(second), plain(third)];
      return count(3) && rd !== undefined && rn !== undefined && rm !== undefined ? done({ rd, rn, rm }) : '';
    }
    case 'RD,#i': {
      if (!count(2) || rd === undefined || second?.tag !== 'value') return '';
      const { value } = second;
      const high = form.operation === 'move-high';
      if (value.symbol !== undefined) {
        return form.widthBytes === 2 ? '' : done({ rd }, { value, kind: high ? 'high' : 'low' });
      }
      if (value.part === 'whole') {
        // -1 is 0xffff, as GNU as takes it.
        const negative = value.offset < 0 && value.offset >= -0x8000;
        return done({ rd, immediate: negative ? value.offset & 0xffff : value.offset });
      }
      return form.widthBytes === 2 && value.part === 'high'
        ? ''
        : done({ rd, immediate: value.part === 'high' ? (value.offset >>> 16) & 0xffff : value.offset & 0xffff });
    }
    case 'RD,RN,#i': {
      const rn = plain(second);
      if (!count(3) || rd === undefined || rn === undefined || third?.tag !== 'value') return '';
      if (third.value.symbol !== undefined) return 'this operand must be a number';
      return done({ rd, rn, immediate: third.value.offset });
    }
    case 'RD,[RN,RM]':
    case 'RD,[RN,#i]': {
      if (!count(2) || rd === undefined || second?.tag !== 'memory') return '';
      const fields = offsetFields(form, form.syntax === 'RD,[RN,RM]', second.offset);
      return typeof fields === 'string' ? fields : (odd ?? done({ rd, rn: second.base, ...fields }));
    }
    case 'RD,[RN],RM':
    case 'RD,[RN],#i': {
      if (
        !count(3) ||
        rd === undefined ||
        second?.tag !== 'memory' ||
        second.offset !== undefined ||
        third === undefined
      )
        return '';
      const fields = offsetFields(form, form.syntax === 'RD,[RN],RM', third);
      return typeof fields === 'string'
        ? fields
        : ((form.syntax === 'RD,[RN],RM' ? undefined : odd) ?? done({ rd, rn: second.base, ...fields }));
    }
    case 'SREG,RD': {
      const source = plain(second);
      if (!count(2) || first?.tag !== 'special' || source === undefined || first.register.group !== form.group)
        return '';
      return done({ special: first.register.number, rd: source });
    }
    case 'RD,SREG':
      if (!count(2) || rd === undefined || second?.tag !== 'special' || second.register.group !== form.group) return '';
      return done({ rd, special: second.register.number });
    case '#t':
      if (count(0) && form.mnemonic === 'swi') return done({ number: 0 });
      return count(1) && first?.tag === 'value' && first.value.symbol === undefined
        ? done({ number: first.value.offset })
        : '';
  }
}

/** Fields of a memory operand's offset. Forms without a subtract flag take no minus. */
function offsetFields(form: InstructionForm, byRegister: boolean, offset: Operand | undefined): Fields | string {
  const canSubtract = form.fields.subtract !== undefined;
  if (byRegister) {
    if (offset?.tag !== 'register') return '';
    if (offset.sign === '-' && !canSubtract) return '';
    return canSubtract ? { rm: offset.number, subtract: offset.sign === '-' ? 1 : 0 } : { rm: offset.number };
  }
  if (offset !== undefined && offset.tag !== 'value') return '';
  const value = offset?.value;
  if (value?.symbol !== undefined) return 'a displacement must be a number';
  const negative = value !== undefined && (value.offset < 0 || (value.negative && value.offset === 0));
  if (negative && !canSubtract && value.offset !== 0) return '';
  const immediate = Math.abs(value?.offset ?? 0);
  return canSubtract ? { immediate, subtract: negative ? 1 : 0 } : { immediate };
}

/**
 * Assembles a source text.
 * @param file name for messages and line tables.
 * @throws ShoalError ASSEMBLER_SYNTAX with the line and what was expected.
 */
export function assemble(source: string, file = 'assembly'): AssembledObject {
  return new Assembler(file).assemble(source);
}
