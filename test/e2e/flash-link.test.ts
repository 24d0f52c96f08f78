/** Boards that are flashed by Shoal's own link: by way of the runtime that they run, on serial lines and TCP. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SerialCable, serialCable } from '../support/serial-cable.ts';
import { oldRuntimeFrames } from '../support/supervisor/old-runtime.ts';
import { asVersion, runtimeImage } from '../support/supervisor/runtime-images.ts';
import { type SupervisorProcess, startSupervisor } from '../support/supervisor/supervisor-process.ts';
import { type Outcome, Project, packageRoot } from './exact-node-project.ts';
import { jsonOf, shoal as shoalIn, shoalPath } from './shoal-command.ts';

const { onByteLine, onStream } = oldRuntimeFrames();

let folder: string;
let cable: SerialCable;
let project: Project;
let supervisor: SupervisorProcess;
let real: Uint8Array;
let serial: string;
let tcp: string;

beforeAll(async () => {
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]);
  real = new Uint8Array(readFileSync(join(packageRoot, 'dist/runtime/shoal-runtime.img')));
  folder = mkdtempSync(join(tmpdir(), 'shoal-link-'));
  cable = await serialCable();
  project = await Project.create({});
  const port = await freePort();
  supervisor = await startSupervisor(folder, {
    serial: { path: cable.paths[1], baud: 921_600 },
    environment: { SHOAL_TCP_PORT: String(port), SHOAL_TCP_ADDRESS: '127.0.0.1', SHOAL_EXPORTS: 'images' },
  });
  serial = `serial:${cable.paths[0]}@921600`;
  tcp = `tcp://127.0.0.1:${port}`;
});

afterAll(async () => {
  await supervisor.end('SIGKILL');
  cable.close();
  await project.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const shoal = (...args: string[]): Promise<Outcome> => shoalIn(project, ...args);

/** Flashes an image, which must succeed; the data of the answer. */
async function flashed(board: string, image: Uint8Array): Promise<Record<string, unknown>> {
  writeFileSync(join(project.folder, 'package.img'), image);
  const outcome = await shoal('flash', board, '--package', 'package.img', '--json');
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return jsonOf(outcome).data as Record<string, unknown>;
}

test('a serial line: by SMP as long as no runtime of this release answers, then by the link', async () => {
  const old = runtimeImage({
    version: '0.0.1',
    program: `
      require('node:fs').writeSync(3, 'healthy\\n');
      process.stdin.on('data', () => process.stdout.write(Buffer.from('${onByteLine.toString('hex')}', 'hex')));
      process.stdin.on('end', () => process.exit(1));`,
  });
  expect(await flashed(serial, old)).toMatchObject({ way: 'smp', steps: ['upload', 'reset'] });
  // The old runtime is refused, but not its update.
  expect(await shoal('monitor', serial)).toMatchObject({ code: 5, stderr: expect.stringContaining('LINK_VERSION') });
  expect(await flashed(serial, real)).toMatchObject({ way: 'smp', version: '0.1.0' });
  const [before] = cable.carriedBytes;
  const next = asVersion(real, '0.2.0');
  expect(await flashed(serial, next)).toMatchObject({ way: 'link', version: '0.2.0', resumedFrom: 0 });
  expect(cable.carriedBytes[0] - before).toBeLessThan(next.length / 2);
  expect(readFileSync(join(folder, 'slots/a.image')).equals(next)).toBe(true);
});

test('TCP: an upload that is interrupted goes on where it was', async () => {
  writeFileSync(join(project.folder, 'large.img'), asVersion(real, '0.3.0', 6_000_000));
  const interrupted = project.start([shoalPath, 'flash', tcp, '--package', 'large.img']);
  while (!readdirSync(join(folder, 'slots')).includes('upload.progress')) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  interrupted.kill('SIGINT');
  expect(await interrupted.done).toMatchObject({ code: 130, stdout: '' });
  expect((await shoal('images', tcp)).stdout).toMatch(/0\.2\.0 .*runs, confirmed/);
  const again = jsonOf(await shoal('flash', tcp, '--package', 'large.img', '--json'));
  expect(again).toMatchObject({ ok: true, data: { way: 'link', version: '0.3.0', resumedFrom: expect.any(Number) } });
  expect((again.data as { resumedFrom: number }).resumedFrom).toBeGreaterThanOrEqual(64 * 1024);
  expect(await shoal('flash', tcp, '--package', 'package.img')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/runs 0\.2\.0, confirmed; sent by Shoal's link; \d+ bytes were there already\n$/),
  });
});

test('what the board refuses and what does not run is told as by SMP, and the board stays as it was', async () => {
  const { stdout: before } = await shoal('images', tcp);
  writeFileSync(
    join(project.folder, 'other.img'),
    runtimeImage({ version: '9.0.0', board: 'e16g301', ballastBytes: 90_000 }),
  );
  const refused = await shoal('flash', tcp, '--package', 'other.img');
  expect(refused).toMatchObject({ code: 7, stdout: '' });
  expect(refused.stderr).toMatch(/error\[PACKAGE_REFUSED\]: .*is for e16g301, and this board is a parallella-16/);
  expect((await shoal('images', tcp)).stdout).toBe(before);
  writeFileSync(join(project.folder, 'broken.img'), runtimeImage({ version: '9.0.1', program: 'process.exit(3);' }));
  const failed = await shoal('flash', tcp, '--package', 'broken.img');
  expect(failed).toMatchObject({ code: 7, stderr: expect.stringContaining('did not start the image: it runs 0.2.0') });
});

test('a runtime of an older wire at a line of its own: refused by every command, and nothing is sent to it', async () => {
  writeFileSync(join(project.folder, 'package.img'), real);
  let received = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received = Math.max(received, bytes.length);
      socket.write(onStream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const board = `tcp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  try {
    const commands = [
      ['flash', board, '--package', 'package.img'],
      ['images', board],
      ['monitor', board],
      ['repl', board],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await shoal(...command);
      expect({ command, code }).toEqual({ command, code: 5 });
      expect(stdout).not.toContain('runs');
      expect(stderr).toMatch(
        /error\[LINK_VERSION\]: .*speaks versions 0 to 0 of the wire, this one 1 to 1\n {2}try: .*shoal flash/,
      );
    }
    // Greetings only.
    expect(received).toBeLessThan(100);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
