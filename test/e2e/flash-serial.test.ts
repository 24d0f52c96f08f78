/** A board that only has a serial line: flashed by the real command and by an independent client. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SerialCable, serialCable } from '../support/serial-cable.ts';
import { IndependentSmpClient } from '../support/supervisor/independent-smp-client.ts';
import { runtimeImage } from '../support/supervisor/runtime-images.ts';
import { type SupervisorProcess, startSupervisor } from '../support/supervisor/supervisor-process.ts';
import { Project } from './exact-node-project.ts';
import { jsonOf, shoal } from './shoal-command.ts';

let folder: string;
let cable: SerialCable;
let project: Project;
let supervisor: SupervisorProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-serial-'));
  cable = await serialCable();
  project = await Project.create({});
  const serial = { path: cable.paths[1], baud: 115_200 };
  supervisor = await startSupervisor(folder, { serial, udpPort: null, tcpPort: null });
});

afterEach(async () => {
  await supervisor.end('SIGKILL');
  cable.close();
  await project.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('the command flashes it, and lists what it runs', async () => {
  const board = `serial:${cable.paths[0]}@115200`;
  const image = runtimeImage({ version: '1.2.3', ballastBytes: 20_000 });
  writeFileSync(join(project.folder, 'package.img'), image);
  const flashed = await shoal(project, 'flash', board, '--package', 'package.img', '--json');
  expect(jsonOf(flashed)).toMatchObject({ ok: true, data: { version: '1.2.3', steps: ['upload', 'reset'] } });
  expect(readFileSync(join(folder, 'slots/a.image')).equals(image)).toBe(true);
  // Base64 of the image at least went over it.
  expect(cable.carriedBytes[0]).toBeGreaterThan((image.length * 4) / 3);
  expect((await shoal(project, 'images', board)).stdout).toMatch(/^slot 0 {2}1\.2\.3 .*runs, confirmed$/m);
  expect((await shoal(project, 'info', board)).stdout).toMatch(/^runs +1\.2\.3$/m);
  await supervisor.said('starting slot a');
  expect(await shoal(project, 'reset', board)).toMatchObject({ code: 0, stdout: `${board} restarts\n` });
  await supervisor.said('starting slot a');
});

test('a line on which nobody answers is a timeout that says where', async () => {
  cable.isCut = true;
  const { code, stderr } = await shoal(project, 'images', `serial:${cable.paths[0]}`);
  expect(code).toBe(6);
  expect(stderr).toContain(`serial:${cable.paths[0]} did not answer within`);
});

test('an independent client flashes it through the same line', async () => {
  const line = new SerialPort({ path: cable.paths[0], baudRate: 115_200 });
  try {
    const client = new IndependentSmpClient(line, true);
    expect(await client.echo('hello')).toEqual({ r: 'hello' });
    const image = runtimeImage({ version: '4.5.6', ballastBytes: 5000 });
    expect(await client.upload(image, 512)).toMatchObject({ off: image.length, match: true });
    await client.reset();
    await supervisor.said('starting slot a');
    expect(await client.images()).toMatchObject([{ slot: 0, version: '4.5.6', active: true, confirmed: true }]);
  } finally {
    await new Promise<void>((resolve) => line.close(() => resolve()));
  }
});
