import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findBoard } from '../../../boards/registry.ts';
import { compileOnce } from '../../../host/kernels/compile-once.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-compile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const board = findBoard('parallella-16');
const main = join(folder, 'main.ts');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), `'use kernel';\n${text}\n`);

test('a module is compiled again when it, or what it imports, has changed, and only then', async () => {
  write('main.ts', "import { STEP } from './step.ts';\nexport function step(): number {\n  return STEP;\n}");
  write('step.ts', 'export const STEP = 1;');
  const first = await compileOnce(main, board);
  expect(await compileOnce(main, board)).toBe(first);
  // Written again, with nothing new.
  write('step.ts', 'export const STEP = 1;');
  expect(await compileOnce(main, board)).toBe(first);
  write('step.ts', 'export const STEP = 2;');
  const second = await compileOnce(main, board);
  expect(second).not.toBe(first);
  expect(second.object).not.toEqual(first.object);
  expect(await compileOnce(main, findBoard('parallella-64'))).not.toBe(second);
  expect(await compileOnce(main, board)).toBe(second);
});

test('errors are told each time, and end with what is wrong', async () => {
  write('main.ts', 'export function step(): number {\n  return eval("1");\n}');
  await expect(compileOnce(main, board)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
  await expect(compileOnce(main, board)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
  write('main.ts', 'export function step(): number {\n  return 3;\n}');
  expect((await compileOnce(main, board)).kernels.map(({ name }) => name)).toEqual(['step']);
});
