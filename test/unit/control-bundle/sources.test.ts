/** What the build does to the sources of the control runtime before esbuild gets them: scripts/control-bundle. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const scripts = new URL('../../../scripts/control-bundle/', import.meta.url);
const { renameProperties } = (await import(new URL('rename-properties.mjs', scripts).href)) as {
  renameProperties(
    configFile: string,
    entries: readonly string[],
    isOutside: (file: string, declaration: string) => boolean,
  ): Map<string, string>;
};
const { aliasThis } = (await import(new URL('alias-this.mjs', scripts).href)) as { aliasThis(text: string): string };

const folder = mkdtempSync(join(tmpdir(), 'shoal-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The renamed text of a program of one file; `Outside` in it is what others name. */
function renamed(text: string): string | undefined {
  const options = { strict: true, target: 'ES2023', lib: ['ES2023'], types: [], module: 'NodeNext' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
  const entry = join(folder, 'main.ts');
  writeFileSync(entry, text);
  return renameProperties(join(folder, 'tsconfig.json'), [entry], (_, declaration) => declaration === 'Outside').get(
    entry,
  );
}

describe('properties that are only ours', () => {
  test('are renamed, those of the language with the same name are not', () => {
    const text = `class Queue { push(item: number) { return [].push(item as never) } }
export const go = (queue: Queue) => queue.push(1);`;
    expect(renamed(text)).toBe(`class Queue { push_ours(item: number) { return [].push(item as never) } }
export const go = (queue: Queue) => queue.push_ours(1);`);
  });

  test('in patterns, shorthands and selections of types', () => {
    const text = `interface Point { x: number; y: number }
export const swap = ({ x, y: z = 1 }: Point): Point => ({ x: z, y: x });
export const make = (x: number): Pick<Point, 'x'> => ({ x });`;
    expect(renamed(text)).toBe(`interface Point { x_ours: number; y_ours: number }
export const swap = ({ x_ours: x, y_ours: z = 1 }: Point): Point => ({ x_ours: z, y_ours: x });
export const make = (x: number): Pick<Point, 'x_ours'> => ({ x_ours: x });`);
  });

  test('what others name keeps its name: declared so, asserted of something unknown, given to what takes any name', () => {
    const text = `export interface Outside { name: string }
export const read = (value: unknown) => (value as { name: string }).name;
export const facts: Record<string, unknown> = { name: 1 };
export const all = (outside: Outside) => outside.name;
export const property: PropertyDescriptor = { value: 1 };`;
    expect(renamed(text)).toBe(text);
  });

  test.each([
    ['a key', `interface Sizes { a: number }\nexport const get = (sizes: Sizes, key: 'a') => sizes[key];`],
    [
      'a structure',
      `class Pair { value = 1; done = false }\nexport const result: IteratorResult<number> = new Pair();`,
    ],
  ])('the build fails if one is used by its name after all: %s', (_, text) => {
    expect(() => renamed(text)).toThrow('a property was renamed that is used by its name');
  });
});

test('`this` has a local name where it is used a lot, and only where it is the same object', () => {
  const text = `class A extends B {
  constructor() { super(); this.a = this.b = this.c = this.d; }
  few() { return this.a + this.b; }
  many() { return [this.a, this.b, this.c, () => this.d, function () { return this.e; }]; }
}`;
  expect(aliasThis(text)).toBe(`class A extends B {
  constructor() { super(); this.a = this.b = this.c = this.d; }
  few() { return this.a + this.b; }
  many() {const self_of_class = this; return [self_of_class.a, self_of_class.b, self_of_class.c, () => self_of_class.d, function () { return this.e; }]; }
}`);
});
