/** Projects in temporary folders, and programs run in them as a user runs them: against the built package. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const packageRoot: string = join(import.meta.dirname, '../..');
export const registerPath: string = join(packageRoot, 'dist/host/register.js');

/** What a program left. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary project with its own cache of transformed modules. */
export class Project {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<Project> {
    if (!existsSync(registerPath)) throw new Error('dist is missing: `npm test` and `npm run build` make it');
    const project = new Project(await mkdtemp(join(tmpdir(), 'shoal-project-')));
    await project.write({ 'package.json': '{ "type": "module" }', ...files });
    return project;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  /** Installs packages of this checkout by links. */
  async install(...names: string[]): Promise<void> {
    await mkdir(join(this.folder, 'node_modules'), { recursive: true });
    for (const name of names) {
      const from = name === 'shoal' ? packageRoot : join(packageRoot, 'node_modules', name);
      await symlink(from, join(this.folder, 'node_modules', name));
    }
  }

  /** @param environment variables beside those that a program gets anyway. */
  start(
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>> = {},
  ): {
    readonly done: Promise<Outcome>;
    kill(signal: NodeJS.Signals): void;
    firstOutput: Promise<void>;
    /** What it has written so far. */
    stdout(): string;
  } {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        XDG_CACHE_HOME: this.cacheFolder,
        NO_COLOR: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const firstOutput = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
    child.stdout.on('data', (part: Uint8Array) => (stdout += part));
    child.stderr.on('data', (part: Uint8Array) => (stderr += part));
    const done = new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { done, firstOutput, stdout: () => stdout, kill: (signal) => child.kill(signal) };
  }

  run(...args: string[]): Promise<Outcome> {
    return this.start(args).done;
  }

  /** `node --import shoal/register …`, without an installed package. */
  runRegistered(...args: string[]): Promise<Outcome> {
    return this.run('--import', registerPath, ...args);
  }

  get cacheFolder(): string {
    return join(this.folder, '.cache');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** A kernel whose result in doubles, rounded twice, differs from the core's one rounding. */
export const KERNELS = `'use kernel';
import { type f32, type i32 } from 'shoal/kernel';
import { half } from './lib/shared.ts';

export function fused(a: f32, b: f32, c: f32): f32 {
  return a * b + c;
}

export function product(a: i32, b: i32): i32 {
  return a * b;
}

export function element(x: Float32Array, i: i32): f32 {
  return half(
    x[i],
  );
}
`;
export const SHARED = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';
let calls: i32 = 0;
export function half(x: f32): f32 {
  calls++;
  return x * 0.5;
}
export function count(): i32 {
  return calls;
}
`;
/** Prints what exact Node gives and plain doubles do not. */
export const APP = `import { element, fused, product } from './kernels.ts';
import { count } from './lib/shared.ts';
const a: number = 1 + 2 ** -12;
console.log(fused(a, a, 2 ** -80) - (1 + 2 ** -11));
console.log(product(94906267, 94906267));
console.log(element(Float32Array.of(3), 0), count());
`;
export const EXACT_OUTPUT = `${2 ** -23}\n${Math.imul(94906267, 94906267)}\n1.5 1\n`;
export const BROKEN_KERNELS = `'use kernel';
import type { i32 } from 'shoal/kernel';
export function half(n: i32): i32 {
  return n / 2;
}
`;
