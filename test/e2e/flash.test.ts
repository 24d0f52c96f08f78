/** List, flash, use, update, roll back: the story of a board, with the real runtime package and the real commands. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openControl } from 'shoal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { BROKEN, runtimeImage } from '../support/supervisor/runtime-images.ts';
import { type SupervisorProcess, startSupervisor } from '../support/supervisor/supervisor-process.ts';
import { Project, packageRoot } from './exact-node-project.ts';
import { jsonOf, shoal as shoalIn } from './shoal-command.ts';

const image = join(packageRoot, 'dist/runtime/shoal-runtime.img');
let folder: string;
let project: Project;
let supervisor: SupervisorProcess;
let controlPort: number;
let board: string;

beforeAll(async () => {
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]);
  folder = mkdtempSync(join(tmpdir(), 'shoal-flash-'));
  writeFileSync(join(folder, 'hello.txt'), 'from the board');
  project = await Project.create({});
  controlPort = await freePort();
  supervisor = await startSupervisor(folder, {
    environment: { SHOAL_TCP_PORT: String(controlPort), SHOAL_TCP_ADDRESS: '127.0.0.1', SHOAL_EXPORTS: 'fs' },
  });
  board = `udp://127.0.0.1:${supervisor.udpPort}`;
});

afterAll(async () => {
  await supervisor.end('SIGTERM');
  await project.remove();
  rmSync(folder, { recursive: true, force: true });
});

const shoal = (...args: string[]) => shoalIn(project, ...args);

async function hostFile(): Promise<string> {
  const control = await openControl(`tcp://127.0.0.1:${controlPort}`);
  try {
    const fs = control.import<{ readFileSync(path: string, encoding: 'utf8'): string }>('fs');
    return await fs.readFileSync(join(folder, 'hello.txt'), 'utf8');
  } finally {
    control.close();
  }
}

test('the same sources give the same package', () => {
  const before = readFileSync(image);
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]);
  expect(readFileSync(image).equals(before)).toBe(true);
});

test('an empty board: a dry run changes nothing, then it is flashed, and its files are there', async () => {
  expect(await shoal('images', board)).toMatchObject({ code: 0, stdout: `${board} holds no image\n` });
  expect(jsonOf(await shoal('flash', board, '--dry-run', '--json'))).toMatchObject({
    ok: true,
    data: { steps: ['upload', 'reset'], isDryRun: true },
  });
  expect(await shoal('flash', board, '--verify-only')).toMatchObject({ code: 7, stdout: '' });
  expect((await shoal('images', board)).stdout).toContain('holds no image');
  const flashed = await shoal('flash', board);
  expect(flashed).toMatchObject({ code: 0, stdout: `${board} runs 0.1.0, confirmed; sent by SMP\n` });
  expect(flashed.stderr).toMatch(/: 100 %\n.*: done\n$/);
  await supervisor.said('starting slot a');
  expect(await hostFile()).toBe('from the board');
});

test('what runs already is not flashed again', async () => {
  expect(await shoal('flash', board)).toMatchObject({
    code: 0,
    stdout: `${board} runs 0.1.0 from this package already\n`,
  });
  expect((await shoal('flash', board, '--verify-only')).code).toBe(0);
});

test('a package that does not run is rolled back, and the command says so', async () => {
  writeFileSync(join(project.folder, 'broken.img'), runtimeImage({ version: '0.2.0', program: BROKEN }));
  const { code, stdout, stderr } = await shoal('flash', board, '--package', 'broken.img');
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
  expect(stderr).toContain('the board did not start the image: it runs 0.1.0');
  expect((await shoal('images', board)).stdout).toMatch(/slot 0 {2}0\.1\.0 .*runs, confirmed\nslot 1 {2}0\.2\.0/);
  expect(await hostFile()).toBe('from the board');
});

test('an update that runs is kept', async () => {
  writeFileSync(join(project.folder, 'next.img'), runtimeImage({ version: '0.3.0' }));
  expect(jsonOf(await shoal('flash', board, '--package', 'next.img', '--json'))).toMatchObject({
    data: { version: '0.3.0', steps: ['upload', 'test', 'reset', 'confirm'] },
  });
  expect((await shoal('images', board)).stdout).toMatch(/slot 1 {2}0\.3\.0 .*runs, confirmed/);
});

test.each([
  ['a file that is none', ['flash', 'BOARD', '--package', 'none.img'], 1, 'there is no such file'],
  ['a file that is no package', ['flash', 'BOARD', '--package', 'text.img'], 7, 'no MCUboot image'],
  ['a package of another board', ['flash', 'BOARD', '--package', 'other.img'], 7, 'this board is a parallella-16'],
  ['a board that is none', ['flash', 'usb'], 2, 'names no board'],
  ['a board that does not answer', ['images', 'udp://127.0.0.1:9'], 6, 'did not answer'],
  ['a port where nobody listens', ['images', 'tcp://127.0.0.1:9'], 5, 'ECONNREFUSED'],
])('%s: exit code and reason', async (_, args, code, reason) => {
  writeFileSync(join(project.folder, 'text.img'), 'x'.repeat(100));
  writeFileSync(join(project.folder, 'other.img'), runtimeImage({ version: '9.0.0', board: 'parallella-64' }));
  const outcome = await shoal(...args.map((argument) => (argument === 'BOARD' ? board : argument)));
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain(reason);
  expect((await shoal('images', board)).stdout).toMatch(/slot 1 {2}0\.3\.0 .*runs, confirmed/);
});
