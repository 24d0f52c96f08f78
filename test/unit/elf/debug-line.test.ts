import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LineRow, LineTable } from '../../../boards/elf/line-table.ts';
import { readLineTable } from '../../../boards/elf/read-debug-line.ts';
import { readElf } from '../../../boards/elf/read-elf.ts';
import { debugSections } from '../../../boards/elf/write-debug-line.ts';
import { writeElf } from '../../../boards/elf/write-elf.ts';
import { SAMPLE_ROWS, sampleProgram } from './sample-program.ts';

function throughFile(rows: readonly LineRow[], start: number, end: number): readonly LineRow[] {
  const sections = debugSections('unit.ts', rows, start, end);
  const bytes = writeElf({ machine: 0x1223, type: 2, entry: 0, sections, symbols: [], relocations: [] });
  return readLineTable(readElf(bytes)).rows;
}

describe.each([3, 4, 5])('what GNU as writes as DWARF %i', (version) => {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, `data/lines-dwarf${version}.elf`)));
  const table = readLineTable(readElf(bytes));

  test('is read as lines.s says', () => {
    const kernel = 'src/kernel.c';
    expect(table.rows).toEqual([
      { address: 0x100, source: { file: kernel, line: 3, column: 5 } },
      { address: 0x101, source: { file: kernel, line: 4, column: 7 } },
      { address: 0x103, source: { file: 'include/größe.h', line: 100, column: 1 } },
      { address: 0x104, source: { file: kernel, line: 2, column: 0 } },
      { address: 0x105, source: null },
      { address: 0x200, source: { file: 'include/größe.h', line: 9, column: 9 } },
      { address: 0x201, source: { file: 'include/größe.h', line: 700, column: 9 } },
      { address: 0x202, source: null },
    ]);
  });

  test('answers for addresses between rows, and for none outside', () => {
    expect([0, 0xff, 0x105, 0x1ff, 0x202, 0xffff_ffff].map((address) => table.find(address))).toEqual(
      Array(6).fill(null),
    );
    expect([0x102, 0x104].map((address) => table.find(address)?.line)).toEqual([4, 2]);
  });
});

test('the sample comes back, with its end', () => {
  const file = readElf(writeElf(sampleProgram()));
  const text = file.sections.find(({ name }) => name === '.text');
  const end = (text?.address ?? 0) + (text?.lengthBytes ?? 0);
  expect(readLineTable(file).rows).toEqual([...SAMPLE_ROWS, { address: end, source: null }]);
});

test('a program without lines has an empty table', () => {
  expect(throughFile([], 0x100, 0x200)).toEqual([]);
  expect(
    readLineTable(readElf(writeElf({ ...sampleProgram(), sections: [], symbols: [], relocations: [] }))).rows,
  ).toEqual([]);
});

test('any rows come back', () => {
  const source = fc.record({
    file: fc.constantFrom('a.ts', 'lib/b.ts', '/abs/c.ts', 'ü.ts'),
    line: fc.integer({ min: 1, max: 100_000 }),
    column: fc.nat({ max: 500 }),
  });
  const row = fc.record({ address: fc.nat({ max: 5000 }).map((n) => 2 * n), source: fc.option(source) });
  const rows = fc.uniqueArray(row, { selector: ({ address }) => address, minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.nat({ max: 9 }), (given, rest) => {
      const sorted = given.toSorted((a, b) => a.address - b.address);
      const end = (sorted.at(-1)?.address ?? 0) + 2 + rest;
      const evenEnd = end + (end % 2);
      expect(throughFile(given, 0, end)).toEqual([...sorted, { address: evenEnd, source: null }]);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('of two rows at one address a line wins over the end of what stands before', () => {
  const line = { file: 'a.ts', line: 1, column: 1 };
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const rows = [
      { address: 8, source: line },
      { address: 8, source: null },
    ];
    expect(new LineTable(order.flatMap((i) => rows[i] ?? [])).find(8)).toEqual(line);
  }
});
