/** `shoal emulate` with programs of GCC and with some of our own that end badly. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ELF_MACHINE_EPIPHANY, SECTION_FLAG } from '../../boards/elf/elf-file.ts';
import { writeElf } from '../../boards/elf/write-elf.ts';
import { assemble } from '../../boards/isa/epiphany/assembler.ts';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { shoal as shoalIn } from './shoal-command.ts';

const GCC_KERNELS = ['bubble', 'crc32bit', 'empty', 'saxpy'];

/** What programs of ours do; each begins where a core starts, at 0x100. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'exit-3.elf': 'mov r0, #3\n trap 3',
  // Loads from an odd address.
  'fault.elf': 'mov r0, #1\n ldr r1, [r0]',
  'limit.elf': 'again: b again',
  // Asleep with every interrupt masked.
  'deadlock.elf': 'mov r0, #0x3ff\n movts imask, r0\n idle\n trap 3',
};

let project: Project;
beforeAll(async () => {
  project = await Project.create({ 'notes.txt': 'not an ELF file' });
  for (const name of GCC_KERNELS) {
    const packed = await readFile(join(packageRoot, `test/conformance/data/gcc-kernels/O3/${name}.elf.gz`));
    await writeFile(join(project.folder, `${name}.elf`), gunzipSync(packed));
  }
  for (const [name, source] of Object.entries(PROGRAMS)) await writeFile(join(project.folder, name), elfOf(source));
});
afterAll(() => project.remove());

function elfOf(source: string): Uint8Array {
  const text = assemble(source).sections.find(({ name }) => name === '.text');
  if (text?.bytes === undefined) throw new Error('nothing was assembled');
  const flags = SECTION_FLAG.alloc | SECTION_FLAG.execute;
  const section = { name: '.text', flags, address: 0x100, alignBytes: 8, content: text.bytes };
  return writeElf({
    machine: ELF_MACHINE_EPIPHANY,
    type: 2,
    entry: 0x100,
    sections: [section],
    symbols: [],
    relocations: [],
  });
}

function emulate(...args: string[]): Promise<Outcome> {
  return shoalIn(project, 'emulate', ...args);
}

function linesOf({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('programs compiled by GCC, several in one call', () => {
  const files = GCC_KERNELS.map((name) => `${name}.elf`);

  test('print to standard output; what became of them goes to standard error', async () => {
    const { code, stdout, stderr } = await emulate('--elf', ...files);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(\d+\n){4}$/);
    expect(stderr.replaceAll(/\d+ instructions/g, 'N instructions').split('\n')).toEqual([
      ...files.map((file) => `${file}: exit status 0 after N instructions`),
      '',
    ]);
  });

  test('--json: a line each, with the same keys in the same order, the same in every run and on every core', async () => {
    const outcome = await emulate('--json', '--board', 'parallella-64', '--core', '7,7', '--elf', ...files);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const lines = linesOf(outcome);
    for (const [i, line] of lines.entries()) {
      expect(Object.keys(line)).toEqual(['file', 'status', 'exit', 'instructions', 'cycles', 'stdout', 'error']);
      expect(line).toMatchObject({ file: files[i], status: 'exit', exit: 0, error: null });
      expect(line.stdout).toMatch(/^\d+\n$/);
      expect(line.instructions).toBeGreaterThan(0);
    }
    expect(lines.length).toBe(files.length);
    expect(await emulate('--json', '--elf', ...files)).toEqual(outcome);
  });
});

test('programs that end badly are told apart, and the others have their turn', async () => {
  const files = [...Object.keys(PROGRAMS), 'notes.txt', 'absent.elf', 'empty.elf'];
  const outcome = await emulate('--json', '--max-instructions', '5000', '--elf', ...files);
  expect(outcome).toMatchObject({ code: 9, stderr: '' });
  const lines = linesOf(outcome);
  expect(lines.map(({ file, status, exit }) => [file, status, exit])).toEqual([
    ['exit-3.elf', 'exit', 3],
    ['fault.elf', 'fault', null],
    ['limit.elf', 'limit', null],
    ['deadlock.elf', 'deadlock', null],
    ['notes.txt', 'fault', null],
    ['absent.elf', 'fault', null],
    ['empty.elf', 'exit', 0],
  ]);
  const errors = lines.map(({ error }) => error);
  expect(errors[0]).toBeNull();
  expect(errors[1]).toMatch(/^core 0 \(0,0\): stopped: .*unaligned.*0x0*1\b.* at pc 0x00000102/);
  expect(errors[2]).toMatch(/^core 0 \(0,0\): running at pc 0x00000100/);
  expect(errors[3]).toMatch(/^core 0 \(0,0\): asleep, every interrupt is masked/);
  expect(errors[4]).toMatch(/ELF_INVALID/);
  expect(errors[5]).toMatch(/cannot read absent\.elf/);
  expect(lines[2]).toMatchObject({ instructions: 5000 });
});

test.each([['exit-3.elf'], ['fault.elf'], ['deadlock.elf']])('%s, for people', async (file) => {
  const { code, stdout, stderr } = await emulate('--elf', file);
  expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
  expect(stderr).toMatchSnapshot();
});

test.each([
  [['--elf', 'empty.elf', '--core', '4,0'], 'give row,column from 0,0 to 3,3'],
  [['--elf', 'empty.elf', '--max-instructions', 'many'], 'wants a whole number'],
  [['--elf', 'empty.elf', '--board', 'parallela-16'], "Did you mean 'parallella-16'?"],
  [[], 'has no line by which it could be reached'],
  [['--tcp', '99999'], 'is not a port'],
  [['parallela-16', '--serial'], "Did you mean 'parallella-16'?"],
])('%j is no command line', async (args, message) => {
  const { code, stdout, stderr } = await emulate(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('Ctrl-C ends a program that never ends with 130', async () => {
  const started = project.start([
    join(packageRoot, 'bin/shoal.js'),
    'emulate',
    '--json',
    '--elf',
    'empty.elf',
    'limit.elf',
  ]);
  // The first program has ended, so the second runs.
  await started.firstOutput;
  started.kill('SIGINT');
  expect((await started.done).code).toBe(130);
});
