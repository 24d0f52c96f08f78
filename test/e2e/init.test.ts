/** `shoal init` from the packed tarball: what a user of the package gets, installed, checked, tested and run. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFiles } from '../../flash-tools/init/project-files.ts';
import { type Outcome, packageRoot } from './exact-node-project.ts';
import { runTool } from './run-tool.ts';

/** npm says one of these when no registry answers. */
const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;

let folder: string;
let tarball: string;
/** The `shoal` that is in the tarball. */
let packed: string;

function shoal(directory: string, ...args: string[]): Promise<Outcome> {
  return runTool(directory, process.execPath, packed, ...args);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-init-'));
  const { code, stderr } = await runTool(packageRoot, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '');
  await runTool(folder, 'tar', 'xzf', tarball);
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'package/node_modules'));
  packed = join(folder, 'package/bin/shoal.js');
});
afterAll(() => rm(folder, { recursive: true }));

test('a new project is tested by the versions that this one uses', async () => {
  const own = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Readonly<Record<string, string>>
  >;
  const versions: Readonly<Record<string, string>> = { ...own.dependencies, ...own.devDependencies };
  const made = JSON.parse(projectFiles({ name: 'x', shoal: '1' }).get('package.json') ?? '') as typeof own;
  for (const [name, range] of Object.entries(made.devDependencies)) {
    expect([name, range.replace(/^[~^]/, '')]).toEqual([name, versions[name]]);
  }
});

describe('a new project', () => {
  test('installs, checks, tests and runs', { timeout: 240_000 }, async () => {
    const made = await shoal(folder, 'init', 'demo', '--shoal', `file:${tarball}`);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout.replace(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "made demo in FOLDER/demo:
        package.json
        tsconfig.json
        kernels/tsconfig.json
        kernels/vectors.ts
        main.ts
        test/vectors.test.ts
        vitest.config.ts
        .github/workflows/ci.yml
        .gitignore
        README.md
      next:
        cd demo
        npm install
        npm test
      "
    `);
    const project = join(folder, 'demo');

    const installed = await runTool(project, 'npm', 'install', '--no-audit', '--no-fund');
    if (installed.code !== 0 && UNREACHABLE.test(installed.stderr) && process.env.CI !== 'true') {
      console.warn('NOT TESTED: no npm registry can be reached, so a new project could not be installed');
      return;
    }
    expect(installed.code, installed.stderr).toBe(0);

    const tested = await runTool(project, 'npm', 'test');
    expect(tested.code, tested.stdout + tested.stderr).toBe(0);
    expect(tested.stdout).toMatch(/Tests +2 passed/);

    const typescript = join(project, 'node_modules/typescript/bin/tsc');
    for (const more of [[], ['-p', 'kernels']]) {
      const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck', 'false'];
      const checked = await runTool(project, process.execPath, typescript, ...bundler, ...more);
      expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
    }

    const started = await runTool(project, 'npm', 'start', '--silent');
    expect(started.code, started.stderr).toBe(0);
    const y = Array.from({ length: 32 }, (_, i) => 2 * i + 1);
    expect(started.stdout).toBe(`${y.join(' ')}\nenergy 10416\n`);

    // The names that an editor knows in kernels are those of a core.
    await writeFile(join(project, 'kernels/wrong.ts'), "'use kernel';\nexport const now = Date.now();\n");
    const wrong = await runTool(project, process.execPath, typescript, '-p', 'kernels');
    expect(wrong.stdout).toMatch(/^kernels\/wrong\.ts\(2,20\): error TS\d+: Cannot find name 'Date'/);
    expect(wrong.code).not.toBe(0);
  });

  test('can be made in the folder where one is, and in a new repository', async () => {
    const here = join(folder, 'Übung Nr. 1');
    await mkdir(join(here, '.git'), { recursive: true });
    const { code, stdout } = await shoal(here, 'init', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      data: { name: 'ubung-nr.-1', shoal: `file:${folder}/package` },
    });
    const { name } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8')) as { name: string };
    expect(name).toBe('ubung-nr.-1');
  });

  test('is not made over other files', async () => {
    const taken = join(folder, 'taken');
    await mkdir(taken);
    await writeFile(join(taken, 'package.json'), '{}');
    await writeFile(join(taken, 'notes.txt'), '');
    const { code, stderr } = await shoal(folder, 'init', 'taken');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error\[USAGE\]: taken is not empty: it has \S+ and 1 more\n {2}try: .*shoal init my-project\n$/,
    );
    expect(await readFile(join(taken, 'package.json'), 'utf8')).toBe('{}');
    expect(await readdir(taken)).toHaveLength(2);
    expect((await shoal(folder, 'init', 'taken/notes.txt')).stderr).toContain(
      'taken/notes.txt is a file, not a folder',
    );
  });
});

describe('a project asks for the Shoal that made it', () => {
  test.each([
    ['file:../shoal-0.1.0.tgz', (outer: string) => `file:${join(outer, '../shoal-0.1.0.tgz')}`],
    ['https://registry.example/shoal/-/shoal-0.1.0.tgz', () => '^0.1.0'],
  ])('installed from %s', async (resolved, expected) => {
    const outer = await mkdtemp(join(folder, 'outer-'));
    await mkdir(join(outer, 'node_modules'));
    await runTool(folder, 'cp', '-r', 'package', join(outer, 'node_modules/shoal'));
    const lock = { packages: { 'node_modules/shoal': { version: '0.1.0', resolved } } };
    await writeFile(join(outer, 'node_modules/.package-lock.json'), JSON.stringify(lock));
    const { stdout } = await runTool(
      outer,
      process.execPath,
      'node_modules/shoal/bin/shoal.js',
      'init',
      'inner',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ data: { shoal: expected(outer) } });
  });
});
