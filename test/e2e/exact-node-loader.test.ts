import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP, BROKEN_KERNELS, EXACT_OUTPUT, KERNELS, Project, packageRoot, SHARED } from './exact-node-project.ts';

let project: Project;
beforeEach(async () => {
  project = await Project.create({ 'app.ts': APP, 'kernels.ts': KERNELS, 'lib/shared.ts': SHARED });
});
afterEach(() => project.remove());

describe('node --import shoal/register', () => {
  test('kernels give the bits of a core, also from the cache', async () => {
    const first = await project.runRegistered('app.ts');
    expect(first).toEqual({ code: 0, stdout: EXACT_OUTPUT, stderr: '' });
    const cached = (await readdir(join(project.cacheFolder, 'shoal/modules'))).length;
    expect(cached).toBe(3);
    expect(await project.runRegistered('app.ts')).toEqual(first);
    expect(await readdir(join(project.cacheFolder, 'shoal/modules'))).toHaveLength(cached);
  });

  test('a changed kernel module, and a changed one that it imports, are seen', async () => {
    await project.runRegistered('app.ts');
    await project.write({ 'kernels.ts': KERNELS.replace('a * b + c', 'a * b - c') });
    expect((await project.runRegistered('app.ts')).stdout).toBe(EXACT_OUTPUT.replace(String(2 ** -23), '0'));
    await project.write({ 'lib/shared.ts': SHARED.replace('0.5', '0.25') });
    expect((await project.runRegistered('app.ts')).stdout).toContain('\n0.75 1\n');
  });

  test('a changed module of which only a type is imported is seen', async () => {
    const types = (kind: string): string =>
      `'use kernel';\nimport type { ${kind} } from 'shoal/kernel';\nexport type Sample = ${kind};\n`;
    await project.write({
      'types.ts': types('f32'),
      'kernels.ts': `'use kernel';\nimport type { Sample } from './types.ts';\n
export function half(n: Sample): Sample { return Math.trunc(n / 2) | 0; }\n`,
      'app.ts': `import { half } from './kernels.ts';\nconsole.log(half(2 ** 31 + 2 ** 30));\n`,
    });
    expect(await project.runRegistered('app.ts')).toMatchObject({ code: 0, stdout: '1610612736\n' });
    await project.write({ 'types.ts': types('i32') });
    expect(await project.runRegistered('app.ts')).toMatchObject({ code: 0, stdout: '-536870912\n' });
  });

  test('cache entries that were destroyed are ignored', async () => {
    await project.runRegistered('app.ts');
    const folder = join(project.cacheFolder, 'shoal/modules');
    for (const name of await readdir(folder)) await writeFile(join(folder, name), '{"code": "no');
    expect((await project.runRegistered('app.ts')).stdout).toBe(EXACT_OUTPUT);
  });

  test('by the name of an installed package', async () => {
    await project.install('shoal');
    expect(await project.run('--import', 'shoal/register', 'app.ts')).toMatchObject({ code: 0, stdout: EXACT_OUTPUT });
  });

  test('ordinary TypeScript: await using, enums, imports of .js names, places in stacks', async () => {
    await project.write({
      'main.ts': `import { name } from './name.js';
enum Colour { Red, Green }
class Lamp implements AsyncDisposable {
  async [Symbol.asyncDispose](): Promise<void> { console.log('off'); }
}
{
  await using lamp = new Lamp();
  console.log(name, Colour.Green, lamp instanceof Lamp, process.argv.slice(2));
}

throw new Error('here') as Error;
`,
      'name.ts': 'export const name: string = "n";\n',
    });
    const { code, stdout, stderr } = await project.runRegistered('main.ts', '--flag', 'x');
    expect(stdout).toBe("n 1 true [ '--flag', 'x' ]\noff\n");
    expect(stderr).toMatch(/main\.ts:11:7/);
    expect(code).toBe(1);
  });

  test('a trap has the class and message of a core, and the place in the kernel', async () => {
    await project.write({
      'main.ts': `import { element } from './kernels.ts';\nelement(new Float32Array(128), 130);\n`,
    });
    const { code, stderr } = await project.runRegistered('main.ts');
    expect(code).toBe(1);
    expect(stderr).toContain('RangeError: x[i] with i=130, length 128\n    at element (');
    expect(stderr.split('\n').find((line) => line.includes(' at element ('))).toMatch(/kernels\.ts:15:5\)$/);
  });

  test('a kernel module with errors ends the program with 8 and code frames', async () => {
    await project.write({ 'kernels.ts': BROKEN_KERNELS, 'app.ts': `console.log('runs');\nimport './kernels.ts';\n` });
    const { code, stdout, stderr } = await project.runRegistered('app.ts');
    expect(code).toBe(8);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error SH\d{4}: /);
    expect(stderr).toContain('  at kernels.ts:4:10\n  4 |   return n / 2;\n    |          ^^^^^\n');
    expect(stderr).not.toContain('node:internal');
  });

  test('a program may catch the error', async () => {
    await project.write({
      'kernels.ts': BROKEN_KERNELS,
      'app.ts': `try { await import('./kernels.ts'); } catch (e) { console.log(e.code, e.details.diagnostics.length); }\n`,
    });
    expect(await project.runRegistered('app.ts')).toEqual({ code: 0, stdout: 'COMPILE_FAILED 1\n', stderr: '' });
  });

  test('workers load kernels too', async () => {
    await project.write({
      'main.ts': `import { Worker } from 'node:worker_threads';
new Worker(new URL('./app.ts', import.meta.url));\n`,
    });
    expect(await project.runRegistered('main.ts')).toMatchObject({ code: 0, stdout: EXACT_OUTPUT });
  });
});

describe('shoal run', () => {
  const command = join(packageRoot, 'bin/shoal.js');

  test('runs a program with its arguments and gives its exit code', async () => {
    await project.write({
      'main.ts': `console.log(process.argv.slice(2)); process.exitCode = 5;\nimport './app.ts';\n`,
    });
    expect(await project.run(command, 'run', 'main.ts', '--', '--seed', '7', 'x')).toEqual({
      code: 5,
      stdout: `${EXACT_OUTPUT}[ '--seed', '7', 'x' ]\n`,
      stderr: '',
    });
  });

  test('a kernel module with errors: exit code 8 and code frames', async () => {
    await project.write({ 'kernels.ts': BROKEN_KERNELS });
    const { code, stdout, stderr } = await project.run(command, 'run', 'app.ts');
    expect(code).toBe(8);
    expect(stdout).toBe('');
    expect(stderr).toContain('  4 |   return n / 2;\n    |          ^^^^^\n');
  });

  test('a program that is not there', async () => {
    const { code, stderr } = await project.run(command, 'run', 'nowhere.ts');
    expect(code).toBe(1);
    expect(stderr).toContain('cannot run nowhere.ts: there is no such file');
  });

  test('forwards signals', async () => {
    await project.write({
      'main.ts': `process.on('SIGTERM', () => { console.log('asked'); process.exit(3); });
setInterval(() => undefined, 1000);
console.log('ready');\n`,
    });
    const program = project.start([command, 'run', 'main.ts']);
    await program.firstOutput;
    program.kill('SIGTERM');
    expect(await program.done).toEqual({ code: 3, stdout: 'ready\nasked\n', stderr: '' });
  });
});
