import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { check } from './front-end-check.ts';

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  i8: [-(2 ** 7), 2 ** 7 - 1],
  u8: [0, 2 ** 8 - 1],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  u16: [0, 2 ** 16 - 1],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
};
const KINDS = [...Object.keys(RANGES), 'f32'];

/** An integer goes where all its values are, and into f32. An f32 goes nowhere else. */
function goesInto(from: string, to: string): boolean {
  const a = RANGES[from];
  const b = RANGES[to];
  if (b === undefined) return true;
  return a !== undefined && b[0] <= a[0] && a[1] <= b[1];
}

describe('soft brands', () => {
  const pairs = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const));

  test.each(pairs)('%s into %s', (from, to) => {
    const { diagnostics } = check(`import { type ${from}${from === to ? '' : `, type ${to}`} } from 'shoal/kernel';
      export function k(a: ${from}): ${to} { const b: ${to} = a; return b; }`);
    expect(new Set(diagnostics.map((d) => d.code))).toEqual(new Set(goesInto(from, to) ? [] : ['SH2005']));
    for (const d of diagnostics) expect(d.replacement).toMatch(/^write `/);
  });

  test.each(KINDS)('every number, literal and arithmetic goes into %s, and it is a number', (kind) => {
    const { codes } = check(`import { type ${kind} } from 'shoal/kernel';
      export function k(a: ${kind}, n: number, x: Float32Array): number {
        let b: ${kind} = 1; b = n; b = a + n; b = -a; b = x[a]; b = x.length; b = a > n ? a : n; b++; b += a; b |= 1;
        if (a) b = 0; else if (a === 3) b = a; while (b !== a && !b) b = a;
        for (let i = a; i < n; i++) b = i;
        switch (a) { case 0: b = a; break; case 7: b = a; }
        return b;
      }`);
    expect(codes).toEqual([]);
  });
});

/** Kernels that the kernel library accepts, for a comparison with TypeScript's own library. */
const KERNELS = `'use kernel';
import { coreCount, coreIndex, type f32, type i8, type i16, type i32, type u8, type u16, type u32 } from 'shoal/kernel';
import {
  arrayAddress, bitsOf, callAddress, disableInterrupts, enableInterrupts, floatOf, idle, load8, load16, load32,
  readRegister, store8, store16, store32, testAndSet, writeRegister,
} from 'shoal/kernel/machine';
const table = new Float32Array([1, 2, 3]);
const bytes = new Uint8Array(16);
let total: f32 = 0;
export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  if (x.length !== y.length) throw new RangeError('lengths differ');
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
  for (const v of x) total += v * table[0];
  for (const w of bytes) bytes[w & 15] = w ^ 1;
}
export function arrays(a: Int8Array, b: Uint8Array, c: Int16Array, d: Uint16Array, e: Int32Array, f: Uint32Array): f32 {
  const pick = a.length > 3 ? e : e;
  for (const v of a) e[0] += v;
  return a[0] + b[0] + c[0] + d[0] + e[0] + f[0] + pick[1];
}
export function mathematics(a: f32, i: i32, j: u8, k: i8, l: i16, m: u16): f32 {
  return Math.sqrt(a) + Math.abs(i) + Math.min(i, j, k) + Math.max(l, m) + Math.floor(a) + Math.ceil(a) + Math.trunc(a)
    + Math.sign(a) + Math.imul(i, j) + Math.clz32(i) + Math.fround(a) + Math.PI + Math.E + Math.LN10 + Math.LN2
    + Math.LOG2E + Math.LOG10E + Math.SQRT1_2 + Math.SQRT2 + NaN + Infinity;
}
export function machine(a: u32, f: f32, x: Float32Array): i32 {
  store8(a, load8(a)); store16(a, load16(a)); store32(a, load32(a));
  writeRegister('imask', readRegister('ilat'));
  disableInterrupts(); idle(); enableInterrupts();
  if (testAndSet(a, 1) !== 0) throw new Error('taken');
  return callAddress(arrayAddress(x)) + callAddress(a, 1, 2, 3, 4) + bitsOf(floatOf(bitsOf(f))) + coreIndex() + coreCount();
}
`;

test('what passes with the kernel library passes in an editor with the standard one', () => {
  expect(check(KERNELS).diagnostics).toEqual([]);
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    exactOptionalPropertyTypes: true,
    customConditions: ['dev'],
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const entry = join(root, 'kernels-of-a-test.ts'); // inside the package, so that it can import it by name
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (path, ...rest) =>
    path === entry ? ts.createSourceFile(path, KERNELS, ts.ScriptTarget.ES2023) : getSourceFile(path, ...rest);
  host.fileExists = (path) => path === entry || fileExists(path);
  host.readFile = (path) => (path === entry ? KERNELS : readFile(path));
  host.getCurrentDirectory = () => dirname(entry);
  const program = ts.createProgram([entry], options, host);
  const messages = program
    .getSemanticDiagnostics(program.getSourceFile(entry))
    .map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
  expect(messages).toEqual([]);
});

test('the kernel library declares nothing that the standard library has not', () => {
  const path = fileURLToPath(new URL('../../../compiler/front-end/kernel-lib/kernel.d.ts', import.meta.url));
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  expect(names.filter((name) => name !== 'element' && !(name in globalThis))).toEqual([]);
  const math = [...readFileSync(path, 'utf8').matchAll(/^ {4}(?:readonly )?(\w+)(?:\(.*\))?: number;$/gm)].map(
    (m) => m[1],
  );
  expect(math.filter((name) => !(String(name) in Math) && !(String(name) in Array.prototype))).toEqual([]);
  expect(math.length).toBeGreaterThan(18);
});
