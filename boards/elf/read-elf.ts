/** Reads ELF32 little-endian files. Any bytes give an ElfFile or a ShoalError ELF_INVALID, never anything else. */
import { ShoalError } from '../../protocol/errors.ts';
import {
  type ElfFile,
  type ElfRelocation,
  type ElfSection,
  type ElfSegment,
  type ElfSymbol,
  SECTION_TYPE,
} from './elf-file.ts';

const HEADER_BYTES = 52;
const SECTION_HEADER_BYTES = 40;
const PROGRAM_HEADER_BYTES = 32;
const SYMBOL_BYTES = 16;
const RELA_BYTES = 12;
const SEGMENT_LOAD = 1;

function invalid(what: string): ShoalError {
  return new ShoalError('ELF_INVALID', `not an ELF file that can be used: ${what}`, {
    hint: 'give an ELF32 little-endian file for this board, as the compiler or epiphany-elf-gcc write it',
  });
}

class ElfReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): ElfFile {
    const view = this.#view;
    if (this.#bytes.length < HEADER_BYTES) throw invalid(`it has only ${this.#bytes.length} bytes`);
    if (view.getUint32(0, false) !== 0x7f454c46) throw invalid('it does not begin with 7f 45 4c 46');
    if (this.#bytes[4] !== 1) throw invalid('its class is not ELF32');
    if (this.#bytes[5] !== 1) throw invalid('it is not little-endian');
    const sections = this.#sections();
    this.#refuseOverlaps(sections);
    const symbols = this.#symbols(sections);
    return {
      type: view.getUint16(16, true),
      machine: view.getUint16(18, true),
      entry: view.getUint32(24, true),
      sections,
      segments: this.#segments(),
      symbols: symbols.flat().filter((symbol) => symbol.name !== ''),
      relocations: this.#relocations(sections, symbols),
    };
  }

  #slice(offset: number, lengthBytes: number, what: string): Uint8Array {
    if (offset + lengthBytes > this.#bytes.length) {
      throw invalid(`${what} (offset ${offset}, ${lengthBytes} bytes) lies behind the end of the file`);
    }
    return this.#bytes.subarray(offset, offset + lengthBytes);
  }

  #sections(): ElfSection[] {
    const view = this.#view;
    const offset = view.getUint32(32, true);
    const count = view.getUint16(48, true);
    if (count === 0) return [];
    if (view.getUint16(46, true) !== SECTION_HEADER_BYTES) throw invalid('its section headers have an unknown size');
    this.#slice(offset, count * SECTION_HEADER_BYTES, 'the section header table');
    const raw = Array.from({ length: count }, (_, i) => {
      const at = offset + i * SECTION_HEADER_BYTES;
      const word = (n: number): number => view.getUint32(at + 4 * n, true);
      return {
        name: word(0),
        type: word(1),
        flags: word(2),
        address: word(3),
        offset: word(4),
        lengthBytes: word(5),
        link: word(6),
        info: word(7),
        alignBytes: word(8),
        entryBytes: word(9),
      };
    });
    const names = raw[view.getUint16(50, true)];
    const nameBytes =
      names === undefined ? new Uint8Array() : this.#slice(names.offset, names.lengthBytes, 'the section names');
    return raw.map(({ name, offset: from, ...rest }) => ({
      ...rest,
      name: textAt(nameBytes, name),
      bytes:
        rest.type === SECTION_TYPE.nobits || rest.type === SECTION_TYPE.null
          ? new Uint8Array()
          : this.#slice(from, rest.lengthBytes, `section ${textAt(nameBytes, name)}`),
    }));
  }

  /** Tables that overlap could make a small file ask for any amount of work. */
  #refuseOverlaps(sections: readonly ElfSection[]): void {
    const tables = sections.filter(({ type }) => type === SECTION_TYPE.symtab || type === SECTION_TYPE.rela);
    const total = tables.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (total > this.#bytes.length) throw invalid('its symbol and relocation tables overlap');
  }

  #segments(): ElfSegment[] {
    const view = this.#view;
    const offset = view.getUint32(28, true);
    const count = view.getUint16(44, true);
    if (count === 0) return [];
    if (view.getUint16(42, true) !== PROGRAM_HEADER_BYTES) throw invalid('its program headers have an unknown size');
    this.#slice(offset, count * PROGRAM_HEADER_BYTES, 'the program header table');
    const segments: ElfSegment[] = [];
    for (let i = 0; i < count; i++) {
      const at = offset + i * PROGRAM_HEADER_BYTES;
      const word = (n: number): number => view.getUint32(at + 4 * n, true);
      if (word(0) !== SEGMENT_LOAD || word(5) === 0) continue;
      if (word(4) > word(5)) throw invalid(`segment ${i} holds more bytes in the file than in memory`);
      segments.push({
        address: word(2),
        bytes: this.#slice(word(1), word(4), `segment ${i}`),
        memoryBytes: word(5),
        flags: word(6),
      });
    }
    return segments;
  }

  /** Symbols by the index of their symbol table's section. */
  #symbols(sections: readonly ElfSection[]): ElfSymbol[][] {
    return sections.map((section) => {
      if (section.type !== SECTION_TYPE.symtab) return [];
      const names = sections[section.link]?.bytes ?? new Uint8Array();
      const view = new DataView(section.bytes.buffer, section.bytes.byteOffset, section.bytes.byteLength);
      return Array.from({ length: Math.floor(section.bytes.length / SYMBOL_BYTES) }, (_, i) => {
        const at = i * SYMBOL_BYTES;
        const info = view.getUint8(at + 12);
        const index = view.getUint16(at + 14, true);
        const kind = info & 15;
        const home = sections[index]?.name ?? '';
        return {
          name: kind === 3 ? home : textAt(names, view.getUint32(at, true)),
          value: view.getUint32(at + 4, true),
          lengthBytes: view.getUint32(at + 8, true),
          kind,
          isGlobal: info >> 4 !== 0,
          section: index === 0xfff1 ? '*ABS*' : index === 0 ? '' : home,
        };
      });
    });
  }

  #relocations(sections: readonly ElfSection[], symbols: readonly (readonly ElfSymbol[])[]): ElfRelocation[] {
    return sections.flatMap((section) => {
      if (section.type !== SECTION_TYPE.rela) return [];
      const view = new DataView(section.bytes.buffer, section.bytes.byteOffset, section.bytes.byteLength);
      return Array.from({ length: Math.floor(section.bytes.length / RELA_BYTES) }, (_, i) => {
        const at = i * RELA_BYTES;
        const info = view.getUint32(at + 4, true);
        return {
          section: sections[section.info]?.name ?? '',
          offset: view.getUint32(at, true),
          type: info & 0xff,
          symbol: symbols[section.link]?.[info >>> 8]?.name ?? '',
          addend: view.getInt32(at + 8, true),
        };
      });
    });
  }
}

/** The zero-terminated UTF-8 text at an offset of a string table; '' if the offset is outside. */
function textAt(table: Uint8Array, offset: number): string {
  let end = offset;
  while (end < table.length && table[end] !== 0) end++;
  let text = '';
  for (let i = offset; i < end; ) {
    const first = table[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let j = 1; j < length; j++) point = (point << 6) | ((table[i + j] ?? 0) & 63);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    i += length;
  }
  return text;
}

/**
 * Reads an ELF32 file.
 * @throws ShoalError ELF_INVALID for anything that is not one.
 */
export function readElf(bytes: Uint8Array): ElfFile {
  return new ElfReader(bytes).read();
}
