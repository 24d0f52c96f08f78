/** The files of a new project, by their paths in it. A test installs such a project and runs everything in it. */

/** What differs from project to project. */
export interface ProjectChoices {
  /** A valid name of an npm package. */
  readonly name: string;
  /** Where npm finds Shoal: a range of versions, or a file. */
  readonly shoal: string;
}

/** Versions that this Shoal is tested with. */
const DEVELOPMENT_PACKAGES = {
  '@types/node': '^20.19.43',
  typescript: '~6.0.3',
  vitest: '^4.1.12',
} as const;

/** All files: path with `/`, text. */
export function projectFiles({ name, shoal }: ProjectChoices): ReadonlyMap<string, string> {
  const packageJson = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'shoal run main.ts',
      check: 'tsc && tsc -p kernels',
      test: 'npm run check && vitest run',
    },
    dependencies: { shoal },
    devDependencies: DEVELOPMENT_PACKAGES,
  };
  return new Map([
    ['package.json', json(packageJson)],
    ['tsconfig.json', json(TSCONFIG)],
    ['kernels/tsconfig.json', json(KERNELS_TSCONFIG)],
    ['kernels/vectors.ts', KERNELS],
    ['main.ts', MAIN],
    ['test/vectors.test.ts', TEST],
    ['vitest.config.ts', VITEST_CONFIG],
    ['.github/workflows/ci.yml', WORKFLOW],
    ['.gitignore', 'node_modules\n*.shoal\n'],
    ['README.md', readme(name)],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
  },
  include: ['*.ts', 'test', 'kernels'],
};

/** The standard library of kernels instead of TypeScript's: editors mark what a core does not have. */
const KERNELS_TSCONFIG = {
  extends: '../tsconfig.json',
  compilerOptions: {
    noLib: true,
    lib: null,
    types: ['shoal/kernel-lib'],
    noUncheckedIndexedAccess: false,
  },
  include: ['.'],
};

const KERNELS = `'use kernel';
import type { f32 } from 'shoal/kernel';

/** Adds a · x to y, element by element. */
export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}

/** The sum of the squares. */
export function energy(x: Float32Array): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}
`;

const MAIN = `import { open, split } from 'shoal';

await using board = await open('emu:parallella-16');
const kernels = await board.load<typeof import('./kernels/vectors.ts')>(
  new URL('./kernels/vectors.ts', import.meta.url),
);

const x = Float32Array.from({ length: 32 }, (_, i) => i);
const y = new Float32Array(32).fill(1);

// Each of the sixteen cores gets two elements of x and y, and gives those of y back.
await kernels.everywhere.saxpy(2, split(x), split(y));
console.log(y.join(' '));

// One idle core gets all of them.
console.log('energy', await kernels.energy(x));
`;

const TEST = `import { type Board, open } from 'shoal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as here from '../kernels/vectors.ts';

const x = Float32Array.from({ length: 100 }, (_, i) => Math.fround(Math.sin(i)));

describe('in Node, with the bits of a core', () => {
  test('saxpy', () => {
    const y = Float32Array.of(10, 20, 30);
    here.saxpy(2, Float32Array.of(1, 2, 3), y);
    expect([...y]).toEqual([12, 24, 36]);
  });
});

describe('on an emulated board, as machine code', () => {
  let board: Board;
  beforeAll(async () => {
    board = await open('emu:parallella-16');
  });
  afterAll(() => board.close());

  test('a core computes what Node does, bit for bit', async () => {
    const kernels = await board.load<typeof here>(new URL('../kernels/vectors.ts', import.meta.url));
    const onCore = new Float32Array(100).fill(1);
    const inNode = new Float32Array(100).fill(1);
    await kernels.saxpy(0.3, x, onCore);
    here.saxpy(0.3, x, inNode);
    expect(onCore).toEqual(inNode);
    expect(await kernels.energy(x)).toBe(here.energy(x));
  });
});
`;

const VITEST_CONFIG = `import shoal from 'shoal/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Kernels that tests import give the bits of a core.
  plugins: [shoal()],
  // The first kernels that are loaded wait for TypeScript to start, seconds on a slow machine.
  test: { testTimeout: 30_000 },
});
`;

const WORKFLOW = `name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        node: [20, 22, 24]
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: \${{ matrix.node }}
          cache: npm
      - run: npm ci
      - run: npm test
`;

function readme(name: string): string {
  return `# ${name}

Kernels in TypeScript for a board full of small cores, made with Shoal. No board is needed: an emulator runs their
machine code.

    npm install
    npm start      # main.ts, on an emulated Parallella
    npm test       # types, then the kernels in Node and on the emulator

- \`kernels/vectors.ts\` runs on the cores: ordinary TypeScript, compiled to machine code. Its own \`tsconfig.json\` lets
  an editor mark what a core does not have.
- \`main.ts\` runs in Node and calls the kernels.
- \`test/vectors.test.ts\` compares the cores with Node.
- \`.github/workflows/ci.yml\` does the same at each push. Commit \`package-lock.json\`, it is needed there.

\`npx shoal compile kernels/vectors.ts --listing\` shows the machine code beside its source.
`;
}
