/** A listing of compiled code: each source line with the instructions made from it. */
import { disassemble } from '../boards/isa/epiphany/disassembler.ts';
import { type CompiledModule, positionAt } from './compiled-module.ts';
import type { SourcePosition } from './kernel-tree/tree.ts';

/** One instruction of a listing. Addresses are offsets in .text: the module has no place yet. */
export interface ListingLine {
  readonly address: number;
  /** As in memory, in hexadecimal. */
  readonly bytes: string;
  /** Branches and addresses of symbols by name. */
  readonly text: string;
  readonly position: SourcePosition | null;
}

export interface ListingFunction {
  readonly symbol: string;
  readonly lengthBytes: number;
  readonly lines: readonly ListingLine[];
}

/** The instructions of a module, function by function, in the order of memory. */
export function listModule(module: CompiledModule): ListingFunction[] {
  const text = module.object.sections.find((section) => section.name === '.text');
  if (text?.bytes === undefined) return [];
  const functions = module.object.symbols
    .filter((symbol) => symbol.section === '.text' && symbol.kind === 'function')
    .sort((a, b) => a.offset - b.offset);
  const nameAt = new Map(functions.map((symbol) => [symbol.offset, symbol.name]));
  const relocated = new Map(text.relocations.map((relocation) => [relocation.offset, relocation.symbol]));
  const code = text.bytes;
  return functions.map(({ name, offset, lengthBytes }) => ({
    symbol: name,
    lengthBytes,
    lines: [...disassemble(code.subarray(offset, offset + lengthBytes), offset)].map((instruction): ListingLine => {
      const { address, widthBytes, target } = instruction;
      const symbol = relocated.get(address) ?? (target === undefined ? undefined : nameAt.get(target));
      return {
        address,
        bytes: [...code.subarray(address, address + widthBytes)].map(hexByte).join(''),
        text: symbol === undefined ? instruction.text : instruction.text.replace(/0x[0-9a-f]+$/, symbol),
        position: positionAt(module.lines, address),
      };
    }),
  }));
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

const CODE_COLUMN = 48;

/** The listing as text. `sourceOf` gives the text of a file, or undefined. */
export function listingText(module: CompiledModule, sourceOf: (file: string) => string | undefined): string {
  const sources = new Map<string, readonly string[]>();
  const sourceLine = ({ file, line }: SourcePosition): string => {
    const lines = sources.get(file) ?? (sourceOf(file) ?? '').split(/\r?\n/);
    sources.set(file, lines);
    return lines[line - 1]?.trim() ?? '';
  };
  const rows: string[] = [];
  for (const { symbol, lengthBytes, lines } of listModule(module)) {
    const home = lines[0]?.position?.file;
    rows.push('', `${symbol}: ${lengthBytes} bytes`);
    let last = '';
    for (const { address, bytes, text, position } of lines) {
      const place = position === null ? '' : `${position.file}:${position.line}`;
      // Code of other files, the library's mostly, stands between that of the module.
      const file = position === null || position.file === home ? '' : `${baseName(position.file)}:`;
      const label = position === null || place === last ? '' : `${file}${position.line}: ${sourceLine(position)}`;
      last = place;
      const shown = label.length > CODE_COLUMN - 2 ? `${label.slice(0, CODE_COLUMN - 3)}…` : label;
      rows.push(`${shown.padEnd(CODE_COLUMN)}${address.toString(16).padStart(5)}  ${bytes.padEnd(8)}  ${text}`);
    }
  }
  return `${rows.join('\n').trimStart()}\n`;
}
