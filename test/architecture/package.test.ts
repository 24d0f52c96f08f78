/** What is in the npm package: everything that the exports name and the compiler reads, and nothing else. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Packed, in bytes: a tarball of this size is fetched in a second. */
const SIZE_BUDGET_BYTES = 1_200_000;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const BELONGS = [
  /^(package\.json|README\.md|LICENSE|bin\/shoal\.js)$/,
  /^compiler\/front-end\/kernel-lib\/kernel\.d\.ts$/,
  // The compiler reads these: library kernels, and the declarations of shoal/kernel.
  /^device\/kernel\/((arrays|bench|cores|math)\/)?[a-z0-9-]+\.ts$/,
  /^dist\/(boards|compiler|device\/(boot|boot-linux|control|control-linux|core|kernel|window-linux)|emulator|flash-tools|host|protocol)\/([a-z0-9-]+\/)*[a-z0-9-]+\.(js|d\.ts)$/,
  /^dist\/device\/core\/epiphany\.elf$/,
  // Made by `npm run build:runtime`: what boards are flashed with.
  /^dist\/runtime\/(shoal-runtime\.img|supervisor\.mjs|install\.sh|shoal\.service)$/,
];

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as [Packed];
const paths = packed.files.map(({ path }) => path);

test('nothing else is in the package', () => {
  expect(paths.filter((path) => !BELONGS.some((pattern) => pattern.test(path)))).toEqual([]);
  expect(paths.filter((path) => /\.test\./.test(path))).toEqual([]);
});

test('what the exports and the command name is there, and what the compiler and the host read', () => {
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    readonly bin: Readonly<Record<string, string>>;
  };
  const named = Object.values(exports).flatMap((target) =>
    typeof target === 'string'
      ? [target]
      : Object.entries(target).flatMap(([condition, file]) => (condition === 'dev' ? [] : [file])),
  );
  const needed = [...named, ...Object.values(bin)].map((file) => file.replace(/^\.\//, ''));
  expect(needed.length).toBeGreaterThan(10);
  const others = [
    'dist/device/core/epiphany.elf',
    'compiler/front-end/kernel-lib/kernel.d.ts',
    'device/kernel/index.ts',
    'device/kernel/machine.ts',
    'device/kernel/math/divide.ts',
    'device/kernel/bench/figures.ts',
    'device/kernel/cores/barrier.ts',
    'dist/host/testing/core-thread.js',
  ];
  expect([...needed, ...others].filter((file) => !paths.includes(file))).toEqual([]);
});

test('it is small', () => {
  expect(packed.size).toBeLessThan(SIZE_BUDGET_BYTES);
});
