import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ELF_MACHINE_EPIPHANY, SECTION_FLAG, SYMBOL_KIND } from '../../../boards/elf/elf-file.ts';
import { readElf } from '../../../boards/elf/read-elf.ts';
import { type ElfContent, writeElf } from '../../../boards/elf/write-elf.ts';
import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import { sampleProgram, TABLE_ADDRESS, TEXT_ADDRESS } from './sample-program.ts';

describe('a file that was written', () => {
  const sample = sampleProgram();
  const file = readElf(writeElf(sample));

  test('has its header back', () => {
    expect([file.machine, file.type, file.entry]).toEqual([ELF_MACHINE_EPIPHANY, 2, TEXT_ADDRESS]);
  });

  test('has its sections back, in order, then the tables', () => {
    expect(file.sections.map(({ name }) => name)).toEqual([
      '',
      '.text',
      '.rodata',
      '.bss',
      '.debug_line',
      '.debug_abbrev',
      '.debug_info',
      '.rela.text',
      '.symtab',
      '.strtab',
      '.shstrtab',
    ]);
    for (const { name, address, flags, content } of sample.sections) {
      const read = file.sections.find((section) => section.name === name);
      expect(read).toMatchObject({ address, flags });
      if (typeof content === 'number') expect([read?.lengthBytes, read?.bytes.length]).toEqual([content, 0]);
      else expect(read?.bytes).toEqual(content);
    }
  });

  test('has one segment for each loaded section; .bss takes no room in the file', () => {
    expect(
      file.segments.map(({ address, bytes, memoryBytes, flags }) => [address, bytes.length, memoryBytes, flags]),
    ).toEqual([
      [TEXT_ADDRESS, 22, 22, 5],
      [TABLE_ADDRESS, 8, 8, 4],
      [0x408, 0, 24, 6],
    ]);
  });

  test('has its symbols back, local ones first, and those that only relocations name', () => {
    expect(file.symbols.map(({ name, value, section, isGlobal }) => [name, value, section, isGlobal])).toEqual([
      ['kernels.table', TABLE_ADDRESS, '.rodata', false],
      ['kernels.scale', TEXT_ADDRESS, '.text', true],
      ['kernels.state', 0x408, '.bss', true],
      ['arguments.end', 0, '', true],
    ]);
  });

  test('has its relocations back', () => {
    expect(file.relocations).toEqual([
      { section: '.text', offset: TEXT_ADDRESS, type: RELOCATION.low, symbol: 'kernels.table', addend: 0 },
      { section: '.text', offset: TEXT_ADDRESS + 4, type: RELOCATION.high, symbol: 'kernels.table', addend: 0 },
      { section: '.text', offset: TEXT_ADDRESS + 14, type: RELOCATION.branch24, symbol: 'arguments.end', addend: 0 },
    ]);
  });
});

const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((text) => !/[\0\ud800-\udfff]/.test(text));
const content: fc.Arbitrary<ElfContent> = fc
  .record({
    type: fc.constantFrom(1, 2),
    entry: fc.nat(),
    sections: fc.uniqueArray(
      fc.record({
        name: name.map((text) => `.${text}`),
        flags: fc.constantFrom(
          0,
          SECTION_FLAG.alloc,
          SECTION_FLAG.alloc | SECTION_FLAG.write,
          SECTION_FLAG.alloc | SECTION_FLAG.execute,
        ),
        address: fc.nat({ max: 0x1000 }).map((n) => 16 * n),
        alignBytes: fc.constantFrom(1, 2, 4, 8, 16),
        content: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 1000 })),
      }),
      { selector: (section) => section.name, maxLength: 6 },
    ),
    names: fc.uniqueArray(name, { maxLength: 6 }),
    addend: fc.integer(),
  })
  .map(({ names, addend, ...rest }) => ({
    ...rest,
    machine: ELF_MACHINE_EPIPHANY,
    symbols: names.map((symbol, i) => ({
      name: symbol,
      value: 2 * i,
      lengthBytes: i,
      kind: SYMBOL_KIND.function,
      isGlobal: i % 2 === 0,
      section: rest.sections[i % Math.max(1, rest.sections.length)]?.name ?? '*ABS*',
    })),
    relocations: rest.sections.flatMap(({ name: section }, i) =>
      names.map((symbol, n) => ({ section, offset: 4 * n, type: i, symbol, addend })),
    ),
  }));

test('anything that can be written is read back', () => {
  fc.assert(
    fc.property(content, (given) => {
      const read = readElf(writeElf(given));
      expect(
        read.sections.slice(1, 1 + given.sections.length).map(({ name, address, flags }) => ({ name, address, flags })),
      ).toEqual(given.sections.map(({ name, address, flags }) => ({ name, address, flags })));
      for (const [i, section] of given.sections.entries()) {
        const wanted = typeof section.content === 'number' ? new Uint8Array() : section.content;
        expect(read.sections[i + 1]?.bytes).toEqual(wanted);
      }
      const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
      expect(read.symbols.toSorted(byName)).toEqual(given.symbols.toSorted(byName));
      expect(read.relocations).toEqual(given.relocations);
    }),
    { seed: 7, numRuns: 300 },
  );
});
