/** `shoal` with help, boards, disasm and compile, as a user sees it. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROKEN_KERNELS, type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { jsonOf, shoal as shoalIn } from './shoal-command.ts';

const SAXPY = `'use kernel';
import type { f32 } from 'shoal/kernel';

export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}
`;
const TOO_LARGE = `'use kernel';
import type { i32 } from 'shoal/kernel';

const table = new Int32Array(9000);

export function put(i: i32, value: i32): void {
  table[i] = value;
}
`;

let project: Project;
beforeAll(async () => {
  project = await Project.create({
    'saxpy.ts': SAXPY,
    'broken.ts': BROKEN_KERNELS,
    'deep.ts': `'use kernel';\nexport function k(): number { return ${'('.repeat(5000)}1${')'.repeat(5000)}; }\n`,
    'at.ts': "'use kernel';\nexport function at(): void {}\n",
    'too-large.ts': TOO_LARGE,
    'plain.ts': 'export const answer = 42;\n',
    'notes.txt': 'not an ELF file, but long enough to hold the header of one if it were',
  });
});
afterAll(() => project.remove());

function shoal(...args: string[]): Promise<Outcome> {
  return shoalIn(project, ...args);
}

describe('help', () => {
  test('lists the commands', async () => {
    expect(await shoal('--help')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
        "stdout": "Usage: shoal [--version] <command> [options]
      Programs boards full of small cores from TypeScript. More: shoal help <command>

        init        make a new project
        run         run a program whose kernels give the bits of a core
        compile     compile a kernel module to machine code
        disasm      show the machine code of an ELF file
        emulate     an emulated board by itself, or programs on one
        flash       put a runtime package on a board
        images      list the images in the slots of a board
        read        read memory of a board
        write       write a file into memory of a board, or into its free slot
        erase       clear memory of a board, or its free slot
        reset       restart a board
        monitor     show what a board logs
        repl        use the objects of a board, line by line
        bench       measure a board and the line to it
        devices     list what boards can be reached by
        info        show what is known of one board
        doctor      check this computer for what boards need
        udev        print or install the rules by which users may open boards
        boards      list the boards that are known by name
        completion  print what makes a shell complete commands and options
      ",
      }
    `);
  });

  test('without a command it is shown too, and the exit code says that one is missing', async () => {
    const { code, stdout, stderr } = await shoal();
    expect({ code, stderr }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error[USAGE]: no command was given
        try: shoal --help
      ",
      }
    `);
    expect(stdout).toContain('Usage: shoal [--version] <command> [options]');
  });

  test('the version is that of package.json', async () => {
    const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
    expect(await shoal('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('a command line that cannot be understood', () => {
  test.each([
    [['comple']],
    [['compile']],
    [['compile', 'saxpy.ts', '--bord', 'x']],
    [['compile', 'saxpy.ts', '--board', 'x16']],
  ])('shoal %j', async (args) => {
    expect(await shoal(...args)).toMatchSnapshot();
  });
});

test('boards', async () => {
  expect(await shoal('boards')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "parallella-16  Parallella, 16 cores             16 cores (4x4)    600 MHz  32 KB each, 32 MB shared
    parallella-64  Parallella, 64 cores             64 cores (8x8)    600 MHz  32 KB each, 32 MB shared
    e16g301        Epiphany-III E16G301, chip only  16 cores (4x4)    1000 MHz 32 KB each
    e64g401        Epiphany-IV E64G401, chip only   64 cores (8x8)    800 MHz  32 KB each
    ",
    }
  `);
  const answer = jsonOf(await shoal('boards', '--json'));
  expect(answer).toMatchObject({ schema: 'shoal/boards/1', ok: true });
  expect((answer.data as { name: string }[]).map(({ name }) => name)).toEqual([
    'parallella-16',
    'parallella-64',
    'e16g301',
    'e64g401',
  ]);
});

describe('compile', () => {
  test('writes a file beside which nothing else is needed', async () => {
    const { code, stdout, stderr } = await shoal('compile', 'saxpy.ts');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/\d[\d. ]*\b(?! of)/g, '# ')).toMatchInlineSnapshot(`
      "saxpy.ts: # kernel, # bytes; needs # of # bytes: runtime # KB, code # KB, stacks # KB
      wrote saxpy.shoal
      "
    `);
    const bytes = await readFile(join(project.folder, 'saxpy.shoal'));
    expect([...bytes.subarray(0, 3)]).toEqual([0xd9, 0xd9, 0xf7]);
    expect(await shoal('compile', 'saxpy.ts', '-o', 'other.shoal')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nwrote other\.shoal\n$/),
    });
    expect(await readFile(join(project.folder, 'other.shoal'))).toEqual(bytes);
  });

  test('--listing shows the source beside instructions and bytes, and writes no file', async () => {
    const { code, stdout } = await shoal('compile', 'saxpy.ts', '--listing');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^saxpy\.saxpy: \d+ bytes$/m);
    expect(stdout).toMatch(/^5: for \(let i = 0; .* 0 {2}[0-9a-f]{4,8} +\S+/m);
    expect(stdout).toMatch(/ fmadd r\d+,r\d+,r\d+$/m);
    expect(stdout).not.toContain('wrote');
  });

  test('--no-checks leaves the checks of indices out', async () => {
    const bytes = async (...options: string[]): Promise<number> => {
      const answer = jsonOf(await shoal('compile', 'saxpy.ts', '--json', ...options));
      return (answer.data as { targets: [{ bytes: number }] }).targets[0].bytes;
    };
    expect(await bytes('--no-checks')).toBeLessThan(await bytes());
  });

  test('--json says what the kernels take and what the module needs', async () => {
    const outcome = await shoal('compile', 'saxpy.ts', '--json', '-o', 'json.shoal');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(outcome)).toMatchObject({
      schema: 'shoal/compile/1',
      ok: true,
      data: {
        file: 'saxpy.ts',
        boards: ['parallella-16'],
        output: 'json.shoal',
        targets: [
          {
            isa: 'epiphany',
            localMemoryBytes: 32768,
            kernels: [
              {
                name: 'saxpy',
                parameters: [
                  { name: 'a', scalar: 'f32' },
                  { name: 'x', element: 'f32', direction: 'in' },
                  { name: 'y', element: 'f32', direction: 'in-out' },
                ],
                result: 'void',
              },
            ],
            size: { availableBytes: 32768 },
          },
        ],
      },
    });
  });

  test('--board more than once: boards that take the same code share it', async () => {
    const boards = ['--board', 'parallella-16', '--board', 'e64g401'];
    const outcome = await shoal('compile', 'saxpy.ts', '--json', '-o', 'both.shoal', ...boards);
    expect(jsonOf(outcome)).toMatchObject({ data: { boards: ['parallella-16', 'e64g401'], targets: [{}] } });
    expect(await readFile(join(project.folder, 'both.shoal'))).toEqual(
      await readFile(join(project.folder, 'saxpy.shoal')),
    );
    expect(await shoal('compile', 'saxpy.ts', '--board', 'e64g401', '--board', 'x16')).toMatchObject({ code: 2 });
  });

  test('errors come with the line, the reason and what to write', async () => {
    expect(await shoal('compile', 'broken.ts')).toMatchInlineSnapshot(`
      {
        "code": 8,
        "stderr": "error SH2103: \`n / 2\` is a fraction (f32), and the result of \`half\` is an i32
        at broken.ts:4:10
        4 |   return n / 2;
          |          ^^^^^
        why: \`/\` divides as JavaScript does, also where both operands are integers
        fix: write \`(n / 2) | 0\` for integer division
      ",
        "stdout": "",
      }
    `);
    const outcome = await shoal('compile', 'broken.ts', '--json');
    expect(outcome).toMatchObject({ code: 8, stderr: '' });
    expect(jsonOf(outcome)).toMatchObject({
      schema: 'shoal/error/1',
      ok: false,
      error: {
        code: 'COMPILE_FAILED',
        details: { diagnostics: [{ code: 'SH2103', position: { line: 4, column: 10 } }] },
      },
    });
  });

  test.each([
    ['deep.ts', 'SH5005', 2],
    ['at.ts', 'SH4011', 2],
    ['absent.ts', 'FILE_NOT_FOUND', 0],
  ])('%s is refused with a number, a place and no stack of the compiler', async (file, number, line) => {
    const { code, stdout, stderr } = await shoal('compile', file);
    expect({ code: code === 8 || line === 0, stdout }).toEqual({ code: true, stdout: '' });
    expect(stderr).toContain(number);
    expect(stderr).not.toMatch(/Maximum call stack|at .*\(.*\.js:\d+|a bug of Shoal/);
    const answer = jsonOf(await shoal('compile', file, '--json'));
    expect(answer).toMatchObject({ ok: false });
    if (line > 0) {
      expect(answer).toMatchObject({ error: { details: { diagnostics: [{ code: number, position: { line } }] } } });
    }
  });

  test('a module that does not fit says what needs how much', async () => {
    const { code, stdout, stderr } = await shoal('compile', 'too-large.ts');
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
    expect(stderr).toMatch(
      /^error\[MEMORY_OVERFLOW\]: too-large needs 3\d \d{3} of 32 768 bytes: runtime \d\.\d KB, code \d\.\d KB, stacks \d\.\d KB, .*`table` 35\.2 KB \(too-large\.ts:4:7\)\n {2}try: .+\n$/,
    );
    const items = (jsonOf(await shoal('compile', 'too-large.ts', '--json')).error as Record<string, unknown>).details;
    expect(items).toMatchObject({
      availableBytes: 32768,
      items: expect.arrayContaining([expect.objectContaining({ name: 'table', lengthBytes: 36000 })]),
    });
  });

  test.each([
    [['absent.ts'], 1],
    [['.'], 1],
    [['plain.ts'], 8],
    [['saxpy.ts', '-o', 'absent/saxpy.shoal'], 2],
    [['saxpy.ts', '-o', '.'], 2],
  ])('%j', async (args, exitCode) => {
    const { code, stdout, stderr } = await shoal('compile', ...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });
});

describe('disasm', () => {
  test('of the core runtime', async () => {
    await copyFile(join(packageRoot, 'dist/device/core/epiphany.elf'), join(project.folder, 'runtime.elf'));
    const { code, stdout, stderr } = await shoal('disasm', 'runtime.elf');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Disassembly of section \.text:\n\n00000000 <vectors>:\n {5}0: {2}[0-9a-f]{8} {2}b 0x/);
    expect(stdout).toMatch(/^; device\/core\/.*\.ts:\d+/m);
    expect(stdout).toMatch(/^ +[0-9a-f]+: {2}[0-9a-f]{4,8} +idle$/m);
  });

  test('of compiled kernels', async () => {
    await shoal('compile', 'saxpy.ts', '-o', 'code.shoal');
    const { code, stdout } = await shoal('disasm', 'code.shoal', '--symbol', 'saxpy.saxpy');
    expect(code).toBe(0);
    expect(stdout).toMatch(/saxpy\.ts:5 {2}for \(let i = 0;/);
    expect(stdout).toMatch(/fmadd/);
    const answer = jsonOf(await shoal('disasm', 'code.shoal', '--json'));
    expect(answer).toMatchObject({ schema: 'shoal/disasm/1', ok: true, data: { file: 'code.shoal' } });
  });

  test.each([['absent.elf'], ['notes.txt'], ['.']])('%s cannot be shown', async (file) => {
    expect(await shoal('disasm', file)).toMatchSnapshot();
    expect(jsonOf(await shoal('disasm', file, '--json'))).toMatchObject({ schema: 'shoal/error/1', ok: false });
  });
});

test('colours are for terminals, and only without NO_COLOR', async () => {
  const run = (environment: Readonly<Record<string, string | undefined>>): Promise<Outcome> =>
    project.start([join(packageRoot, 'bin/shoal.js'), 'disasm', 'absent.elf'], environment).done;
  expect((await run({})).stderr).not.toContain('\u001b');
  expect((await run({ NO_COLOR: undefined })).stderr).not.toContain('\u001b');
  expect((await run({ NO_COLOR: undefined, FORCE_COLOR: '1' })).stderr).toContain('\u001b[');
  expect((await run({ NO_COLOR: '1', FORCE_COLOR: '1' })).stderr).not.toContain('\u001b');
});
