import { ELF_MACHINE_EPIPHANY, SECTION_FLAG, SYMBOL_KIND } from '../../../boards/elf/elf-file.ts';
import type { LineRow } from '../../../boards/elf/line-table.ts';
import { debugSections } from '../../../boards/elf/write-debug-line.ts';
import type { ElfContent } from '../../../boards/elf/write-elf.ts';
import { assemble } from '../../../boards/isa/epiphany/assembler.ts';
import { applyRelocation } from '../../../boards/isa/epiphany/relocations.ts';

const SOURCE = `
        .global kernels.scale
kernels.scale:
        mov     r4, %low(kernels.table)
        movt    r4, %high(kernels.table)
        ldr     r5, [r4, #1]
repeat: fmul    r0, r0, r5
        bne     repeat
        bl      arguments.end
        rts
`;

export const TEXT_ADDRESS = 0x1b0;
export const TABLE_ADDRESS = 0x400;
const EXTERNAL_ADDRESS = 0x80;

/** Rows as the compiler gives them: two files, a name outside of ASCII, code without a source in between. */
export const SAMPLE_ROWS: readonly LineRow[] = [
  { address: TEXT_ADDRESS, source: { file: 'src/kernels.ts', line: 12, column: 3 } },
  { address: TEXT_ADDRESS + 8, source: { file: 'src/größe.ts', line: 400, column: 17 } },
  { address: TEXT_ADDRESS + 10, source: null },
  { address: TEXT_ADDRESS + 12, source: { file: 'src/kernels.ts', line: 11, column: 1 } },
];

/** A linked module with everything that the compiler's ELF files have. */
export function sampleProgram(): ElfContent {
  const object = assemble(SOURCE, 'sample.s');
  const text = object.sections[0];
  if (text?.bytes === undefined) throw new Error('nothing was assembled');
  const addresses: Readonly<Record<string, number>> = {
    'kernels.table': TABLE_ADDRESS,
    'arguments.end': EXTERNAL_ADDRESS,
  };
  const relocations = text.relocations.map((relocation) => ({
    ...relocation,
    section: '.text',
    offset: TEXT_ADDRESS + relocation.offset,
  }));
  for (const { offset, type, symbol, addend } of text.relocations) {
    applyRelocation(text.bytes, offset, type, TEXT_ADDRESS + offset, (addresses[symbol] ?? 0) + addend);
  }
  const end = TEXT_ADDRESS + text.lengthBytes;
  return {
    machine: ELF_MACHINE_EPIPHANY,
    type: 2,
    entry: TEXT_ADDRESS,
    sections: [
      {
        name: '.text',
        flags: SECTION_FLAG.alloc | SECTION_FLAG.execute,
        address: TEXT_ADDRESS,
        alignBytes: 8,
        content: text.bytes,
      },
      {
        name: '.rodata',
        flags: SECTION_FLAG.alloc,
        address: TABLE_ADDRESS,
        alignBytes: 8,
        content: Uint8Array.of(0, 0, 0, 0, 0, 0, 128, 63),
      },
      { name: '.bss', flags: SECTION_FLAG.alloc | SECTION_FLAG.write, address: 0x408, alignBytes: 8, content: 24 },
      ...debugSections('kernels.ts', SAMPLE_ROWS, TEXT_ADDRESS, end),
    ],
    symbols: [
      {
        name: 'kernels.scale',
        value: TEXT_ADDRESS,
        lengthBytes: text.lengthBytes,
        kind: SYMBOL_KIND.function,
        isGlobal: true,
        section: '.text',
      },
      {
        name: 'kernels.table',
        value: TABLE_ADDRESS,
        lengthBytes: 8,
        kind: SYMBOL_KIND.object,
        isGlobal: false,
        section: '.rodata',
      },
      {
        name: 'kernels.state',
        value: 0x408,
        lengthBytes: 24,
        kind: SYMBOL_KIND.object,
        isGlobal: true,
        section: '.bss',
      },
    ],
    relocations,
  };
}
