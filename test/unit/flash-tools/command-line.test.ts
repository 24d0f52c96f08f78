import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeElf } from '../../../boards/elf/write-elf.ts';
import { findBoard } from '../../../boards/registry.ts';
import { compileKernels } from '../../../compiler/index.ts';
import { writeContainer } from '../../../compiler/module-container.ts';
import { COMMAND_TABLE } from '../../../flash-tools/command-table.ts';
import { EXIT_CODES, exitCodeOf } from '../../../flash-tools/exit-codes.ts';
import { runCommandLine } from '../../../flash-tools/program.ts';
import { Progress } from '../../../flash-tools/progress.ts';
import { sampleProgram } from '../elf/sample-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = join(folder, 'sample.elf');
writeFileSync(sample, writeElf(sampleProgram()));
const text = join(folder, 'notes.txt');
writeFileSync(text, 'not an ELF file, but long enough to hold the header of one if it were');
const foreign = join(folder, 'foreign.elf');
writeFileSync(foreign, writeElf({ ...sampleProgram(), machine: 3 }));

interface Outcome {
  readonly output: string;
  readonly json: boolean;
  readonly answer: { readonly schema: string; readonly data: unknown } | undefined;
  readonly error: unknown;
}

async function shoal(...args: string[]): Promise<Outcome> {
  let output = '';
  let json = false;
  let answer: Outcome['answer'];
  let error: unknown;
  try {
    await runCommandLine(args, {
      frame: {
        answer: (schema, data, print) => {
          answer = { schema, data };
          output += print();
        },
        line: (line) => {
          output += `${line}\n`;
        },
        note: () => {},
        progress: () => new Progress({ write: () => true }),
        exit: () => {},
        interruption: () => new AbortController().signal,
      },
      wantsJson: (wanted) => {
        json = wanted;
      },
      help: (help) => {
        output += help;
      },
    });
  } catch (thrown) {
    error = thrown;
  }
  return { output, json, answer, error };
}

describe('a command line that cannot be understood', () => {
  test.each([
    [[], 'no command was given', 'shoal --help'],
    [['disam', 'x'], "there is no command 'disam'", "did you mean 'shoal disasm'?"],
    [['xyzzy'], "there is no command 'xyzzy'", 'shoal --help lists the commands'],
    [['help', 'bords'], "there is no command 'bords'", "did you mean 'shoal boards'?"],
    [['--verison'], "unknown option '--verison'", 'did you mean --version? See shoal --help'],
    [['disasm'], "missing required argument 'file'", 'shoal disasm --help'],
    [['disasm', 'a', 'b'], 'too many arguments', /shoal disasm --help/],
    [['disasm', 'a', '--symbl', 'x'], "unknown option '--symbl'", 'did you mean --symbol? See shoal disasm --help'],
    [['disasm', 'a', '--symbol'], /argument missing/, 'shoal disasm --help'],
  ])('%j', async (args, message, hint) => {
    const { error } = await shoal(...args);
    expect(error).toMatchObject({
      code: 'USAGE',
      message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(exitCodeOf(error)).toBe(EXIT_CODES.usage);
  });
});

describe('help', () => {
  test('lists every command with its summary', async () => {
    const { output, error } = await shoal('--help');
    expect(error).toBeUndefined();
    for (const { name, summary } of COMMAND_TABLE) expect(output).toMatch(new RegExp(`^ +${name}\\b.*${summary}`, 'm'));
  });

  test.each([
    ['help', 'disasm'],
    ['disasm', '--help'],
  ])('%s %s shows the options of the command', async (...args) => {
    const { output, error } = await shoal(...args);
    expect(error).toBeUndefined();
    expect(output).toContain('Usage: shoal disasm [options] <file>');
    expect(output).toContain('--symbol <name>');
  });

  test('the version is that of the package', async () => {
    expect((await shoal('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test('every module of the table adds the command of its name', async () => {
  for (const { name, summary } of COMMAND_TABLE) {
    const { output, error } = await shoal(name, '--help');
    expect(error).toBeUndefined();
    expect(output).toContain(`Usage: shoal ${name}`);
    expect(summary).not.toMatch(/^[A-Z]|\.$/);
  }
});

describe('disasm', () => {
  test('shows code', async () => {
    const { output, answer } = await shoal('disasm', sample);
    expect(output).toContain('000001b0 <kernels.scale>:');
    expect(output).toContain('; src/kernels.ts:12');
    expect(answer).toMatchObject({ schema: 'disasm/1', data: { file: sample, blocks: [{ symbol: 'kernels.scale' }] } });
  });

  test('shows the code of one symbol, or says which there are', async () => {
    expect((await shoal('disasm', sample, '--symbol', 'kernels.scale')).output).toContain('<kernels.scale>:');
    const { error } = await shoal('disasm', sample, '--symbol', 'kernels.scal');
    expect(error).toMatchObject({ code: 'USAGE', hint: "did you mean 'kernels.scale'?" });
    expect((await shoal('disasm', sample, '--symbol', 'qqq')).error).toMatchObject({
      hint: 'its symbols: kernels.scale',
    });
  });

  test.each([
    [join(folder, 'absent.elf'), 'FILE_NOT_FOUND', 'there is no such file'],
    [folder, 'FILE_NOT_FOUND', 'it is a folder'],
    [text, 'ELF_INVALID', 'does not begin with 7f 45 4c 46'],
    [foreign, 'ELF_INVALID', 'e_machine is 0x3'],
  ])('%s', async (file, code, message) => {
    const { error } = await shoal('disasm', file);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), details: { file } });
    expect(String(error)).toContain(file);
    expect(exitCodeOf(error)).toBe(EXIT_CODES.failed);
  });
});

test('JSON is what a command was asked for by its own option, not by an argument of the program it runs', async () => {
  expect((await shoal('boards', '--json')).json).toBe(true);
  expect((await shoal('boards')).json).toBe(false);
  expect((await shoal('disasm', '--json')).json).toBe(true);
  expect((await shoal('run', join(folder, 'absent.ts'), '--json')).json).toBe(false);
  expect((await shoal('disasm', '--', '--json')).json).toBe(false);
});

test('boards lists every board in one line', async () => {
  const { output, answer } = await shoal('boards');
  expect(output.split('\n')).toHaveLength((answer?.data as readonly unknown[]).length);
  expect(output).toMatch(/^parallella-16 .*16 cores \(4x4\).*32 KB each, 32 MB shared$/m);
});

test('disasm shows the code inside of compiled kernels', async () => {
  const kernels = join(folder, 'kernels.ts');
  const lines = [
    "'use kernel';",
    "import type { i32 } from 'shoal/kernel';",
    'export function twice(x: i32): i32 {',
    '  return 2 * x;',
    '}',
  ];
  writeFileSync(kernels, lines.join('\n'));
  const board = findBoard('parallella-16');
  const module = await compileKernels(kernels, { board });
  const file = join(folder, 'kernels.shoal');
  writeFileSync(file, writeContainer([{ module, localMemoryBytes: board.localMemoryBytes }]));
  const { output, error } = await shoal('disasm', file, '--symbol', 'kernels.twice');
  expect(error).toBeUndefined();
  expect(output).toContain('<kernels.twice>:');
  expect(output).toMatch(/kernels\.ts:4 {2}return 2 \* x;/);
  writeFileSync(file, Uint8Array.of(0xd9, 0xd9, 0xf7, 0xa0));
  expect((await shoal('disasm', file)).error).toMatchObject({ code: 'ELF_INVALID', details: { file } });
});

test.each([
  [['read', 'emu:parallella-16', '--length', '4'], 'USAGE', '--at is missing'],
  [['read', 'emu:parallella-16', '--at', '0'], 'USAGE', '--length is missing'],
  [['read', 'udp://parallella'], 'SELECTOR_INVALID', 'has no memory that could be read'],
  [['read', 'usb:none'], 'SELECTOR_INVALID', 'names no USB device'],
  [['read', 'usb:0483:df11', '--at', '0,0:0'], 'USAGE', '--at wants an address'],
])('%j is refused', async (args, code, message) => {
  expect((await shoal(...args)).error).toMatchObject({ code, message: expect.stringContaining(message) });
});

describe('help fits a screen of 24 lines and 80 columns, with a line for the prompt', () => {
  const fits = (page: string): string[] => {
    const lines = page.trimEnd().split('\n');
    expect(lines.length, page).toBeLessThan(24);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    return lines;
  };

  test('of shoal itself: every command with what it does', async () => {
    const { output } = await shoal('--help');
    const lines = fits(output);
    for (const { name, summary } of COMMAND_TABLE) {
      expect(lines.some((line) => line.startsWith(`  ${name} `) && line.endsWith(summary))).toBe(true);
    }
  });

  test.each(
    COMMAND_TABLE.map(({ name }) => name),
  )('of %s, with examples; and it is meant by a name that is almost right', async (name) => {
    const { output, error } = await shoal(name, '--help');
    expect(error).toBeUndefined();
    const lines = fits(output);
    expect(lines[0]).toMatch(new RegExp(`^Usage: shoal ${name}\\b`));
    expect(await shoal('help', name)).toMatchObject({ output });
    expect(lines).toContain('Examples:');
    const examples = lines.slice(lines.indexOf('Examples:') + 1);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(example).toMatch(new RegExp(`^ {2}(sudo )?shoal ${name}\\b`));
    expect((await shoal(`${name}x`)).error).toMatchObject({ hint: `did you mean 'shoal ${name}'?` });
  });
});
