/**
 * Placed code as an ELF32 file with symbols, line tables and its relocations kept, so that it can be placed elsewhere;
 * and such a file back as a relocatable object.
 */
import { ELF_MACHINE_EPIPHANY, type ElfSymbol, SECTION_FLAG, SYMBOL_KIND } from '../../boards/elf/elf-file.ts';
import type { ObjectSection, ObjectSymbol } from '../../boards/elf/object.ts';
import { readLineTable } from '../../boards/elf/read-debug-line.ts';
import { readElf } from '../../boards/elf/read-elf.ts';
import { debugSections } from '../../boards/elf/write-debug-line.ts';
import { type ElfSectionContent, writeElf } from '../../boards/elf/write-elf.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { LineEntry } from '../back-ends/back-end.ts';
import type { ObjectWithLines } from './merge-objects.ts';
import type { PlacedModule } from './place-module.ts';

const ELF_TYPE_EXECUTABLE = 2;
const FLAGS: Readonly<Record<string, number>> = {
  '.text': SECTION_FLAG.alloc | SECTION_FLAG.execute,
  '.rodata': SECTION_FLAG.alloc,
  '.data': SECTION_FLAG.alloc | SECTION_FLAG.write,
  '.bss': SECTION_FLAG.alloc | SECTION_FLAG.write,
};
const KINDS: Readonly<Record<ObjectSymbol['kind'], number>> = {
  function: SYMBOL_KIND.function,
  object: SYMBOL_KIND.object,
  label: SYMBOL_KIND.none,
};

/** The file for `object`, placed as `placed`. `name` is the unit's name in the debug information. */
export function writeModuleElf(
  name: string,
  object: ObjectWithLines,
  placed: PlacedModule,
  entry: number = 0,
): Uint8Array {
  const sections: ElfSectionContent[] = placed.segments.map((segment) => ({
    name: segment.name,
    flags: FLAGS[segment.name] ?? SECTION_FLAG.alloc,
    address: segment.address,
    alignBytes: object.sections.find((section) => section.name === segment.name)?.alignBytes ?? 1,
    content: segment.name === '.bss' ? segment.lengthBytes : segment.bytes,
  }));
  const addressOf = new Map(placed.segments.map((segment) => [segment.name, segment.address]));
  const symbols = object.symbols
    .filter((symbol) => addressOf.has(symbol.section))
    .map(
      ({ name: symbol, section, offset, lengthBytes, kind }): ElfSymbol => ({
        name: symbol,
        value: (addressOf.get(section) as number) + offset,
        lengthBytes,
        kind: KINDS[kind],
        isGlobal: kind !== 'label',
        section,
      }),
    );
  const relocations = object.sections.flatMap((section) =>
    section.relocations.map((relocation) => ({
      ...relocation,
      section: section.name,
      offset: (addressOf.get(section.name) as number) + relocation.offset,
    })),
  );
  const text = placed.segments.find((segment) => segment.name === '.text');
  if (text !== undefined) {
    const rows = (object.lines ?? []).map(({ offset, position }) => ({
      address: text.address + offset,
      source: position,
    }));
    sections.push(...debugSections(name, rows, text.address, text.address + text.lengthBytes));
  }
  return writeElf({
    machine: ELF_MACHINE_EPIPHANY,
    type: ELF_TYPE_EXECUTABLE,
    entry,
    sections,
    symbols,
    relocations,
  });
}

/** What {@link writeModuleElf} was given, relocatable again. Throws ELF_INVALID. */
export function readModuleElf(bytes: Uint8Array): Required<ObjectWithLines> {
  const elf = readElf(bytes);
  if (elf.machine !== ELF_MACHINE_EPIPHANY) {
    throw new ShoalError('ELF_INVALID', `the ELF file is for machine 0x${elf.machine.toString(16)}, not Epiphany`);
  }
  const loaded = elf.sections.filter((section) => (section.flags & SECTION_FLAG.alloc) !== 0);
  const addressOf = new Map(loaded.map((section) => [section.name, section.address]));
  const sections = loaded.map((section): ObjectSection => {
    const relocations = elf.relocations
      .filter((relocation) => relocation.section === section.name)
      .map(({ offset, type, symbol, addend }) => ({ offset: offset - section.address, type, symbol, addend }));
    for (const { offset } of relocations) {
      if (offset < 0 || offset + 4 > section.bytes.length) {
        throw new ShoalError('ELF_INVALID', `a relocation of ${section.name} lies outside of it`);
      }
    }
    const { name, lengthBytes } = section;
    const alignBytes = Math.max(1, section.alignBytes);
    const isEmpty = section.bytes.length === 0;
    return { name, alignBytes, lengthBytes, relocations, ...(isEmpty ? {} : { bytes: section.bytes.slice() }) };
  });
  const symbols = elf.symbols.flatMap((symbol): ObjectSymbol[] => {
    const address = addressOf.get(symbol.section);
    if (address === undefined || symbol.name === '') return [];
    const kind =
      symbol.kind === SYMBOL_KIND.function ? 'function' : symbol.kind === SYMBOL_KIND.object ? 'object' : 'label';
    const { name, section, value, lengthBytes } = symbol;
    return [{ name, section, offset: value - address, lengthBytes, kind }];
  });
  const textAddress = addressOf.get('.text') ?? 0;
  const lines = readLineTable(elf).rows.map(
    ({ address, source }): LineEntry => ({ offset: address - textAddress, position: source }),
  );
  return { sections, symbols, lines };
}
