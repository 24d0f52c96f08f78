/** The life of a board: listed, flashed, used, updated, cut off in the middle, rolled back. All by the command. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BROKEN, runtimeImage } from '../support/supervisor/runtime-images.ts';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { jsonOf, shoal as shoalIn, shoalPath } from './shoal-command.ts';

const USE = `import { readFileSync } from 'node:fs';
import { openControl } from 'shoal';

const [, , selector, file] = process.argv;
await using control = await openControl(selector ?? '');
const fs = control.import<{ readFileSync(path: string, encoding: 'utf8'): string }>('fs');
const there = await fs.readFileSync(file ?? '', 'utf8');
console.log(there === readFileSync(file ?? '', 'utf8') ? 'SAME' : 'DIFFERENT');
`;

interface EmulatedBoard {
  readonly smp: string;
  readonly tcp: string;
  journal(): string;
  /** Takes the power away: nothing of the board runs any more when it resolves. */
  cutPower(): Promise<void>;
}

let folder: string;
let project: Project;
let board: EmulatedBoard;

beforeAll(async () => {
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]);
  folder = mkdtempSync(join(tmpdir(), 'shoal-story-'));
  mkdirSync(join(folder, 'board'));
  writeFileSync(join(folder, 'board/letter.txt'), 'from the board');
  project = await Project.create({ 'use.ts': USE });
  await project.install('shoal');
  writeFileSync(join(project.folder, 'update.img'), runtimeImage({ version: '0.9.0', ballastBytes: 400_000 }));
  writeFileSync(join(project.folder, 'broken.img'), runtimeImage({ version: '0.9.1', program: BROKEN }));
  board = await switchOn();
});

afterAll(async () => {
  await board.cutPower();
  await project.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function switchOn(): Promise<EmulatedBoard> {
  const args = [shoalPath, 'emulate', 'parallella-16', '--slots', join(folder, 'board')];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let journal = '';
  child.stderr?.on('data', (data: Uint8Array) => {
    journal += Buffer.from(data).toString();
  });
  // Supervisor and runtime hold this pipe as well: it closes when they have ended too.
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Uint8Array) => resolve(Buffer.from(data).toString()));
    void gone.then(() => reject(new Error(journal)));
  });
  return {
    ...(JSON.parse(line) as { smp: string; tcp: string }),
    journal: () => journal,
    async cutPower() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const shoal = (...args: string[]): Promise<Outcome> => shoalIn(project, ...args);

test('it is listed, as a board without an image', async () => {
  expect((await shoal('devices', board.smp)).stdout).toMatch(/^ {2}udp:\S+ +ok +a board without an image$/m);
});

test('it is flashed, and runs what it was given', async () => {
  expect(await shoal('flash', board.smp)).toMatchObject({
    code: 0,
    stdout: `${board.smp} runs 0.1.0, confirmed; sent by SMP\n`,
  });
  expect((await shoal('info', board.smp)).stdout).toMatch(/^runs +0\.1\.0$/m);
  expect((await shoal('devices', board.smp)).stdout).toContain('a board that runs 0.1.0');
});

/** Waits for something that a process does. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it did not come; the journal: ${board.journal()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function expectUsable(): Promise<void> {
  const file = join(folder, 'board/letter.txt');
  const expected = ['--expect-text', 'SAME', '--fail-text', 'DIFFERENT', '--timeout', '60'];
  expect(await shoal('run', ...expected, 'use.ts', board.tcp, file)).toMatchObject({ code: 0, stdout: 'SAME\n' });
}

test('a program uses it', expectUsable);

test('the monitor shows what it has said, and what it says', async () => {
  const monitor = project.start([shoalPath, 'monitor', board.tcp, '--no-timestamps']);
  const { stdout } = monitor;
  const count = (text: string): number => stdout().split(text).length - 1;
  await until(() => count('serves calls') === 1);
  // One host at a time has this line; that is told to others.
  expect(await shoal('images', board.tcp)).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/error\[LINK_LOST\]: .*hung up.*\n {2}try: .*no other program connected/),
  });
  expect((await shoal('reset', board.smp)).code).toBe(0);
  await until(() => count('serves calls') === 2);
  monitor.kill('SIGINT');
  const { code, stderr } = await monitor.done;
  expect(code).toBe(130);
  // Each line once, with the seconds since the board was switched on.
  expect(stdout()).toMatch(/^(\[ *\d+\.\d{3}\] .*\n)+$/);
  expect(stdout().replaceAll(/^\[ *\d+\.\d{3}\] /gm, '')).toBe(
    [
      'no slot holds an image that can be started: waiting for an upload',
      'starting slot a',
      'slot a serves calls',
      'starting slot a',
      'slot a serves calls',
      '',
    ].join('\n'),
  );
  expect(stderr).toBe(
    `-- ${board.tcp}: connected\n-- ${board.tcp}: interrupted, waiting for the board (${board.tcp} was cut: the other side closed it [LINK_LOST])\n-- ${board.tcp}: the board was started anew\n`,
  );
});

test('the power is cut in the middle of an update: the old image runs, and the upload goes on', async () => {
  const flashing = project.start([shoalPath, 'flash', board.smp, '--package', 'update.img']);
  const slots = join(folder, 'board/slots');
  while (!readdirSync(slots).includes('upload.progress')) await new Promise((resolve) => setTimeout(resolve, 2));
  await board.cutPower();
  board = await switchOn();
  flashing.kill('SIGINT');
  expect((await flashing.done).code).toBe(130);
  expect((await shoal('images', board.smp)).stdout).toMatch(/^slot 0 {2}0\.1\.0 .*runs, confirmed\n$/);
  await expectUsable();
  const { data } = jsonOf(await shoal('flash', board.smp, '--package', 'update.img', '--json'));
  expect(data).toMatchObject({ version: '0.9.0', resumedFrom: expect.any(Number) });
  expect((data as { resumedFrom: number }).resumedFrom).toBeGreaterThan(0);
});

test('after another cut the update is still there', async () => {
  await board.cutPower();
  board = await switchOn();
  expect((await shoal('images', board.smp)).stdout).toMatch(
    /^slot 0 {2}0\.1\.0 .*\nslot 1 {2}0\.9\.0 .*runs, confirmed\n$/,
  );
});

test('a bad update is rolled back, and the command says so', async () => {
  const { code, stderr } = await shoal('flash', board.smp, '--package', 'broken.img');
  expect(code).toBe(7);
  expect(stderr).toContain('the board did not start the image: it runs 0.9.0');
  expect(board.journal()).toMatch(
    /starting slot a on trial\n[\s\S]*was tried and not confirmed\n[\s\S]*starting slot b\n/,
  );
  expect((await shoal('images', board.smp)).stdout).toMatch(/slot 1 {2}0\.9\.0 .*runs, confirmed/);
});

test('the first image comes back by flashing it again', async () => {
  expect((await shoal('flash', board.smp, '--slot', '0')).code).toBe(0);
  await expectUsable();
});

test('Ctrl-C switches it off', async () => {
  const other = project.start([shoalPath, 'emulate', '--slots', 'other']);
  await other.firstOutput;
  other.kill('SIGINT');
  expect((await other.done).code).toBe(130);
  expect(await shoal('emulate', '--slots', 'other', '--serial')).toMatchObject({ code: 2 });
  expect(await shoal('emulate', '--slots', 'other', '--udp', board.smp.split(':')[2] ?? '')).toMatchObject({ code: 5 });
});
