// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources with templates in them
/** Sources that nobody should write: each is compiled, or refused with a number at a place. Nothing overflows or hangs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';
import { formatDiagnosticLines, formatDiagnostics } from '../../../compiler/front-end/diagnostic-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-bad-input-'));
  writeFileSync(join(folder, 'package.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = "'use kernel';\nimport type { f32, i32 } from 'shoal/kernel';\n";
const repeat = (count: number, make: (index: number) => string, separator = ''): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);

/** Numbers and places of what is wrong with `k.ts` among these files; empty if it is right. */
function refusals(files: string | Readonly<Record<string, string>>): string[] {
  const all = typeof files === 'string' ? { 'k.ts': HEAD + files } : files;
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { checked, diagnostics } = checkKernelProgram(join(folder, 'k.ts'), { projectRoot: folder });
  expect(checked === null).toBe(diagnostics.length > 0);
  // Every form of output shows it, at a readable length.
  const lines = formatDiagnosticLines(diagnostics, folder);
  for (const line of lines.split('\n').slice(0, -1)) expect(line).toMatch(/^\S+\.ts\(\d+,\d+\): error SH\d{4}: ./);
  const sourceOf = (file: string): string | undefined => all[file.slice(folder.length + 1) as keyof typeof all];
  const text = formatDiagnostics(diagnostics, { color: false, sourceOf, directory: folder });
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(600);
  return diagnostics.map(({ code, position }) => {
    return `${code} ${position.file.slice(folder.length + 1)}:${position.line}:${position.column}`;
  });
}

const returning = (expression: string): string => `export function k(x: i32): i32 { return ${expression}; }\n`;

describe('nesting', () => {
  test.each([
    ['parentheses', returning(`${'('.repeat(5000)}x${')'.repeat(5000)}`), 'SH5005 k.ts:3:24'],
    ['operators', returning(repeat(5000, () => 'x', ' ^ ')), 'SH5005 k.ts:3:'],
    ['prefixes', returning(`${'~'.repeat(5000)}x`), 'SH5005'],
    ['choices', returning(`${repeat(5000, (i) => `x === ${i} ? ${i} : `)}0`), 'SH5005'],
    ['calls', returning(`${'k('.repeat(5000)}x${')'.repeat(5000)}`), 'SH5005'],
    ['array literals', `const t = ${'['.repeat(5000)}1${']'.repeat(5000)};\n${returning('x')}`, 'SH5005 k.ts:3:211'],
    ['types', `type T = ${'['.repeat(3000)}i32${']'.repeat(3000)};\n${returning('x')}`, 'SH5005'],
    [
      'templates',
      `export function k(x: i32): void { console.log(${'`${'.repeat(2000)}x${'}`'.repeat(2000)}); }\n`,
      'SH5005',
    ],
    ['blocks', `export function k(): void { ${'{'.repeat(1000)}${'}'.repeat(1000)} }\n`, 'SH5005'],
    ['branches', `export function k(x: i32): void { ${'if (x > 1) { '.repeat(1000)}${'}'.repeat(1000)} }\n`, 'SH5005'],
    [
      'else-if',
      `export function k(x: i32): void { ${repeat(1000, (i) => `if (x === ${i}) x = 1; else `)} x = 0; }\n`,
      'SH5005',
    ],
    [
      'functions',
      `export function k(): void { ${'const f = (): void => { '.repeat(1000)}${'}; '.repeat(1000)} }\n`,
      'SH5005',
    ],
    ['unclosed brackets', '('.repeat(20000), 'SH5005 k.ts:3:201'],
  ])('%s', (_name, source, wanted) => {
    const found = refusals(source);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${wanted.replaceAll('.', '\\.')}`));
  });

  test('as deep as a person writes is compiled', () => {
    expect(refusals(returning(`${'('.repeat(150)}x${')'.repeat(150)}`))).toEqual([]);
    expect(refusals(returning(repeat(150, () => 'x', ' ^ ')))).toEqual([]);
    expect(refusals(`export function k(x: i32): void { ${'{'.repeat(150)}${'}'.repeat(150)} }\n`)).toEqual([]);
  });

  // TypeScript itself takes most of this: it narrows the type of `x` once more in each choice.
  test('150 choices in each other are compiled', { timeout: 120_000 }, () => {
    expect(refusals(returning(`${repeat(150, (i) => `x === ${i} ? ${i} : `)}0`))).toEqual([]);
  });

  test('names that stand twice', () => {
    const again = 'export function k(x: i32): i32 { return x; }\n';
    expect(refusals(`${again}${again}`)).toEqual(['SH2007 k.ts:3:17', 'SH2007 k.ts:4:17']);
    expect(refusals({ 'k.ts': `${HEAD}export { b as k } from './lib.ts';\n${again}`, 'lib.ts': LIB })).toContain(
      'SH1026 k.ts:3:10',
    );
    expect(refusals('export function k(a: i32, a: f32): void { const b = 1; let b = 2; }\n')).toEqual([
      'SH2007 k.ts:3:19',
      'SH2007 k.ts:3:27',
      'SH2007 k.ts:3:49',
      'SH2007 k.ts:3:60',
    ]);
    // Upper and lower case are different names, on a core and in files.
    expect(
      refusals(`${again}export function K(x: i32): i32 { const x2 = x; { const x2 = 1; x += x2; } return x2; }\n`),
    ).toEqual([]);
  });

  test('cases of a switch', () => {
    const source = (count: number): string =>
      `export function k(x: i32): i32 { switch (x) { ${repeat(count, (i) => `case ${i}: return 1; `)} } return 0; }\n`;
    expect(refusals(source(300))).toEqual([]);
    expect(refusals(source(4000))).toEqual(['SH5006 k.ts:3:34']);
  });
});

describe('size', () => {
  const helpers = repeat(3300, (i) => `function h${i}(x: i32): i32 {\n  return (x + ${i}) | 0;\n}\n`);
  test('10 000 lines of which little is reached', () => {
    expect(refusals(`${helpers}export function k(x: i32): i32 { return h7(x); }\n`)).toEqual([]);
  });
  test('10 000 lines of statements', () => {
    const lines = repeat(10_000, (i) => `  a = (a ^ ${i}) | 0;\n`);
    expect(refusals(`export function k(a: i32): i32 {\n${lines}  return a;\n}\n`)).toEqual(['SH5007 k.ts:3:17']);
  });
  test('10 000 lines of kernels', () => {
    expect(refusals(helpers.replaceAll('function', 'export function'))).toEqual(['SH5007 k.ts:3:17']);
  });
  test('parameters', () => {
    const source = (count: number): string =>
      `export function k(${repeat(count, (i) => `p${i}: i32`, ', ')}): void {}\n`;
    expect(refusals(source(16))).toEqual([]);
    expect(refusals(source(17))).toEqual(['SH5008 k.ts:3:17']);
  });
  test('literals', () => {
    expect(refusals(`export function k(x: f32): f32 { return x + ${'9'.repeat(5000)}; }\n`)).toEqual([]);
    expect(refusals(`export function k(): i32 { const a: i32 = ${'9'.repeat(5000)}; return a; }\n`)).toEqual([
      'SH2102 k.ts:3:43',
    ]);
    expect(refusals(`export function k(): void { console.log('${'ab'.repeat(500_000)}'); }\n`)).toEqual([]);
    expect(refusals(returning(`${'1'.repeat(3000)} == x`))).toContain('SH1106 k.ts:3:3042');
  });
});

const LIB = `${HEAD}export function b(x: i32): i32 { return h(x); }\nfunction h(x: i32): i32 { return x; }\n`;
const entry = (text: string): string => HEAD + text;

describe('modules', () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      'a circle',
      {
        'k.ts': entry("import { c } from './c.ts';\nexport function k(): void { c(); }"),
        'c.ts': entry("import { k } from './k.ts';\nexport function c(): void { k(); }"),
      },
      ['SH4003 c.ts:3:19'],
    ],
    [
      'itself',
      { 'k.ts': entry("import { k as j } from './k.ts';\nexport function k(): void { j(); }") },
      ['SH4003 k.ts:3:24'],
    ],
    [
      'a folder',
      { 'k.ts': entry("import { b } from './sub.ts';\nexport function k(): void {}"), 'sub.ts/x.ts': '' },
      ['SH4001 k.ts:3:19'],
    ],
    [
      'a missing file',
      { 'k.ts': entry("import { b } from './missing.ts';\nexport function k(): void {}") },
      ['SH4001 k.ts:3:19'],
    ],
    [
      'an empty file',
      { 'k.ts': entry("import { b } from './empty.ts';\nexport function k(): void {}"), 'empty.ts': '' },
      ['SH4002 k.ts:3:19'],
    ],
    [
      'a file outside',
      { 'k.ts': entry("import { b } from '../outside.ts';\nexport function k(): void {}") },
      ['SH4001 k.ts:3:19'],
    ],
    ['nothing at all', { 'k.ts': '' }, ['SH4002 k.ts:1:1']],
    [
      'helpers of one name',
      {
        'k.ts': entry(
          "import { b } from './lib.ts';\nfunction h(x: i32): i32 { return b(x); }\nexport function k(x: i32): i32 { return h(x); }",
        ),
        'lib.ts': LIB,
      },
      [],
    ],
    [
      'a kernel and an import',
      { 'k.ts': entry("import { b } from './lib.ts';\nexport function b(x: i32): i32 { return x; }"), 'lib.ts': LIB },
      ['SH2007 k.ts:3:10'],
    ],
    [
      'two kernels of one name',
      { 'k.ts': entry('export function k(): void {}\nexport function k(): void {}') },
      ['SH2007 k.ts:3:17', 'SH2007 k.ts:4:17'],
    ],
    [
      'a kernel exported twice',
      { 'k.ts': entry('export function k(): void {}\nexport { k };') },
      ['SH2007 k.ts:3:17', 'SH2007 k.ts:4:10'],
    ],
    [
      'no TypeScript',
      { 'k.ts': entry('export function k(x: i32: i32 { return x }') },
      expect.arrayContaining(['SH4004 k.ts:3:25']) as unknown as string[],
    ],
    ['wrong types', { 'k.ts': entry('export function k(x: i32): i32 { return x.y; }') }, ['SH2004 k.ts:3:43']],
    ['the zero character', { 'k.ts': entry(returning('x \u0000 + 1')) }, ['SH4004 k.ts:3:43']],
  ])('%s', (_name, files, wanted) => expect(refusals(files)).toEqual(wanted));

  test('noise makes few errors', () => {
    const noise = repeat(4000, (i) => String.fromCharCode((i * 7919) & 255));
    expect(refusals({ 'k.ts': noise }).length).toBeLessThan(20);
  });
});

describe('text', () => {
  test('spans in CRLF files and behind a byte order mark', () => {
    const source = entry('export function k(x: i32): i32 {\n  return x == 1 ? 1 : 2;\n}\n');
    expect(refusals({ 'k.ts': source.replaceAll('\n', '\r\n') })).toEqual(['SH1106 k.ts:4:12']);
    expect(refusals({ 'k.ts': `\ufeff${source}` })).toEqual(['SH1106 k.ts:4:12']);
  });

  test('names and texts beyond ASCII', () => {
    expect(
      refusals("const größe: f32 = 2;\nexport function 計算(𠮷: f32): f32 { console.log('😀'); return 𠮷 * größe; }\n"),
    ).toEqual([]);
  });

  test.each(['at', 'everywhere', 'then'])('a kernel called %s', (name) => {
    expect(refusals(`export function ${name}(): void {}\n`)).toEqual(['SH4011 k.ts:3:17']);
  });
});
