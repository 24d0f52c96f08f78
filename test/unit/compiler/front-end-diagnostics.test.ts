import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnosticsPage } from '../../../compiler/front-end/diagnostic-page.ts';
import { formatDiagnosticLines, formatDiagnostics } from '../../../compiler/front-end/diagnostic-text.ts';
import { DIAGNOSTICS, DiagnosticSink } from '../../../compiler/front-end/diagnostics.ts';
import { SYNTAX_RULES } from '../../../compiler/front-end/syntax-rules.ts';
import { body, check, FOLDER } from './front-end-check.ts';
import { DIAGNOSTIC_CASES } from './front-end-diagnostic-cases.ts';

describe('each number', () => {
  for (const [code, cases] of Object.entries(DIAGNOSTIC_CASES)) {
    cases.forEach((files, index) => {
      test(`${code} (${index + 1})`, () => {
        // Short only where the limit itself is shown: elsewhere a busy machine must not meet it.
        const { codes, diagnostics } = check(files, { timeoutMs: code === 'SH5002' ? 200 : 30_000 });
        expect(new Set(codes), JSON.stringify(diagnostics, null, 1)).toEqual(new Set([code]));
        for (const d of diagnostics) {
          expect(`${d.message} ${d.reason} ${d.replacement}`).not.toMatch(/\{\w+\}|compiler option|target library/);
        }
      });
    });
  }
});

/** What no source can reach today; each with the reason. */
const WITHOUT_CASE: Readonly<Record<string, string>> = {
  SH1000: 'only a newer parser knows more kinds than the table',
  SH1124: 'the parser refuses JSX in a .ts file before',
  SH4008: 'the entry of these cases is kernels.ts; see the test of files',
};

test('every number has a case, or a reason why it has none', () => {
  const covered = [...Object.keys(DIAGNOSTIC_CASES), ...Object.keys(WITHOUT_CASE)];
  expect(covered.filter((code) => !Object.hasOwn(DIAGNOSTICS, code))).toEqual([]);
  // What inference of kinds and building of the tree refuse has its tests beside theirs.
  const folder = new URL('.', import.meta.url);
  const others = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.startsWith('front-end-diagnostic'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  expect(Object.keys(DIAGNOSTICS).filter((code) => !covered.includes(code) && !others.includes(code))).toEqual([]);
});

test('rules refuse only with numbers of the syntax', () => {
  for (const [name, rule] of Object.entries(SYNTAX_RULES)) {
    if (rule.rule === 'refused') expect(rule.code, name).toMatch(/^SH1/);
  }
});

test('docs/diagnostics.md is what the table says (BLESS=1 writes it)', () => {
  const page = new URL('../../../docs/diagnostics.md', import.meta.url);
  if (process.env.BLESS === '1') {
    mkdirSync(new URL('.', page), { recursive: true });
    writeFileSync(page, diagnosticsPage());
  }
  expect(readFileSync(page, 'utf8')).toBe(diagnosticsPage());
});

describe('text', () => {
  const source = `'use kernel';\r\nexport function k(größe: number): void {\r\n\tif (größe == 1) debugger;\r\n}\r\n`;
  const { diagnostics } = check(source);

  test('places count UTF-16 units, and CRLF is one line end', () => {
    expect(diagnostics.map((d) => [d.code, d.position.line, d.position.column, d.endLine, d.endColumn])).toEqual([
      ['SH1106', 3, 12, 3, 14],
      ['SH1108', 3, 18, 3, 27],
    ]);
  });

  test('a frame shows the line and what is wrong in it', () => {
    const text = formatDiagnostics(diagnostics, { color: false, sourceOf: () => source, directory: FOLDER });
    expect(text).toMatchInlineSnapshot(`
      "error SH1106: \`==\` compares after converting
        at kernels.ts:3:12
        3 | 	if (größe == 1) debugger;
          | 	          ^^
        why: JavaScript converts its operands by rules that a core does not have
        fix: write \`===\`

      error SH1108: \`debugger\` is not in the language
        at kernels.ts:3:18
        3 | 	if (größe == 1) debugger;
          | 	                ^^^^^^^^^
        why: a core has no debugger statement
        fix: set a breakpoint in the debugger
      "
    `);
  });

  test('colours are put in only when asked for', () => {
    const text = formatDiagnostics(diagnostics, { color: true, sourceOf: () => undefined });
    expect(text).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(
      formatDiagnostics(diagnostics, { color: false, sourceOf: () => undefined }),
    );
  });

  test('one line each, as tsc prints', () => {
    expect(formatDiagnosticLines(diagnostics, FOLDER)).toBe(
      'kernels.ts(3,12): error SH1106: `==` compares after converting (write `===`)\n' +
        'kernels.ts(3,18): error SH1108: `debugger` is not in the language (set a breakpoint in the debugger)\n',
    );
    expect(formatDiagnosticLines([])).toBe('');
    expect(formatDiagnostics([], { color: false, sourceOf: () => undefined })).toBe('');
  });

  test('a place past the end of its source has no frame', () => {
    const sink = new DiagnosticSink();
    sink.reportFile('SH4001', '/none.ts', { file: '/none.ts' });
    const text = formatDiagnostics(sink.diagnostics, { color: false, sourceOf: () => undefined });
    expect(text).toContain('error SH4001: there is no file /none.ts\n  at /none.ts:1:1\n  why:');
  });
});

test('all faults of a module are reported at once', () => {
  const { codes } = check(body('var a = 1; const n: i32 = f; foo(); if (i == j) state = 1;'));
  expect(codes).toEqual(['SH1105', 'SH1106', 'SH2005', 'SH2002']);
});
