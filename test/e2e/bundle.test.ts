/** A program as one file, made with the esbuild plugin: runs in an empty folder, where only Node is. */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BROKEN_KERNELS, type Outcome, Project } from './exact-node-project.ts';

const KERNELS = `'use kernel';
import type { f32 } from 'shoal/kernel';
import { half } from './half.ts';
export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + half(y[i]);
}
`;
const HALF = `'use kernel';
import type { f32 } from 'shoal/kernel';
export function half(x: f32): f32 {
  return 0.5 * x;
}
`;
/** The kernel is used both ways, and a URL is spread over lines. */
const MAIN = `import { open } from 'shoal';
import * as here from '../kernels/saxpy.ts';

const board = await open('emu:parallella-16');
try {
  const kernels = await board.load<typeof here>(
    new URL(
      '../kernels/saxpy.ts',
      import.meta.url,
    ));
  const x = Float32Array.of(1, 2, 3);
  const [onCore, inNode] = [new Float32Array(3).fill(8), new Float32Array(3).fill(8)];
  await kernels.saxpy(2, x, onCore);
  here.saxpy(2, x, inNode);
  console.log(onCore.join(' '), inNode.join(' '));
  const again = await board.load<typeof here>(new URL('../kernels/saxpy.ts', import.meta.url)); const line = new Error('x');
  const reloaded = await board.reload(again);
  await reloaded.at(15).saxpy(1, x, onCore);
  console.log(onCore.join(' '), line.stack?.match(/main\\.ts:\\d+:\\d+/)?.[0]);
  await board.load('kernels.ts').catch((error) => console.log(error.code));
  await board.load(process.argv[1]?.replace('.mjs', '.ts') ?? '').catch((error) => console.log(error.message));
} finally {
  board.close();
}
`;
const BUILD = `import { build } from 'esbuild';
import shoal from 'shoal/esbuild';
const [options] = process.argv.slice(2);
try {
  await build({
    entryPoints: ['src/main.ts'], bundle: true, platform: 'node', format: 'esm', outfile: 'out/app.mjs',
    logLevel: 'silent', sourcemap: 'inline', plugins: [shoal(JSON.parse(options ?? '{}'))],
  });
} catch (error) {
  if (error.errors === undefined) throw error;
  console.log(error.errors.map(({ text, location }) => text + ' at ' + location?.file + ':' + location?.line).join());
  process.exitCode = 1;
}
`;
const OUTPUT = `6 8 10 6 8 10
4 6 8 main.ts:16:${(MAIN.split('\n')[15]?.indexOf('new Error') ?? -1) + 1}
FILE_NOT_FOUND
`;

let project: Project;
let empty: string;
beforeEach(async () => {
  project = await Project.create({
    'src/main.ts': MAIN,
    'kernels/saxpy.ts': KERNELS,
    'kernels/half.ts': HALF,
    'build.mjs': BUILD,
  });
  await project.install('shoal', 'esbuild');
  empty = await mkdtemp(join(tmpdir(), 'shoal-empty-'));
});
afterEach(async () => {
  await project.remove();
  await rm(empty, { recursive: true });
});

/** Runs a file of the empty folder, with nothing else in reach: no packages above it, no cache. */
async function runAlone(file: string): Promise<Outcome> {
  return new Project(empty).run('--enable-source-maps', file);
}

test('inlined: one file, without compiler, packages, or files of its own', async () => {
  expect(await project.run('build.mjs')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await readdir(join(project.folder, 'out'))).toEqual(['app.mjs']);
  await copyFile(join(project.folder, 'out/app.mjs'), join(empty, 'app.mjs'));
  await copyFile(join(project.folder, 'kernels/saxpy.ts'), join(empty, 'app.ts'));
  const { code, stdout, stderr } = await runAlone('app.mjs');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [text, refusal] = [stdout.split('\n').slice(0, 3), stdout.split('\n')[3]];
  expect(`${text.join('\n')}\n`).toBe(OUTPUT);
  expect(refusal).toContain('app.ts is source, and this bundle has no compiler');
  const bundle = await readFile(join(empty, 'app.mjs'), 'utf8');
  expect(bundle).not.toContain('createSourceFile');
  expect(bundle.replace(/sourceMappingURL=.*/, '').length).toBeLessThan(800_000);
});

test('as files: a kernels.shoal beside the bundle', async () => {
  expect(await project.run('build.mjs', '{"kernels":"file","boards":["parallella-16","e64g401"]}')).toMatchObject({
    code: 0,
    stdout: '',
  });
  const files = await readdir(join(project.folder, 'out'));
  expect(files.sort()).toEqual(['app.mjs', expect.stringMatching(/^saxpy-\w+\.shoal$/)]);
  for (const file of files) await copyFile(join(project.folder, 'out', file), join(empty, file));
  expect(await runAlone('app.mjs')).toMatchObject({ code: 0, stdout: expect.stringContaining('6 8 10 6 8 10\n') });
});

test('what is wrong in a kernel or in the options fails the build', async () => {
  await project.write({
    'src/main.ts': "console.log(new URL('../kernels/broken.ts', import.meta.url));",
    'kernels/broken.ts': BROKEN_KERNELS,
  });
  const broken = await project.run('build.mjs');
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/^SH\d{4}: .* at kernels\/broken\.ts:4\n$/);
  const wrong = await project.run('build.mjs', '{"boards":["paralella-16"]}');
  expect(wrong.stderr).toContain("there is no board 'paralella-16'");
});

test('URLs of other files, and text that looks like one, stay as they are', async () => {
  await project.write({
    'src/main.ts': `// new URL('../kernels/saxpy.ts', import.meta.url)
const shoalModule = "new URL('../kernels/saxpy.ts', import.meta.url)";
for (const url of [new URL('./main.ts', import.meta.url), new URL('../none.ts', import.meta.url),
  new URL('https://example.org/kernels.ts', import.meta.url), new URL('../build.mjs', import.meta.url)]) {
  console.log(url.pathname.split('/').at(-1));
}
console.log(shoalModule);
`,
  });
  expect(await project.run('build.mjs')).toMatchObject({ code: 0, stdout: '' });
  expect((await project.run('out/app.mjs')).stdout).toBe(
    "main.ts\nnone.ts\nkernels.ts\nbuild.mjs\nnew URL('../kernels/saxpy.ts', import.meta.url)\n",
  );
});
