/** Listings of whole programs: code under its symbols, branch targets by name, source lines where the file has them. */
import { type ElfFile, type ElfSection, SECTION_FLAG, SYMBOL_KIND } from '../../elf/elf-file.ts';
import type { SourceLine } from '../../elf/line-table.ts';
import { readLineTable } from '../../elf/read-debug-line.ts';
import { disassemble } from './disassembler.ts';

export interface ListedInstruction {
  readonly address: number;
  /** As in memory, in hexadecimal. */
  readonly bytes: string;
  readonly text: string;
  /** Where a branch goes, or what a relocation names: `name` or `name+0x10`. */
  readonly target?: string;
  readonly source?: SourceLine;
}

/** Code from one symbol up to the next. */
export interface ListedBlock {
  readonly section: string;
  /** '' for code before the first symbol. */
  readonly symbol: string;
  readonly address: number;
  readonly instructions: readonly ListedInstruction[];
}

interface CodeSymbol {
  readonly name: string;
  readonly address: number;
  readonly lengthBytes: number;
}

/** Names of code in address order: one name per address, functions before labels, global before local ones. */
function codeSymbols(file: ElfFile): CodeSymbol[] {
  const executable = new Set(file.sections.filter(isCode).map((section) => section.name));
  const rank = (kind: number, isGlobal: boolean): number =>
    (kind === SYMBOL_KIND.function ? 2 : 0) + (isGlobal ? 1 : 0);
  const named = file.symbols
    .filter(({ kind, section, name }) => kind <= SYMBOL_KIND.function && executable.has(section) && !/^\.L/.test(name))
    .sort((a, b) => a.value - b.value || rank(b.kind, b.isGlobal) - rank(a.kind, a.isGlobal));
  return named
    .filter((symbol, i) => symbol.value !== named[i - 1]?.value)
    .map(({ name, value, lengthBytes }) => ({ name, address: value, lengthBytes }));
}

function isCode(section: ElfSection): boolean {
  return (section.flags & SECTION_FLAG.execute) !== 0 && section.bytes.length > 0;
}

/** Names by which {@link listElf} can be asked for a part of the file. */
export function listableSymbols(file: ElfFile): string[] {
  return codeSymbols(file).map(({ name }) => name);
}

/** All code of a file, or that of one symbol: up to its end, or to the next symbol if it has no length. */
export function listElf(file: ElfFile, onlySymbol?: string): ListedBlock[] {
  const symbols = codeSymbols(file);
  const lines = readLineTable(file);
  const wanted = symbols.findIndex(({ name }) => name === onlySymbol);
  const only = symbols[wanted];
  if (onlySymbol !== undefined && only === undefined) return [];
  const first = only?.address ?? 0;
  const nextAddress = symbols[wanted + 1]?.address ?? 2 ** 32;
  const end = only === undefined ? 2 ** 32 : only.lengthBytes > 0 ? first + only.lengthBytes : nextAddress;

  const relocated = new Map(
    file.relocations.map(({ offset, symbol, addend }) => [offset, withOffset(symbol, addend)] as const),
  );
  const blocks: { section: string; symbol: string; address: number; instructions: ListedInstruction[] }[] = [];
  for (const section of file.sections.filter(isCode)) {
    const sectionEnd = section.address + section.bytes.length;
    const inside = symbols.filter(({ address }) => address >= section.address && address < sectionEnd);
    // Each symbol starts the disassembly anew, so that data between functions cannot shift what follows it.
    const starts =
      inside[0]?.address === section.address ? inside : [{ name: '', address: section.address }, ...inside];
    for (const [i, { name, address }] of starts.entries()) {
      if (address < first || address >= end) continue;
      const blockEnd = Math.min(starts[i + 1]?.address ?? sectionEnd, end, sectionEnd);
      const code = section.bytes.subarray(address - section.address, blockEnd - section.address);
      const instructions = [...disassemble(code, address)].map(({ address: at, widthBytes, text, target }) => {
        const offset = at - section.address;
        const source = lines.find(at);
        return {
          address: at,
          bytes: hexBytes(section.bytes.subarray(offset, Math.min(offset + widthBytes, blockEnd - section.address))),
          text,
          ...targetOf(relocated.get(at), target, symbols),
          ...(source === null ? {} : { source }),
        };
      });
      blocks.push({ section: section.name, symbol: name, address, instructions });
    }
  }
  return blocks;
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What an instruction refers to. A relocation knows better than an address, which may not be the last one. */
function targetOf(
  relocated: string | undefined,
  address: number | undefined,
  symbols: readonly CodeSymbol[],
): { readonly target?: string } {
  if (relocated !== undefined) return { target: relocated };
  const nearest = symbols.findLast((symbol) => symbol.address <= (address ?? -1));
  if (nearest === undefined || address === undefined) return {};
  return { target: withOffset(nearest.name, address - nearest.address) };
}

function withOffset(name: string, offset: number): string {
  return offset === 0 ? name : `${name}${offset < 0 ? '-' : '+'}0x${Math.abs(offset).toString(16)}`;
}

/**
 * The listing as text; zeros between the code are left out. `sourceText` gives the text of a source line, if it can be had; without it only its place is shown.
 */
export function listingText(
  blocks: readonly ListedBlock[],
  sourceText: (source: SourceLine) => string | undefined = () => undefined,
): string {
  const lines: string[] = [];
  let section: string | undefined;
  for (const block of blocks) {
    if (block.section !== section) {
      lines.push(`${lines.length === 0 ? '' : '\n'}Disassembly of section ${block.section}:`);
      section = block.section;
    }
    lines.push('', `${block.address.toString(16).padStart(8, '0')} <${block.symbol || block.section}>:`);
    let shown: SourceLine | undefined;
    for (const [i, { address, bytes, text, target, source }] of block.instructions.entries()) {
      if (isInZeros(block.instructions, i)) {
        if (!isInZeros(block.instructions, i - 1)) lines.push('       ...');
        continue;
      }
      if (source !== undefined && (source.file !== shown?.file || source.line !== shown.line)) {
        lines.push(`; ${source.file}:${source.line}  ${sourceText(source)?.trim() ?? ''}`.trimEnd());
      }
      shown = source;
      const name = target === undefined ? '' : ` <${target}>`;
      lines.push(`${address.toString(16).padStart(6)}:  ${bytes.padEnd(8)}  ${text}${name}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Four zero halfwords or more in a row are room, not code: a branch to itself is what they would be. */
const FEWEST_ZEROS = 4;

function isInZeros(instructions: readonly ListedInstruction[], at: number): boolean {
  let count = 0;
  for (let i = at; instructions[i]?.bytes === '0000' && count < FEWEST_ZEROS; i++) count++;
  if (count === 0) return false;
  for (let i = at - 1; instructions[i]?.bytes === '0000' && count < FEWEST_ZEROS; i--) count++;
  return count >= FEWEST_ZEROS;
}
