/** protocol/error-texts.ts is made of the sources of what runs on boards: BLESS=1 writes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const table = join(root, 'protocol/error-texts.ts');
interface Said {
  readonly template: string;
  readonly options: readonly string[];
}

const url = new URL('../../../scripts/control-bundle/error-texts.mjs', import.meta.url);
const { errorTexts } = (await import(url.href)) as { errorTexts(text: string): Map<string, Said> };

/** Folders of which the script for small engines has files, without those below them. */
const FOLDERS = [
  'protocol',
  'protocol/cores',
  'protocol/frame',
  'protocol/link',
  'protocol/objects',
  'protocol/values',
];

/** Of the formatter. */
const LINE_LENGTH = 120;

function expectedTable(): string {
  const all = new Map<string, Said>();
  for (const folder of [...FOLDERS, 'device/control']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
      for (const [key, said] of errorTexts(readFileSync(join(root, folder, file), 'utf8'))) {
        // Two texts of one key: say one of them in other words.
        expect({ key, said: all.get(key) ?? said }).toEqual({ key, said });
        all.set(key, said);
      }
    }
  }
  const sorted = [...all].sort(([first], [second]) => (first < second ? -1 : 1));
  const quoted = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);
  const texts = sorted.map(([key, { template }]) => `  ${key}: ${quoted(template)},\n`);
  const object = (key: string, options: readonly string[]): string => {
    const line = `  ${key}: { ${options.join(', ')} },\n`;
    if (line.length <= LINE_LENGTH + 1) return line;
    return `  ${key}: {\n${options.map((option) => `    ${option},\n`).join('')}  },\n`;
  };
  const options = sorted.map(([key, said]) => (said.options.length === 0 ? '' : object(key, said.options)));
  return `/** Generated of the sources: texts of errors, which small boards leave to the host (full-text.ts), by key. */
import type { ShoalErrorOptions } from './errors.ts';

export const ERROR_TEXTS: Readonly<Record<string, string>> = {
${texts.join('')}};

/** Options that all errors of a text have. */
export const ERROR_OPTIONS: Readonly<Record<string, ShoalErrorOptions>> = {
${options.join('')}};
`;
}

test('protocol/error-texts.ts has the texts of all errors of boards (BLESS=1 writes it)', () => {
  const expected = expectedTable();
  if (process.env.BLESS === '1') writeFileSync(table, expected);
  else expect(readFileSync(table, 'utf8')).toBe(expected);
});
