/** Far more live values than registers: the code is right, and made in a time that does not explode. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { compileKernels } from '../../compiler/compile.ts';
import { undefinedSymbols } from '../../compiler/link/place-module.ts';
import { runCompiled } from '../support/compiled-graph/run-compiled.ts';

const VALUES = 700;
const ROUNDS = 3;
const at = (k: number): number => (k * 211) % VALUES;

/** Every value is alive through the loop, and some change in it. */
function source(): string {
  const lines = ["'use kernel';", "import type { i32 } from 'shoal/kernel';", 'export function f(a: i32): i32 {'];
  for (let k = 0; k < VALUES; k++) lines.push(`  let v${k}: i32 = (a ^ ${k * 77}) + ${k};`);
  lines.push('  let s: i32 = 0;', `  for (let r = 0; r < ${ROUNDS}; r++) {`);
  for (let k = 0; k < VALUES; k += 3) lines.push(`    v${at(k)} += v${k} ^ r;`);
  lines.push('    if ((s & 1) === 0) s += v5;', '  }');
  for (let k = 0; k < VALUES; k++) lines.push(`  s = (s << 1) ^ (s >> 3) ^ v${at(k)};`);
  return [...lines, '  return s;', '}', ''].join('\n');
}

function expected(a: number): number {
  const v = Int32Array.from({ length: VALUES }, (_, k) => (a ^ (k * 77)) + k);
  const get = (k: number): number => v[k] as number;
  let s = 0;
  for (let r = 0; r < ROUNDS; r++) {
    for (let k = 0; k < VALUES; k += 3) v[at(k)] = (get(at(k)) + (get(k) ^ r)) | 0;
    if ((s & 1) === 0) s = (s + get(5)) | 0;
  }
  for (let k = 0; k < VALUES; k++) s = (s << 1) ^ (s >> 3) ^ get(at(k));
  return s;
}

test(`${VALUES} values that live through a loop`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-pressure-'));
  try {
    const file = join(folder, 'kernels.ts');
    writeFileSync(file, source());
    const { object } = compileKernels(file, { board: PARALLELLA_16 });
    const stubs = undefinedSymbols(object)
      .filter((name) => name !== 'traps.raise')
      .map((name) => ({ name, section: '.text', offset: 0, lengthBytes: 0, kind: 'function' }) as const);
    const code = { ...object, symbols: [...object.symbols, ...stubs] };
    for (const a of [0, 1, -1, 123456789]) {
      expect(runCompiled(code, 'kernels.f', [a]).result).toBe(expected(a));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
