import { expect, test } from 'vitest';
import { readElf } from '../../../boards/elf/read-elf.ts';
import { writeElf } from '../../../boards/elf/write-elf.ts';
import { listableSymbols, listElf, listingText } from '../../../boards/isa/epiphany/listing.ts';
import { sampleProgram } from '../elf/sample-program.ts';

const elf = readElf(writeElf(sampleProgram()));

test('shows symbols, source lines and where branches go', () => {
  const texts: Readonly<Record<number, string>> = { 12: 'const x = table[1];', 400: '  return y;  ' };
  expect(listingText(listElf(elf), ({ line }) => texts[line])).toBe(`Disassembly of section .text:

000001b0 <kernels.scale>:
; src/kernels.ts:12  const x = table[1];
   1b0:  0b804200  mov r4,0x400 <kernels.table>
   1b4:  0b800210  movt r4,0x0 <kernels.table>
; src/größe.ts:400  return y;
   1b8:  c4b0      ldr r5,[r4,0x1]
   1ba:  a702      fmul r0,r0,r5
; src/kernels.ts:11
   1bc:  10ff      bne 0x1ba <kernels.scale+0xa>
   1be:  f861ffff  bl 0x80 <arguments.end>
   1c2:  4f190204  rts
`);
});

test('one symbol only', () => {
  expect(listableSymbols(elf)).toEqual(['kernels.scale']);
  const [block] = listElf(elf, 'kernels.scale');
  expect(block?.instructions).toHaveLength(7);
  expect(block?.instructions[0]).toEqual({
    address: 0x1b0,
    bytes: '0b804200',
    text: 'mov r4,0x400',
    target: 'kernels.table',
    source: { file: 'src/kernels.ts', line: 12, column: 3 },
  });
  expect(listElf(elf, 'kernels.table')).toEqual([]);
});

test('data between functions does not shift what follows', () => {
  const { machine, entry, type } = sampleProgram();
  // A word whose low half looks like the first half of a 32-bit instruction, cut by the next function.
  const content = Uint8Array.of(0xa2, 0x01, 0x08, 0x00, 0xa2, 0x01, 0x4f, 0x19);
  const symbol = { lengthBytes: 0, kind: 2, isGlobal: true, section: '.text' };
  const bytes = writeElf({
    machine,
    entry,
    type,
    sections: [{ name: '.text', flags: 6, address: 0, alignBytes: 4, content }],
    symbols: [
      { ...symbol, name: 'a', value: 0 },
      { ...symbol, name: 'b', value: 4 },
    ],
    relocations: [],
  });
  expect(
    listElf(readElf(bytes)).map(({ symbol: name, instructions }) => [name, instructions.map(({ text }) => text)]),
  ).toEqual([
    ['a', ['nop', '.byte 0x8', '.byte 0x0']],
    ['b', ['nop', '.byte 0x4f', '.byte 0x19']],
  ]);
});

test('room between the code is left out of the text, short runs of zeros are not', () => {
  const zeros = (count: number): number[] => Array(2 * count).fill(0);
  const content = Uint8Array.of(0xa2, 0x01, ...zeros(3), 0xa2, 0x01, ...zeros(184), 0xa2, 0x01);
  const sections = [{ name: '.text', flags: 6, address: 0, alignBytes: 4, content }];
  const file = readElf(writeElf({ ...sampleProgram(), sections, symbols: [], relocations: [] }));
  expect(listingText(listElf(file)).split('\n').slice(3)).toEqual([
    '     0:  a201      nop',
    '     2:  0000      beq 0x2',
    '     4:  0000      beq 0x4',
    '     6:  0000      beq 0x6',
    '     8:  a201      nop',
    '       ...',
    '   17a:  a201      nop',
    '',
  ]);
});
