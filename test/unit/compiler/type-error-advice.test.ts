/** No advice of TypeScript reaches users that is wrong for kernels: settings, packages, libraries. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { withoutAdvice } from '../../../compiler/front-end/diagnostic-type-errors.ts';
import { body, check } from './front-end-check.ts';

/** Every message that TypeScript has; not in its public types. */
const MESSAGES = Object.values(
  (ts as unknown as { Diagnostics: Record<string, { code: number; category: number; message: string }> }).Diagnostics,
).filter(({ category }) => category === ts.DiagnosticCategory.Error);

const WRONG =
  /tsconfig|@types|npm i|target library|compiler option|'lib'|--[a-z]|Did you mean|esModuleInterop|Modules?' flag/;

test('advice is taken out of every message of TypeScript', () => {
  expect(MESSAGES.length).toBeGreaterThan(1000);
  expect(MESSAGES.filter(({ message }) => WRONG.test(message)).length).toBeGreaterThan(100);
  for (const { message } of MESSAGES) {
    expect(withoutAdvice(message)).not.toMatch(WRONG);
    expect(withoutAdvice(message)).not.toBe('');
  }
});

test('what is wrong stays', () => {
  expect(withoutAdvice("Cannot find name 'x'. Do you need to change your target library?")).toBe(
    "Cannot find name 'x'",
  );
  expect(withoutAdvice("Type 'A' is not assignable to type 'B'.")).toBe("Type 'A' is not assignable to type 'B'");
});

test.each([
  'new Map().get(i);',
  'const p = Promise.resolve(1);',
  'require("fs");',
  'const s = Buffer.from(x);',
  'describe("a", () => {});',
  'x.findLast((v) => v > 1);',
  'const { a } = window;',
  'x.toSorted();',
  'f.toFixed(2);',
  'Object.entries(x);',
  'i.lenght;',
  'coreIndx();',
  'const o: { a: i32 } = { b: 1 };',
  'twice(1, 2);',
  'using r = x;',
  'for (const v of i) state += v;',
  'const g = (v) => v;',
  'const e = import.meta.url;',
])('%s', (statement) => {
  const { diagnostics } = check(body(statement));
  expect(diagnostics.length).toBeGreaterThan(0);
  for (const { message, reason, replacement } of diagnostics)
    expect(`${message} ${reason} ${replacement}`).not.toMatch(WRONG);
});
