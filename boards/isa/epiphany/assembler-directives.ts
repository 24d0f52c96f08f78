/** The directives of the assembler. */
import {
  type AssemblyValue,
  type ExpressionNames,
  escapedCode,
  OperandError,
  readExpression,
} from './assembler-expressions.ts';
import { type DataWord, type Piece, writeNumber } from './assembler-layout.ts';
import { type LinePart, splitOperands } from './assembler-operands.ts';

/** What `.type` and `.size` say of a symbol. */
export interface SymbolProperties {
  readonly kind?: 'function' | 'object';
  readonly size?: AssemblyValue;
}

/** What a directive acts on. */
export interface DirectiveTarget extends ExpressionNames {
  /** Of the statement, from 1. */
  readonly line: number;
  readonly globals: Set<string>;
  append(piece: Piece): void;
  /** Makes a section the current one. */
  enter(section: string): void;
  /** The current section must begin at a multiple of this. */
  align(alignBytes: number): void;
  /** Gives a constant a name. `column` is for errors. */
  define(name: string, value: number, column: number): void;
  describe(name: string, properties: SymbolProperties): void;
}

/** `column` is that of the directive itself, `name` as it was written. */
type Directive = (target: DirectiveTarget, operands: LinePart, column: number, name: string) => void;

const LARGEST_SPACE_BYTES = 0x10_0000;
const LARGEST_ALIGNMENT_BYTES = 4096;

const enterOwn: Directive = (target, _operands, _column, name) => target.enter(name);

const enterNamed: Directive = (target, operands, column) => {
  const name = splitOperands(operands)[0]?.text.replace(/^"(.*)"$/, '$1') ?? '';
  if (!/^[\w.$]+$/.test(name))
    throw new OperandError('the name of the section is missing', column, 'write .section .text.hot');
  target.enter(name);
};

const exportSymbols: Directive = (target, operands, column) => {
  const names = splitOperands(operands);
  if (names.length === 0) throw new OperandError('the symbol is missing', column, 'write .global name');
  for (const { text } of names) target.globals.add(text);
};

const define: Directive = (target, operands, column, name) => {
  const [symbol, value] = splitOperands(operands);
  if (symbol === undefined || value === undefined || !/^[a-z_.$][\w.$]*$/i.test(symbol.text)) {
    throw new OperandError(`${name} needs a name and a number`, column, `write ${name} name, 12`);
  }
  target.define(symbol.text, numberOf(target, value), symbol.column);
};

const align: Directive = (target, operands, column, name) => {
  const [amount] = splitOperands(operands);
  if (amount === undefined) throw new OperandError('the alignment is missing', column, `write ${name} 4`);
  const given = numberOf(target, amount);
  const alignBytes = name === '.p2align' ? 2 ** given : given;
  if (!(alignBytes >= 1 && alignBytes <= LARGEST_ALIGNMENT_BYTES && Number.isInteger(Math.log2(alignBytes)))) {
    throw new OperandError(
      `${given} is not an alignment`,
      amount.column,
      `${name} takes a power of two up to 4096 bytes`,
    );
  }
  target.align(alignBytes);
  target.append({ tag: 'align', line: target.line, alignBytes });
};

const refuseAlign: Directive = (_target, _operands, column) => {
  throw new OperandError(
    '.align means bytes to some assemblers and a power of two to others',
    column,
    'write .balign for bytes',
  );
};

const space: Directive = (target, operands, column, name) => {
  const [length, fill] = splitOperands(operands);
  if (length === undefined) throw new OperandError('the number of bytes is missing', column, `write ${name} 16`);
  const count = numberOf(target, length);
  if (!(count >= 0 && count <= LARGEST_SPACE_BYTES)) {
    throw new OperandError(
      `${count} bytes are not possible`,
      length.column,
      `${name} takes 0 to ${LARGEST_SPACE_BYTES}`,
    );
  }
  const bytes = new Uint8Array(count);
  if (fill !== undefined) {
    const filling = new Uint8Array(1);
    writeNumber(filling, 0, 1, numberOf(target, fill), fill.column);
    bytes.fill(filling[0] ?? 0);
  }
  target.append({ tag: 'bytes', line: target.line, bytes, words: [] });
};

function data(sizeBytes: 1 | 2 | 4): Directive {
  return (target, operands, column, name) => {
    const parts = splitOperands(operands);
    if (parts.length === 0) throw new OperandError('the value is missing', column, `write ${name} 12`);
    const bytes = new Uint8Array(parts.length * sizeBytes);
    const words: DataWord[] = [];
    for (const [i, part] of parts.entries()) {
      const value = readExpression(part.text, part.column, target);
      const offset = i * sizeBytes;
      if (value.symbol !== undefined || value.subtracted !== undefined || value.part !== 'whole') {
        words.push({ offset, sizeBytes, value, column: part.column });
      } else writeNumber(bytes, offset, sizeBytes, value.offset, part.column);
    }
    target.append({ tag: 'bytes', line: target.line, bytes, words });
    target.align(sizeBytes);
  };
}

const float: Directive = (target, operands, column) => {
  const parts = splitOperands(operands);
  if (parts.length === 0) throw new OperandError('the value is missing', column, 'write .float 1.5');
  const view = new DataView(new ArrayBuffer(4 * parts.length));
  for (const [i, { text, column: at }] of parts.entries()) {
    if (!/^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan)$/i.test(text)) {
      throw new OperandError(`"${text}" is not a number`, at, 'write .float 1.5, -2e3, inf or nan');
    }
    const magnitude = text.replace(/^[+-]/, '').toLowerCase();
    const value = magnitude === 'inf' ? Number.POSITIVE_INFINITY : Number(magnitude);
    view.setFloat32(4 * i, text.startsWith('-') ? -value : value, true);
  }
  target.append({ tag: 'bytes', line: target.line, bytes: new Uint8Array(view.buffer), words: [] });
  target.align(4);
};

const string: Directive = (target, operands, column, name) => {
  const codes: number[] = [];
  const parts = splitOperands(operands);
  if (parts.length === 0) throw new OperandError('the string is missing', column, `write ${name} "text"`);
  for (const { text, column: at } of parts) {
    const match = /^"((?:\\.|[^"\\])*)"$/.exec(text);
    if (match === null) throw new OperandError(`${text} is not a string`, at, 'strings stand in double quotes');
    const read = ((match[1] ?? '').match(/\\.|[^\\]/gsu) ?? []).map(escapedCode);
    if (read.some((code) => code > 255)) {
      throw new OperandError('only characters up to 255 can be written', at, 'write the bytes with .byte');
    }
    codes.push(...read, ...(name === '.ascii' ? [] : [0]));
  }
  target.append({ tag: 'bytes', line: target.line, bytes: Uint8Array.from(codes), words: [] });
};

const type: Directive = (target, operands, column) => {
  const [symbol, kind] = splitOperands(operands);
  const match = /^[@%#]?"?(?:stt_)?(function|func|object)"?$/i.exec(kind?.text ?? '');
  if (symbol === undefined || match === null) {
    throw new OperandError(
      '.type needs a symbol and its type',
      column,
      'write .type name, @function or .type name, @object',
    );
  }
  target.describe(symbol.text, { kind: /^func/i.test(match[1] ?? '') ? 'function' : 'object' });
};

const size: Directive = (target, operands, column) => {
  const [symbol, length] = splitOperands(operands);
  if (symbol === undefined || length === undefined) {
    throw new OperandError('.size needs a symbol and its length', column, 'write .size name, .-name');
  }
  const value = readExpression(length.text, length.column, target);
  if (value.symbol !== '.') {
    target.describe(symbol.text, { size: value });
    return;
  }
  // `.` is this place: a label without a name keeps it until all is laid out.
  const here = `.Lsize.${target.line}.${length.column}`;
  target.append({ tag: 'label', line: target.line, name: here });
  target.describe(symbol.text, { size: { ...value, symbol: here } });
};

const ignore: Directive = () => {};

function numberOf(target: DirectiveTarget, { text, column }: LinePart): number {
  const value = readExpression(text, column, target);
  if (value.symbol !== undefined || value.subtracted !== undefined || value.part !== 'whole') {
    throw new OperandError(`"${text}" must be a number`, column, 'labels have no value before all is laid out');
  }
  return value.offset;
}

/** By name, with the dot. */
export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.text': enterOwn,
  '.data': enterOwn,
  '.rodata': enterOwn,
  '.bss': enterOwn,
  '.section': enterNamed,
  '.global': exportSymbols,
  '.globl': exportSymbols,
  '.equ': define,
  '.set': define,
  '.balign': align,
  '.p2align': align,
  '.align': refuseAlign,
  '.space': space,
  '.skip': space,
  '.zero': space,
  '.word': data(4),
  '.long': data(4),
  '.int': data(4),
  '.4byte': data(4),
  '.short': data(2),
  '.hword': data(2),
  '.2byte': data(2),
  '.byte': data(1),
  '.float': float,
  '.ascii': string,
  '.asciz': string,
  '.string': string,
  '.type': type,
  '.size': size,
  '.file': ignore,
  '.ident': ignore,
};
