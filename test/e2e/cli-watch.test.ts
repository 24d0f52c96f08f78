/** `shoal run --watch` as a process: what makes a program run again, and what ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Project } from './exact-node-project.ts';
import { shoalPath } from './shoal-command.ts';

const kernels = (step: number): string => `'use kernel';
import type { i32 } from 'shoal/kernel';
import { STEP } from './step.ts';
let calls: i32 = 0;
export function next(): i32 {
  calls += ${step} * STEP;
  return calls;
}
`;
const step = (value: number): string => `'use kernel';
export const STEP = ${value};
`;
/** Keeps running, as a server does. */
const MAIN = `import { open } from 'shoal';
import { greeting } from './greeting.js';
const board = await open('emu:e16g301');
const k = await board.load<typeof import('./kernels.ts')>(new URL('./kernels.ts', import.meta.url));
console.log(greeting, await k.at(0).next(), await k.at(0).next());
if (process.argv[2] !== 'once') setInterval(() => {}, 1000);
`;

let project: Project | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await project?.remove();
});

/** Starts it; the returned function waits until what it has written behind the last match holds a text. */
async function watched(...args: string[]): Promise<(text: string) => Promise<void>> {
  project = await Project.create({
    'main.ts': MAIN,
    'greeting.js': "export const greeting = 'hello';\n",
    'kernels.ts': kernels(1),
    'step.ts': step(1),
  });
  await project.install('shoal');
  const started = spawn(process.execPath, [shoalPath, 'run', '--watch', 'main.ts', ...args], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: project.cacheFolder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let written = '';
  let seen = 0;
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (part) => (written += part));
  return async (text) => {
    const deadline = performance.now() + 50_000;
    while (written.indexOf(text, seen) === -1) {
      if (started.exitCode !== null || performance.now() > deadline) throw new Error(`no ${text} in: ${written}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    seen = written.indexOf(text, seen) + text.length;
  };
}

test('a change of a kernel, of what it imports, of the program: it begins anew, state included', async () => {
  const says = await watched();
  const at = (name: string): string => join(project?.folder ?? '', name);
  await says('hello 1 2\n');
  await writeFile(at('kernels.ts'), kernels(10));
  await says('kernels.ts has changed: the program runs again\n');
  await says('hello 10 20\n');
  await writeFile(at('step.ts'), step(5));
  await says('step.ts has changed');
  await says('hello 50 100\n');
  // As editors do: another file in its place. One that is only touched is not a change.
  await writeFile(at('kernels.ts'), kernels(10));
  await writeFile(at('other.js'), "export const greeting = 'goodbye';\n");
  await rename(at('other.js'), at('greeting.js'));
  await says('greeting.js has changed');
  await says('goodbye 50 100\n');
  child?.kill('SIGTERM');
  expect(await once(child as ChildProcess, 'close')).toEqual([143, null]);
}, 120_000);

test('a program that ends, and one that does not compile, wait for a change; Ctrl-C ends it', async () => {
  const says = await watched('once');
  const at = (name: string): string => join(project?.folder ?? '', name);
  await says('hello 1 2\n');
  await says('the program has ended with 0; it runs again when one of its files changes\n');
  await writeFile(at('kernels.ts'), kernels(1).replace('STEP;', 'STEP / 2;'));
  await says('kernels.ts:6:');
  await says('the program has ended with 8');
  await writeFile(at('step.ts'), step(3));
  await says('step.ts has changed');
  await says('has ended with 8');
  await writeFile(at('kernels.ts'), kernels(1));
  await says('hello 3 6\n');
  await says('has ended with 0');
  child?.kill('SIGINT');
  expect(await once(child as ChildProcess, 'close')).toEqual([130, null]);
}, 120_000);

test('a program that is not there', async () => {
  project = await Project.create({});
  const { code, stderr } = await project.run(shoalPath, 'run', '--watch', 'none.ts');
  expect(code).toBe(1);
  expect(stderr).toContain('cannot run none.ts: there is no such file');
});
