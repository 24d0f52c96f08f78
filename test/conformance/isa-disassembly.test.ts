import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disassembleInstruction } from '../../boards/isa/epiphany/disassembler.ts';

const lines = readFileSync(join(import.meta.dirname, 'data/epiphany-encodings.tsv'), 'utf8')
  .trimEnd()
  .split('\n');

test('all 14 126 encodings read as GNU objdump prints them', () => {
  const wrong: string[] = [];
  for (const line of lines) {
    const [bytes = '', text = ''] = line.split('\t');
    const octets = Uint8Array.from(bytes.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
    const word = octets.reduce((sum, octet, i) => sum + octet * 2 ** (8 * i), 0);
    const got = disassembleInstruction(word, 0);
    if (got.text !== text || got.widthBytes !== octets.length) wrong.push(`${bytes}: ${got.text} instead of ${text}`);
  }
  expect(lines).toHaveLength(14_126);
  expect(wrong).toEqual([]);
});
