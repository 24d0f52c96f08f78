/** `shoal run`: a program of a user, its exit code, its errors, its signals. And the small examples. */
import { join } from 'node:path';
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
