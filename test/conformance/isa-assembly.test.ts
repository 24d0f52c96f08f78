import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assemble } from '../../boards/isa/epiphany/assembler.ts';

const lines = readFileSync(join(import.meta.dirname, 'data/epiphany-encodings-src.tsv'), 'utf8')
  .trimEnd()
  .split('\n');

function hexOf(source: string): string {
  try {
    const [section] = assemble(source).sections;
    return Array.from(section?.bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Lines that GNU as encodes as something else than they say. We refuse them. */
function isFaultOfGas(source: string): boolean {
  const immediate = Number(/#?(-?(?:0x)?[0-9a-f]+)$/.exec(source)?.[1]);
  if (/^(add|sub)/.test(source)) return immediate >= -2047 && immediate <= -1025; // wraps to 1 … 1023
  return /^movt?/.test(source) && immediate === 0x10000; // becomes 0
}

test('all 15 883 source lines assemble to the bytes of GNU as, its faults excepted', () => {
  const wrong: string[] = [];
  let faults = 0;
  for (const line of lines) {
    const [bytes = '', , source = ''] = line.split('\t');
    const got = hexOf(source);
    if (isFaultOfGas(source)) {
      faults++;
      expect(got).toMatch(/out of range/);
    } else if (got !== bytes) {
      wrong.push(`${source}: ${got} instead of ${bytes}`);
    }
  }
  expect(lines).toHaveLength(15_883);
  expect(faults).toBe(26); // 18 of add and sub, 8 of mov and movt
  expect(wrong).toEqual([]);
});

test('swi takes every number, not only 0', () => expect(hexOf('swi 5')).toBe('e215'));
