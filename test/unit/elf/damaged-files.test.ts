import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLineTable } from '../../../boards/elf/read-debug-line.ts';
import { readElf } from '../../../boards/elf/read-elf.ts';
import { writeElf } from '../../../boards/elf/write-elf.ts';
import { listElf, listingText } from '../../../boards/isa/epiphany/listing.ts';
import { isShoalError } from '../../../protocol/errors.ts';
import { sampleProgram } from './sample-program.ts';

const SEED = 11;

/** Reads everything that can be read; true if the bytes were taken for an ELF file. Throws only on a wrong error. */
function survives(bytes: Uint8Array): boolean {
  try {
    const file = readElf(bytes);
    readLineTable(file);
    listingText(listElf(file));
    return true;
  } catch (error) {
    if (!isShoalError(error, 'ELF_INVALID')) throw error;
    expect(error.message.length).toBeLessThan(300);
    return false;
  }
}

const valid = [
  writeElf(sampleProgram()),
  ...[3, 4, 5].map(
    (version) => new Uint8Array(readFileSync(join(import.meta.dirname, `data/lines-dwarf${version}.elf`))),
  ),
];

test('the undamaged files are read', () => expect(valid.map(survives)).toEqual([true, true, true, true]));

test('no bytes at all, and any bytes', () => {
  expect(survives(new Uint8Array())).toBe(false);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      survives(bytes);
      survives(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, ...bytes));
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

describe.each(
  valid.map((bytes, i) => [['ours', 'DWARF 3', 'DWARF 4', 'DWARF 5'][i], bytes] as const),
)('%s', (_, bytes) => {
  test('cut off at every length', () => {
    for (let length = 0; length < bytes.length; length++) survives(bytes.subarray(0, length));
  });

  test('every byte as 0, 255 and with its highest bit turned', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 255, (bytes[at] ?? 0) ^ 128]) {
        const damaged = bytes.slice();
        damaged[at] = value;
        survives(damaged);
      }
    }
  });

  test('several words overwritten', () => {
    const place = fc.tuple(
      fc.nat({ max: bytes.length - 4 }),
      fc.oneof(fc.nat({ max: 64 }), fc.integer({ min: 0, max: 0xffff_ffff })),
    );
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (places) => {
        const damaged = bytes.slice();
        const view = new DataView(damaged.buffer);
        for (const [at, word] of places) view.setUint32(at, word, true);
        survives(damaged);
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });
});

test('a view into a larger buffer is read like a file of its own', () => {
  const [bytes = new Uint8Array()] = valid;
  const larger = new Uint8Array(bytes.length + 37).fill(0xee);
  larger.set(bytes, 21);
  expect(readElf(larger.subarray(21, 21 + bytes.length)).symbols).toEqual(readElf(bytes).symbols);
});

test('a thousand section headers that all name one symbol table', () => {
  const symbolCount = 2000;
  const sectionCount = 1000;
  const headersAt = 52 + 16 * symbolCount;
  const bytes = new Uint8Array(headersAt + 40 * sectionCount);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint32(32, headersAt, true);
  view.setUint16(46, 40, true);
  view.setUint16(48, sectionCount, true);
  for (let i = 0; i < sectionCount; i++) {
    for (const [word, value] of [
      [1, 2],
      [4, 52],
      [5, 16 * symbolCount],
    ] as const) {
      view.setUint32(headersAt + 40 * i + 4 * word, value, true);
    }
  }
  expect(() => readElf(bytes)).toThrow(/overlap/);
});
