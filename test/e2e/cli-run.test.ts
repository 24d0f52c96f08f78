/** `shoal run`: a program of a user, its exit code, its errors, its signals. And the small examples. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROKEN_KERNELS, type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { shoal as shoalIn, shoalPath } from './shoal-command.ts';

const TABLE = `'use kernel';
import type { i32 } from 'shoal/kernel';

export function pick(x: Int32Array, i: i32): i32 {
  return x[i];
}
`;
const TRAP = `import { open } from 'shoal';
await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./table.ts')>(new URL('./table.ts', import.meta.url));
console.log(await kernels.pick(Int32Array.of(5, 6, 7), 1));
await kernels.pick(Int32Array.of(5, 6, 7), 3);
`;

let project: Project;
beforeAll(async () => {
  project = await Project.create({
    'table.ts': TABLE,
    'broken.ts': BROKEN_KERNELS,
    'trap.ts': TRAP,
    'arguments.ts': 'console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n',
    'steps.ts': `'use kernel';
import type { f32 } from 'shoal/kernel';
export function half(x: f32): f32 {
  console.log('half of', x);
  console.assert(x > 1, 'small');
  return x / 2;
}
`,
    'logs.ts': `import { open } from 'shoal';
import { half } from './steps.ts';
await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./steps.ts')>(new URL('./steps.ts', import.meta.url));
await kernels.at([2, 1]).half(0.1);
half(0.1);
`,
    'tally.ts': `'use kernel';
import type { i32 } from 'shoal/kernel';
class Tally {
  #n: i32 = 0;
  add(by: i32): void { this.#n += by; }
  get n(): i32 { return this.#n; }
}
const tally = new Tally();
tally.add(5);
const list = [new Tally(), tally];
for (const one of list) one.add(3);
let calls: i32 = 1;
calls += 1;
export const size = tally.n;
export function add(n: i32): i32 {
  calls++;
  tally.add(n);
  return tally.n * 100 + list[0].n * 10 + calls;
}
add(10);
`,
    'tallies.ts': `import { open } from 'shoal';
import { add, size } from './tally.ts';
await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./tally.ts')>(new URL('./tally.ts', import.meta.url));
console.log(size, add(1), add(2), await kernels.at(0).add(1), await kernels.at(0).add(2));
`,
    'throws.ts': "enum Level { low, high }\nthrow new TypeError('level ' + Level.high);\n",
    'imports-broken.ts': "import { half } from './broken.ts';\nconsole.log(half(3));\n",
    'endless.ts':
      "setInterval(() => {}, 1000);\nprocess.once('SIGINT', () => process.exit(130));\nconsole.log('up');\n",
    'killed.ts': "setInterval(() => {}, 1000);\nconsole.log('up');\n",
    'stopped.js': 'export {};\nprocess.exit(0);\n',
  });
  await project.install('shoal');
});
afterAll(() => project.remove());

function run(...args: string[]): Promise<Outcome> {
  return shoalIn(project, 'run', ...args);
}

test('the exit code is the program’s, and the arguments behind its name are its own', async () => {
  expect(await run('arguments.ts', '--json', '-o', 'x')).toEqual({
    code: 7,
    stdout: '["--json","-o","x"]\n',
    stderr: '',
  });
  expect((await run('arguments.ts', '--', '--json', '--', 'x')).stdout).toBe('["--json","--","x"]\n');
  expect(await run('stopped.js')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('an error of the program is shown as Node shows it, with the place in the TypeScript file', async () => {
  const { code, stdout, stderr } = await run('throws.ts');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/TypeError: level 1\n +at .*throws\.ts:2:7/);
});

test('a trap on a core names the kernel’s line and the core', async () => {
  const { code, stdout, stderr } = await run('trap.ts');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '6\n' });
  expect(stderr).toMatch(/RangeError: x\[i\] with i=3, length 3 at table\.ts:5:\d+ \(core \d,\d\)/);
  expect(stderr).toMatch(/at .*trap\.ts:5:\d+/);
});

test('logs of kernels are part of the output, with their core if they come from one', async () => {
  expect(await run('logs.ts')).toEqual({
    code: 0,
    stdout: '[2,1] half of 0.10000000149011612\nhalf of 0.10000000149011612\n',
    stderr: '[2,1] Assertion failed: small\nAssertion failed: small\n',
  });
});

test('top-level code of a kernel module uses the objects that it made, and kernels begin where it ended', async () => {
  const { stdout, code } = await run('tallies.ts');
  expect(stdout).toBe('8 1934 2135 1934 2135\n');
  expect(code).toBe(0);
});

test('a kernel module that has errors ends the program with 8', async () => {
  const { code, stdout, stderr } = await run('imports-broken.ts');
  expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
  expect(stderr).toMatch(/^error SH2103: .*\n +at broken\.ts:4:10\n/);
});

test.each([
  [['absent.ts'], 1, 'error[FILE_NOT_FOUND]: cannot run absent.ts: there is no such file'],
  [['.'], 1, 'error[FILE_NOT_FOUND]: cannot run .: it is no file'],
  [[], 2, "error[USAGE]: missing required argument 'program'"],
])('run %j', async (args, exitCode, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr.split('\n')[0]).toBe(message);
});

test.each([
  ['endless.ts', 'SIGINT', 130],
  ['killed.ts', 'SIGINT', 130],
  ['killed.ts', 'SIGTERM', 143],
] as const)('%s and %s', async (file, signal, exitCode) => {
  const started = project.start([shoalPath, 'run', file]);
  await started.firstOutput;
  started.kill(signal);
  expect((await started.done).code).toBe(exitCode);
});

describe('what is expected of a program decides', () => {
  test.each([
    [['--expect-text', 'up', 'endless.ts'], 0, 'up\n', ''],
    [['--fail-text', 'up', 'endless.ts'], 9, 'up\n', "error[PROGRAM_FAILED]: endless.ts printed 'up'\n"],
    [['--fail-text', 'down', 'arguments.ts'], 7, '[]\n', ''],
    [['--expect-text', 'x', 'stopped.js'], 9, '', /ended with 0; it has not printed 'x'/],
    [
      ['--expect-text', 'x', '--timeout', '1', 'killed.ts'],
      6,
      'up\n',
      /^error\[PROGRAM_TIMEOUT\]: .* within 1 s; .* 'x'$/m,
    ],
    [['--timeout', 'soon', 'endless.ts'], 2, '', /wants seconds/],
    [['--watch', '--timeout', '3', 'endless.ts'], 2, '', /for ever/],
    [['--on', 'emu:e16g301', 'endless.ts'], 2, '', /are for .elf files/],
  ])('run %j', async (args, exitCode, out, error) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: out });
    if (typeof error === 'string') expect(stderr).toBe(error);
    else expect(stderr).toMatch(error);
  });
});

describe('machine code', () => {
  beforeAll(async () => {
    const packed = new URL('../conformance/data/gcc-kernels/O3/dot.elf.gz', import.meta.url);
    await writeFile(join(project.folder, 'dot.elf'), gunzipSync(await readFile(packed)));
  });

  test('is loaded into cores, and its output and end are the command’s', async () => {
    expect(await run('dot.elf')).toEqual({ code: 0, stdout: '2344\n', stderr: '' });
    const four = await run('dot.elf', '--on', 'emu:e64g401', '--core', '3,3', '--group', '2x2');
    expect(four).toEqual({ code: 0, stdout: '2344\n'.repeat(4), stderr: '' });
    expect((await run('--fail-text', '2344', 'dot.elf')).code).toBe(9);
    expect(await run('dot.elf', '--expect-text', '2344')).toMatchObject({ code: 0 });
  });

  test.each([
    [['dot.elf', '--core', '4,0'], 2, /--core 4,0 is no core of parallella-16/],
    [['dot.elf', '--nonsense'], 2, /unknown option '--nonsense'/],
    [['absent.elf'], 1, /there is no such file/],
    [['dot.elf', '--on', 'emu:paralella-16'], 2, /Did you mean 'parallella-16'/],
  ])('run %j', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('memory is written and read back, and nothing goes beyond it', async () => {
    const shoal = (...args: string[]): Promise<Outcome> => shoalIn(project, ...args);
    expect(await shoal('write', 'emu:parallella-16', 'dot.elf', '--at', '0x8e000000')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^wrote \d+ bytes at 0x8e000000 of emu:parallella-16, and read them back\n$/),
    });
    expect(await shoal('read', 'emu:parallella-16', '--at', '0,1:0x20', '--length', '4')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^80900020 {2}00 00 00 00 +\|\.\.\.\.\|\n$/),
    });
    expect(await shoal('erase', 'emu:parallella-16', '--at', '3,3:0x7fff', '--length', '2')).toMatchObject({ code: 8 });
    expect(await shoal('reset', 'emu:parallella-16')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^16 cores/),
    });
  });
});

describe('examples', () => {
  test('saxpy', async () => {
    expect(await run(join(packageRoot, 'examples/saxpy/main.ts'))).toEqual({
      code: 0,
      stdout: '1 3 5 7 9 11 13 15\n',
      stderr: '',
    });
  });

  test('mandelbrot', async () => {
    const outcome = await run(join(packageRoot, 'examples/mandelbrot/main.ts'));
    expect(outcome).toMatchSnapshot();
  });
});
