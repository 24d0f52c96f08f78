/** Pages of docs/ that are generated: BLESS=1 writes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { bytesOfCall } from '../../../bench/math/code-bytes.ts';
import { MATH_FUNCTIONS } from '../../../bench/math/functions.ts';
import { SYNTAX_RULES, syntaxKindName } from '../../../compiler/front-end/syntax-rules.ts';
import { EXIT_CODES } from '../../../flash-tools/exit-codes.ts';
import { EXPLAINED_EXIT_CODES, errorsPage } from '../../support/errors-page.ts';
import { CONSTRUCT_GROUPS, type ConstructGroup } from '../../support/kernel-language/constructs.ts';
import { type ConstructState, constructStates, languageTable } from '../../support/kernel-language/language-table.ts';

function page(name: string): URL {
  return new URL(`../../../docs/${name}`, import.meta.url);
}

const END = '<!-- end -->\n';

/** The page with another table between the marks. */
function withTable(text: string, name: 'constructs' | 'math', table: string): string {
  const mark = `<!-- generated: ${name} -->\n`;
  const begin = text.indexOf(mark);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < begin) throw new Error('the marks of the table are missing');
  return `${text.slice(0, begin + mark.length)}\n${table}${text.slice(end)}`;
}

describe('docs/numbers.md', () => {
  /** The bytes change a little with every change of the compiler. */
  const BYTES_TOLERANCE = 0.1;

  test('states the bounds and sizes of the functions of Math (BLESS=1 writes them)', async () => {
    const text = readFileSync(page('numbers.md'), 'utf8');
    let rows = '';
    for (const { call, parameters, boundUlp } of MATH_FUNCTIONS) {
      const bytes = await bytesOfCall(call, parameters);
      const stated = Number(text.split(`| \`${call}\` | ${boundUlp} | `)[1]?.split(' ')[0]);
      const isNear = Math.abs(stated - bytes) <= BYTES_TOLERANCE * bytes;
      rows += `| \`${call}\` | ${boundUlp} | ${isNear ? stated : bytes} |\n`;
    }
    const expected = withTable(text, 'math', `| function | ulp, at most | bytes |\n|---|---|---|\n${rows}\n`);
    if (process.env.BLESS === '1') writeFileSync(page('numbers.md'), expected);
    else expect(text).toBe(expected);
  }, 300_000);
});

describe('docs/kernel-language.md', () => {
  let groups: ReadonlyMap<ConstructGroup, readonly ConstructState[]>;
  beforeAll(async () => {
    groups = await constructStates();
  }, 300_000);

  test('says of each construct what the compiler says (BLESS=1 writes it)', () => {
    const text = readFileSync(page('kernel-language.md'), 'utf8');
    const expected = withTable(text, 'constructs', languageTable(groups));
    if (process.env.BLESS === '1') writeFileSync(page('kernel-language.md'), expected);
    else expect(text).toBe(expected);
  });

  test('the programs of the table are refused for what they show, and for nothing else', () => {
    for (const { construct, codes } of [...groups.values()].flat()) {
      if (codes.length > 0) expect(codes[0], `${construct.name}: ${codes}`).toMatch(/^SH(1\d|30)\d\d$/);
    }
  });

  /** Kinds that no program can have, and why. */
  const NO_NODE: Readonly<Record<string, string>> = {
    IntrinsicKeyword: 'only declarations of TypeScript itself may have it',
    JSDocAllType: 'a parse error outside of comments',
    JSDocUnknownType: 'a parse error outside of comments',
    JSDocNullableType: 'a parse error outside of comments',
    JSDocNonNullableType: 'a parse error outside of comments',
    JSDocOptionalType: 'a parse error outside of comments',
    JSDocFunctionType: 'a parse error outside of comments',
    JSDocVariadicType: 'a parse error outside of comments',
  };

  test('every kind of syntax that has a rule is in the program of some construct', () => {
    const seen = new Set<string>();
    const walk = (node: ts.Node): void => {
      seen.add(syntaxKindName(node.kind));
      ts.forEachChild(node, walk);
    };
    for (const { files } of CONSTRUCT_GROUPS.flatMap(({ constructs }) => constructs)) {
      for (const [name, text] of Object.entries(files)) walk(ts.createSourceFile(name, text, ts.ScriptTarget.Latest));
    }
    const missing = Object.entries(SYNTAX_RULES)
      .filter(([name, { rule }]) => rule !== 'absent' && !seen.has(name) && !(name in NO_NODE))
      .map(([name]) => name);
    expect(missing).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  test('has every code (BLESS=1 writes it)', () => {
    if (process.env.BLESS === '1') writeFileSync(page('errors.md'), errorsPage());
    expect(readFileSync(page('errors.md'), 'utf8')).toBe(errorsPage());
  });

  test('explains every exit code', () => {
    expect(EXPLAINED_EXIT_CODES).toEqual(Object.values(EXIT_CODES));
  });
});
