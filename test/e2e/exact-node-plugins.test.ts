import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP, BROKEN_KERNELS, EXACT_OUTPUT, KERNELS, Project, packageRoot, SHARED } from './exact-node-project.ts';

let project: Project;
beforeEach(async () => {
  project = await Project.create({ 'app.ts': APP, 'kernels.ts': KERNELS, 'lib/shared.ts': SHARED });
});
afterEach(() => project.remove());

const BUILD = `import { build } from 'esbuild';
import shoal from 'shoal/esbuild';
try {
  await build({
    entryPoints: ['app.ts'], bundle: true, platform: 'node', format: 'esm', outfile: 'out.mjs', logLevel: 'silent',
    sourcemap: true, minify: process.argv.includes('--minify'), plugins: [shoal()],
  });
} catch (error) {
  console.log(JSON.stringify(error.errors.map(({ text, location, notes }) => ({ text, location, notes }))));
  process.exitCode = 1;
}
`;

describe('the esbuild plugin', () => {
  beforeEach(async () => {
    await project.install('shoal', 'esbuild');
    await project.write({ 'build.mjs': BUILD });
  });

  test.each([[], ['--minify']])('bundles kernels that give the bits of a core %s', async (...options) => {
    expect(await project.run('build.mjs', ...options)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await project.run('out.mjs')).toEqual({ code: 0, stdout: EXACT_OUTPUT, stderr: '' });
    expect(await readFile(join(project.folder, 'out.mjs'), 'utf8')).not.toMatch(/from ?"shoal/);
  });

  test('the map of a bundle leads to the kernel', async () => {
    await project.write({ 'app.ts': `import { element } from './kernels.ts';\nelement(new Float32Array(1), 2);\n` });
    await project.run('build.mjs');
    const { stderr } = await project.run('--enable-source-maps', 'out.mjs');
    expect(stderr).toMatch(/at element \(.*kernels\.ts:15:5\)/);
  });

  test('errors in kernels are build errors with places', async () => {
    await project.write({ 'kernels.ts': BROKEN_KERNELS.replace('n / 2', '/* \u00e4 */ n / 2') });
    const { code, stdout } = await project.run('build.mjs');
    expect(code).toBe(1);
    const [first, ...others] = JSON.parse(stdout) as Record<string, Record<string, unknown>>[];
    expect(others).toEqual([]);
    expect(first?.text).toMatch(/^SH\d{4}: /);
    expect(first?.location).toMatchObject({ file: 'kernels.ts', line: 4, column: 18, length: 5 });
  });
});

const CONFIG = `import shoal from 'shoal/vitest';
export default { plugins: [shoal()], test: { include: ['*.check.ts'] } };
`;
const CHECK = `import { expect, test } from 'vitest';
import { element, fused, product } from './kernels.ts';
import { count } from './lib/shared.ts';
test('bits of a core', () => {
  const a = 1 + 2 ** -12;
  expect(fused(a, a, 2 ** -80)).toBe(1 + 2 ** -11 + 2 ** -23);
  expect(product(94906267, 94906267)).toBe(Math.imul(94906267, 94906267));
  expect(() => element(new Float32Array(128), 130)).toThrow(new RangeError('x[i] with i=130, length 128'));
  element(new Float32Array(1), 0);
  expect(count()).toBe(1);
});
test('the stack leads to the kernel', () => {
  try {
    element(new Float32Array(1), 1);
  } catch (error) {
    expect(error.stack).toMatch(/kernels\\.ts:15:5/);
    return;
  }
  throw new Error('no error');
});
`;

describe('the vitest plugin', () => {
  const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs');

  beforeEach(async () => {
    await project.install('shoal', 'vitest');
    await project.write({ 'vitest.config.mjs': CONFIG, 'kernels.check.ts': CHECK });
  });

  test('tests import exact kernels', async () => {
    const { code, stdout, stderr } = await project.run(vitest, 'run');
    expect(stdout + stderr).toContain('2 passed');
    expect(code).toBe(0);
  });

  test('a kernel module with errors fails its tests with a code frame', async () => {
    await project.write({ 'kernels.ts': BROKEN_KERNELS });
    const { code, stdout, stderr } = await project.run(vitest, 'run');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('4 |   return n / 2;');
  });
});
