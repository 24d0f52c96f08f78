/** protocol/error-texts.ts is made of the sources of what runs on boards: BLESS=1 writes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const table = join(root, 'protocol/error-texts.ts');
const url = new URL('../../../scripts/control-bundle/error-texts.mjs', import.meta.url);
const { errorTexts } = (await import(url.href)) as { errorTexts(text: string): Map<string, string> };

/** Folders of which the script for small engines has files, without those below them. */
const FOLDERS = [
  'protocol',
  'protocol/cores',
  'protocol/frame',
  'protocol/link',
  'protocol/objects',
  'protocol/values',
];

function expectedTable(): string {
  const all = new Map<string, string>();
  for (const folder of [...FOLDERS, 'device/control']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
      for (const [key, template] of errorTexts(readFileSync(join(root, folder, file), 'utf8'))) {
        // Two texts of one key: say one of them in other words.
        expect({ key, template: all.get(key) ?? template }).toEqual({ key, template });
        all.set(key, template);
      }
    }
  }
  const rows = [...all].sort(([first], [second]) => (first < second ? -1 : 1));
  const quoted = (template: string): string => (template.includes("'") ? JSON.stringify(template) : `'${template}'`);
  return `/** Generated of the sources: texts of errors, which small boards leave to the host (full-text.ts), by key. */
export const ERROR_TEXTS: Readonly<Record<string, string>> = {
${rows.map(([key, template]) => `  ${key}: ${quoted(template)},\n`).join('')}};
`;
}

test('protocol/error-texts.ts has the texts of all errors of boards (BLESS=1 writes it)', () => {
  const expected = expectedTable();
  if (process.env.BLESS === '1') writeFileSync(table, expected);
  else expect(readFileSync(table, 'utf8')).toBe(expected);
});
