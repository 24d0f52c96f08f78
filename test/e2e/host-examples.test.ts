/** The larger examples, as a user runs them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project, packageRoot } from './exact-node-project.ts';
import { shoal } from './shoal-command.ts';

let project: Project;

beforeAll(async () => {
  project = await Project.create({});
});

afterAll(() => project.remove());

test('sha256: each chunk of a file as node:crypto has it, of any length', async () => {
  const file = join(project.folder, 'bytes');
  // Lengths around the end of a block of 64 bytes, where the padding changes, are the last chunk's.
  for (const length of [1024 * 3 + 55, 1024 + 56, 63, 1024 * 18 + 64, 0]) {
    await writeFile(
      file,
      Uint8Array.from({ length }, (_, i) => i * i + (i >> 5)),
    );
    const { code, stdout, stderr } = await shoal(project, 'run', join(packageRoot, 'examples/sha256/main.ts'), file);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const chunks = Math.ceil(length / 1024);
    expect(stdout.trimEnd().split('\n')).toHaveLength(chunks + 1);
    expect(stdout).toContain(`${chunks} chunks, all as node:crypto says\n`);
  }
});

test('n-body: the same bits as exact Node', async () => {
  const { code, stdout, stderr } = await shoal(project, 'run', join(packageRoot, 'examples/n-body/main.ts'));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('64 bodies, 4 steps: every bit as in exact Node');
  expect(stdout).toMatch(/^kernels\.step +64 +0 /m);
});

test('heat: tiles that exchange edges, the same bits on the board and in threads of Node', async () => {
  const { code, stdout, stderr } = await shoal(project, 'run', join(packageRoot, 'examples/heat/main.ts'));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toBe(
    '4096 cells, 50 steps on 16 cores: every bit as in Node\n66.30 % of the heat is still there, 772 cells are warm\n',
  );
});

test('sort: numbers that stay on the cores', async () => {
  const { code, stdout, stderr } = await shoal(project, 'run', join(packageRoot, 'examples/sort/main.ts'));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toBe('2048 numbers sorted on 16 cores, as in Node; 15426 times one changed its core\n');
});

test('word-count: as JavaScript counts, wherever chunks of 4096 bytes cut a word, a gap or a character', async () => {
  const file = join(project.folder, 'text');
  const texts: readonly (readonly [text: string, words: number])[] = [
    ['', 0],
    [` \n\t${'a'.repeat(20_000)}\r\v\f `, 1],
    [`${'a'.repeat(4095)} b${' '.repeat(4095)}c`, 3],
    ['ein W\u00f6rtchen '.repeat(2000), 4000],
    ['\u{1f41f}\u{1f420}x '.repeat(3000), 3000],
  ];
  for (const [text, words] of texts) {
    await writeFile(file, text);
    const outcome = await shoal(project, 'run', join(packageRoot, 'examples/word-count/main.ts'), file);
    const chunks = Math.ceil(Buffer.byteLength(text) / 4096);
    const stdout = `${words} words in ${chunks} chunks, as JavaScript counts\n`;
    expect(outcome).toEqual({ code: 0, stdout, stderr: '' });
  }
}, 120_000);
