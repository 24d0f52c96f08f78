import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  budgetViolations,
  bundle,
  compileErrors,
  importViolations,
  lengthViolations,
  nameViolations,
} from '../support/architecture-rules.ts';

const root = join(import.meta.dirname, '../..');
const fixtures = join(import.meta.dirname, 'fixtures');

/** Minified bytes of what each neutral face bundles to. A budget is raised only with a reason in the commit. */
const BUDGETS = {
  // For hosts; what the control runtime takes of it has a budget of its own.
  [join(root, 'protocol/index.ts')]: 96 * 1024,
  [join(root, 'device/kernel/index.ts')]: 2 * 1024,
};

describe('the project', () => {
  test('imports only along the arrows', () => expect(importViolations(root)).toEqual([]));
  test('has names that say what a file holds', () => expect(nameViolations(root)).toEqual([]));
  test('keeps its bundles within budget', async () => expect(await budgetViolations(BUDGETS)).toEqual([]));
  test('explains every file over 600 lines', () =>
    expect(lengthViolations(root, 600, readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'))).toEqual([]));
  test('loads neither the TypeScript compiler nor esbuild before a kernel is compiled', async () => {
    const { packages } = await bundle(join(root, 'host/index.ts'));
    expect(packages.filter((name) => name === 'typescript' || name === 'esbuild')).toEqual([]);
  });
});

describe('each rule fails on a tree that breaks it', () => {
  test('wrong-way import', () =>
    expect(importViolations(join(fixtures, 'wrong-way-import'))).toEqual(['protocol/frame.ts imports host/open.ts']));
  test('wrong-way import of types only', () =>
    expect(importViolations(join(fixtures, 'type-only-wrong-way'))).toEqual([
      'boards/board.ts imports emulator/machine.ts',
    ]));
  test('Node module in a neutral folder', () =>
    expect(importViolations(join(fixtures, 'forbidden-package'))).toEqual([
      'boards/board.ts imports the package node:fs',
    ]));
  test('a name that says nothing', () =>
    expect(nameViolations(join(fixtures, 'bad-name'))).toEqual(['boards/utils.ts: the name says nothing']));
  test('a file that is too long', () =>
    expect(lengthViolations(join(fixtures, 'bad-name'), 0, '')).toEqual(['boards/utils.ts has 1 lines']));
  test.each(['protocol', 'boards', 'device/kernel'])('a Node global in %s/', (folder) => {
    const errors = compileErrors(root, folder, join(fixtures, 'node-global/uses-node.ts')).join('\n');
    for (const name of ['node:fs', 'Buffer', 'console', 'process', 'setTimeout']) expect(errors).toContain(`'${name}'`);
  });
  test('a bundle over its budget', async () =>
    expect(await budgetViolations({ [join(fixtures, 'over-budget/entry.ts')]: 1024 })).toHaveLength(1));
});
