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

/** Every line that GNU as 2.40 encodes as something else than it says. We refuse them. */
const FAULTS_OF_GAS: readonly string[] = [
  // -2047 … -1025 do not fit the 11 bits of the immediate and wrap round to 1 … 1023.
  'add.l r50,r24,#-2047',
  'add r32,r36,-2047',
  'add r4,r0,-2047',
  'add.l r20,r12,#-1536',
  'add r38,r52,-1536',
  'add r1,r0,-1536',
  'add.l r23,r12,#-1025',
  'add r58,r12,-1025',
  'add r1,r3,-1025',
  'sub.l r59,r54,#-2047',
  'sub r63,r58,-2047',
  'sub r4,r0,-2047',
  'sub.l r15,r30,#-1536',
  'sub r50,r36,-1536',
  'sub r4,r0,-1536',
  'sub.l r50,r34,#-1025',
  'sub r35,r61,-1025',
  'sub r3,r2,-1025',
  // 0x10000 does not fit 16 bits and becomes 0.
  'mov r1,#0x10000',
  'mov r52,#0x10000',
  'mov.l r4,#0x10000',
  'mov.l r47,#0x10000',
  'movt r6,#0x10000',
  'movt r12,#0x10000',
  'movt.l r1,#0x10000',
  'movt.l r59,#0x10000',
];

test('all 15 883 source lines assemble to the bytes of GNU as, its faults excepted', () => {
  const wrong: string[] = [];
  const refused: string[] = [];
  for (const line of lines) {
    const [bytes = '', , source = ''] = line.split('\t');
    const got = hexOf(source);
    if (FAULTS_OF_GAS.includes(source)) {
      expect(got).toMatch(/out of range/);
      refused.push(source);
    } else if (got !== bytes) {
      wrong.push(`${source}: ${got} instead of ${bytes}`);
    }
  }
  expect(lines).toHaveLength(15_883);
  expect(refused).toEqual(FAULTS_OF_GAS);
  expect(wrong).toEqual([]);
});

test('swi takes every number, not only 0', () => expect(hexOf('swi 5')).toBe('e215'));
