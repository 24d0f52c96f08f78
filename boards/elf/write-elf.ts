/** Writes ELF32 little-endian files that GNU readelf and objdump read without a warning. */
import { ByteWriter } from './byte-writer.ts';
import { type ElfRelocation, type ElfSymbol, SECTION_FLAG, SECTION_TYPE, SYMBOL_KIND } from './elf-file.ts';

const HEADER_BYTES = 52;
const SECTION_HEADER_BYTES = 40;
const PROGRAM_HEADER_BYTES = 32;

/** A section to write; loaded ones (`alloc`) also become segments. */
export interface ElfSectionContent {
  readonly name: string;
  readonly flags: number;
  readonly address: number;
  readonly alignBytes: number;
  /** Contents; a number of bytes means that many zeros that take no room in the file (.bss). */
  readonly content: Uint8Array | number;
}

export interface ElfContent {
  readonly machine: number;
  /** 1 relocatable, 2 executable. */
  readonly type: number;
  readonly entry: number;
  readonly sections: readonly ElfSectionContent[];
  readonly symbols: readonly ElfSymbol[];
  /** Kept beside the code they were applied to, so that a loader can place it elsewhere. */
  readonly relocations: readonly ElfRelocation[];
}

interface RawSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly content: Uint8Array | number;
  readonly alignBytes: number;
  readonly link: number;
  readonly info: number;
  readonly entryBytes: number;
}

function sizeOf(content: Uint8Array | number): number {
  return typeof content === 'number' ? content : content.length;
}

/** The bytes of an ELF file. Sections keep their order; symbol, string and relocation tables come behind them. */
export function writeElf(elf: ElfContent): Uint8Array {
  const names = new ByteWriter();
  names.u8(0);
  const strings = new ByteWriter();
  strings.u8(0);
  const indexOf = new Map(elf.sections.map((section, i) => [section.name, i + 1]));

  // Local symbols stand before global ones.
  const symbols = [
    ...elf.symbols.filter((symbol) => !symbol.isGlobal),
    ...elf.symbols.filter((symbol) => symbol.isGlobal),
  ];
  const symbolIndex = new Map<string, number>();
  const table = new ByteWriter();
  table.bytes(new Uint8Array(16));
  for (const [i, symbol] of symbols.entries()) {
    symbolIndex.set(symbol.name, i + 1);
    table.u32(strings.length);
    strings.text(symbol.name);
    table.u32(symbol.value);
    table.u32(symbol.lengthBytes);
    table.u8(((symbol.isGlobal ? 1 : 0) << 4) | symbol.kind);
    table.u8(0);
    table.u16(symbol.section === '*ABS*' ? 0xfff1 : (indexOf.get(symbol.section) ?? 0));
  }
  // Relocations may name symbols that nobody listed: they are undefined here, and another image has them.
  for (const { symbol } of elf.relocations) {
    if (symbolIndex.has(symbol)) continue;
    symbolIndex.set(symbol, table.length / 16);
    table.u32(strings.length);
    strings.text(symbol);
    table.bytes([0, 0, 0, 0, 0, 0, 0, 0, (1 << 4) | SYMBOL_KIND.none, 0, 0, 0]);
  }

  const raw: RawSection[] = [
    { name: '', type: 0, flags: 0, address: 0, content: 0, alignBytes: 0, link: 0, info: 0, entryBytes: 0 },
  ];
  for (const section of elf.sections) {
    const type = typeof section.content === 'number' ? SECTION_TYPE.nobits : SECTION_TYPE.progbits;
    raw.push({ ...section, type, link: 0, info: 0, entryBytes: 0 });
  }
  const relocated = [...new Set(elf.relocations.map(({ section }) => section))];
  const symtabIndex = raw.length + relocated.length;
  for (const section of relocated) {
    const rela = new ByteWriter();
    for (const relocation of elf.relocations) {
      if (relocation.section !== section) continue;
      rela.u32(relocation.offset);
      rela.u32(((symbolIndex.get(relocation.symbol) ?? 0) << 8) | relocation.type);
      rela.u32(relocation.addend);
    }
    raw.push({
      name: `.rela${section}`,
      type: SECTION_TYPE.rela,
      flags: SECTION_FLAG.infoLink,
      address: 0,
      content: rela.take(),
      alignBytes: 4,
      link: symtabIndex,
      info: indexOf.get(section) ?? 0,
      entryBytes: 12,
    });
  }
  const firstGlobal = symbols.filter((symbol) => !symbol.isGlobal).length + 1;
  const plain = { flags: 0, address: 0, link: 0, info: 0, entryBytes: 0, alignBytes: 1 };
  raw.push({
    ...plain,
    name: '.symtab',
    type: SECTION_TYPE.symtab,
    content: table.take(),
    alignBytes: 4,
    link: symtabIndex + 1,
    info: firstGlobal,
    entryBytes: 16,
  });
  raw.push({ ...plain, name: '.strtab', type: SECTION_TYPE.strtab, content: strings.take() });
  const nameOffsets = [...raw.map(({ name }) => name), '.shstrtab'].map((name) => {
    if (name === '') return 0;
    const offset = names.length;
    names.text(name);
    return offset;
  });
  raw.push({ ...plain, name: '.shstrtab', type: SECTION_TYPE.strtab, content: names.take() });

  const loaded =
    elf.type === 2
      ? elf.sections.filter(({ flags, content }) => (flags & SECTION_FLAG.alloc) !== 0 && sizeOf(content) > 0)
      : [];
  const out = new ByteWriter();
  out.bytes([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  out.u16(elf.type);
  out.u16(elf.machine);
  out.u32(1);
  out.u32(elf.entry);
  out.u32(loaded.length > 0 ? HEADER_BYTES : 0);
  const sectionTableAt = out.length;
  out.u32(0);
  out.u32(0); // flags
  out.u16(HEADER_BYTES);
  out.u16(loaded.length > 0 ? PROGRAM_HEADER_BYTES : 0);
  out.u16(loaded.length);
  out.u16(SECTION_HEADER_BYTES);
  out.u16(raw.length);
  out.u16(raw.length - 1);
  const programTableAt = out.length;
  out.bytes(new Uint8Array(loaded.length * PROGRAM_HEADER_BYTES));

  const offsets = raw.map((section) => {
    // A segment's place in the file and in memory agree modulo its alignment.
    const alignBytes = Math.max(1, section.alignBytes);
    while (out.length % alignBytes !== section.address % alignBytes) out.u8(0);
    const offset = out.length;
    if (typeof section.content !== 'number') out.bytes(section.content);
    return section.type === SECTION_TYPE.null ? 0 : offset;
  });
  for (const [i, section] of loaded.entries()) {
    const at = programTableAt + i * PROGRAM_HEADER_BYTES;
    const length = sizeOf(section.content);
    const access = 4 | (section.flags & SECTION_FLAG.write ? 2 : 0) | (section.flags & SECTION_FLAG.execute ? 1 : 0);
    const words = [1, offsets[indexOf.get(section.name) ?? 0] ?? 0, section.address, section.address];
    words.push(typeof section.content === 'number' ? 0 : length, length, access, Math.max(1, section.alignBytes));
    for (const [n, word] of words.entries()) out.patch32(at + 4 * n, word);
  }
  out.align(4);
  out.patch32(sectionTableAt, out.length);
  for (const [i, section] of raw.entries()) {
    const fields = [
      section.type,
      section.flags,
      section.address,
      offsets[i] ?? 0,
      sizeOf(section.content),
      section.link,
      section.info,
      section.alignBytes,
      section.entryBytes,
    ];
    for (const word of [nameOffsets[i] ?? 0, ...fields]) out.u32(word);
  }
  return out.take();
}
