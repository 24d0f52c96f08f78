/**
 * The package as npm packs it, in a folder where nothing else of this checkout is: no optional package, no sources. What
 * it depends on is copied or linked beside it, as `npm install --omit=optional` would put it there without a registry.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { runTool } from './run-tool.ts';

/** Packages that `shoal` needs, by package.json; the small ones are copied, so that they find only what is here. */
const COPIED = ['commander', 'cbor-x'];
const LINKED = ['typescript', 'esbuild'];

const PLAIN = `import { open } from 'shoal';

const board = await open('emu:parallella-16');
try {
  /** @type {import('shoal').Kernels<typeof import('./kernels.ts')>} */
  const kernels = await board.load(new URL(process.argv[2] ?? './kernels.ts', import.meta.url));
  const y = Float32Array.of(10, 20, 30);
  await kernels.saxpy(2, Float32Array.of(1, 2, 3), y);
  console.log(y.join(' '));
} finally {
  board.close();
}
`;

let project: Project;
/** README's kernels.ts and main.ts. */
let readme: Readonly<Record<string, string>>;

beforeAll(async () => {
  project = new Project(await mkdtemp(join(tmpdir(), 'shoal-packed-')));
  const { folder } = project;
  const packed = await runTool(packageRoot, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await runTool(folder, 'tar', 'xzf', tarball);
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await rename(join(folder, 'package'), join(folder, 'node_modules/shoal'));
  const installed = join(packageRoot, 'node_modules');
  for (const name of COPIED) {
    await cp(join(installed, name), join(folder, 'node_modules', name), { recursive: true, dereference: true });
  }
  for (const name of LINKED) await symlink(join(installed, name), join(folder, 'node_modules', name));
  await symlink(join(installed, '@types/node'), join(folder, 'node_modules/@types/node'));
  await symlink(join(installed, 'undici-types'), join(folder, 'node_modules/undici-types'));

  const page = (await readFile(join(packageRoot, 'README.md'), 'utf8')).replaceAll('\r\n', '\n');
  const blocks = [...page.matchAll(/^```ts\n(\/\/ ([\w.-]+\.ts)[^\n]*\n.*?)^```$/gms)];
  readme = Object.fromEntries(blocks.map(([, text = '', name = '']) => [name, text]));
  expect(Object.keys(readme)).toEqual(['kernels.ts', 'main.ts']);
  await project.write({
    ...readme,
    'main.ts': `${readme['main.ts']}console.log(y.join(' '));\n`,
    'plain.js': PLAIN,
    'package.json': '{ "type": "module" }',
  });
});
afterAll(() => project.remove());

const own = (path: string): string => join(project.folder, 'node_modules/shoal', path);
const shoal = (...args: string[]): Promise<Outcome> => project.run(own('bin/shoal.js'), ...args);
const answer = { code: 0, stdout: '12 24 36\n', stderr: '' };

test('what it needs is what is there', async () => {
  const { dependencies, optionalDependencies } = JSON.parse(await readFile(own('package.json'), 'utf8')) as Record<
    string,
    Readonly<Record<string, string>>
  >;
  expect(Object.keys(dependencies ?? {}).sort()).toEqual([...COPIED, ...LINKED].sort());
  const there = await readdir(join(project.folder, 'node_modules'));
  for (const name of Object.keys(optionalDependencies ?? {})) expect(there).not.toContain(name.split('/')[0]);
});

test('README’s example runs', async () => {
  expect(await shoal('run', 'main.ts')).toEqual(answer);
});

test('type-checks under nodenext and bundler, as TypeScript and as JavaScript', async () => {
  const common = {
    strict: true,
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: true,
  };
  for (const resolution of [{ module: 'nodenext' }, { module: 'esnext', moduleResolution: 'bundler' }]) {
    const tsconfig = { compilerOptions: { ...common, ...resolution }, files: ['main.ts', 'plain.js'] };
    await project.write({ 'tsconfig.json': JSON.stringify(tsconfig) });
    const checked = await project.run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
    expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
  }
});

describe('in plain JavaScript, without the loader', () => {
  test('a kernel module in source', async () => {
    expect(await project.run('plain.js')).toEqual(answer);
  });

  test('a compiled one, where TypeScript, esbuild and all other packages are not installed', async () => {
    expect(await shoal('compile', 'kernels.ts', '-o', 'kernels.shoal')).toMatchObject({ code: 0 });
    const bare = new Project(join(project.folder, 'bare'));
    await mkdir(join(bare.folder, 'node_modules'), { recursive: true });
    try {
      await cp(own('.'), join(bare.folder, 'node_modules/shoal'), { recursive: true });
      for (const name of ['kernels.shoal', 'plain.js', 'package.json']) {
        await cp(join(project.folder, name), join(bare.folder, name));
      }
      // Out of reach of the packages above.
      await rename(join(project.folder, 'node_modules'), join(project.folder, 'not-here'));
      expect(await bare.run('plain.js', './kernels.shoal')).toEqual(answer);
      await writeFile(join(bare.folder, 'kernels.ts'), readme['kernels.ts'] ?? '');
      const missing = await bare.run('plain.js');
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain("Cannot find package 'typescript'");
    } finally {
      await rename(join(project.folder, 'not-here'), join(project.folder, 'node_modules'));
      await rm(bare.folder, { recursive: true });
    }
  });
});
