/**
 * Everything that keeps `shoal flash` from flashing: each with reason, remedy and exit code, and the board as it was.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SerialPort } from 'serialport';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeImage } from '../../protocol/flash/mcuboot-image.ts';
import { writePackage } from '../../protocol/flash/runtime-package.ts';
import { serialCable } from '../support/serial-cable.ts';
import { HEALTHY, runtimeImage, sha256 } from '../support/supervisor/runtime-images.ts';
import { SmpDevice, type SmpDeviceOptions } from '../support/supervisor/smp-device.ts';
import { startSupervisor } from '../support/supervisor/supervisor-process.ts';
import { type Outcome, Project } from './exact-node-project.ts';
import { jsonOf, shoal as shoalIn, shoalPath } from './shoal-command.ts';

const OLD = runtimeImage({ version: '1.0.0' });
const NEW = runtimeImage({ version: '1.1.0', ballastBytes: 60_000 });

let project: Project;
let devices: SmpDevice[] = [];

beforeAll(async () => {
  project = await Project.create({});
  const files: Readonly<Record<string, Uint8Array>> = {
    'new.img': NEW,
    'other-board.img': runtimeImage({ version: '1.1.0', board: 'parallella-64' }),
    'truncated.img': NEW.subarray(0, -100),
    'tampered.img': NEW.map((byte, index) => (index === 5000 ? byte ^ 1 : byte)),
    'future.img': imageOfProtocol([7, 9]),
    'past.img': imageOfProtocol([0, 0]),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(project.folder, name), bytes);
});
afterAll(() => project.remove());
afterEach(async () => {
  for (const device of devices) await device.close();
  devices = [];
});

/** A package whose runtime speaks these versions of the wire. */
function imageOfProtocol(protocol: readonly [number, number]): Uint8Array {
  const files = [{ name: 'control.js', bytes: new TextEncoder().encode(HEALTHY) }];
  const payload = writePackage({ version: '1.1.0', boards: ['parallella-16'], protocol }, files, sha256);
  return writeImage(payload, { major: 1, minor: 1, revision: 0, build: 0 }, sha256, null);
}

async function start(options: SmpDeviceOptions = {}): Promise<SmpDevice> {
  const device = await SmpDevice.start({ image: OLD, ...options });
  devices.push(device);
  return device;
}

const flash = (...args: string[]): Promise<Outcome> => shoalIn(project, 'flash', ...args);

/** Runs the command, which must fail and leave the board as it was. */
async function refused(device: SmpDevice, ...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const before = device.state();
  const { code, stdout, stderr } = await flash(device.selector, ...args);
  expect(stdout).toBe('');
  expect(device.state()).toBe(before);
  return { code, stderr };
}

describe('refused before the board is asked', () => {
  test.each([
    ['a truncated package', 'truncated.img', 'PACKAGE_INVALID', /the image is cut/],
    ['a package that was tampered with', 'tampered.img', 'PACKAGE_INVALID', /does not have its SHA-256/],
    [
      'a runtime that is too new for this Shoal',
      'future.img',
      'PACKAGE_REFUSED',
      /version 7 to 9 of the wire, this Shoal 1/,
    ],
    [
      'a runtime that is too old for this Shoal',
      'past.img',
      'PACKAGE_REFUSED',
      /version 0 to 0 .*\n {2}try: Flash a newer/,
    ],
  ])('%s', async (_, file, error, reason) => {
    const device = await start();
    const { code, stderr } = await refused(device, '--package', file);
    expect(code).toBe(7);
    expect(stderr).toContain(`error[${error}]:`);
    expect(stderr).toMatch(reason);
    expect(device.connections).toBe(0);
  });

  test('no board, and several without --all', async () => {
    const [first, second] = [await start(), await start()];
    expect(await flash()).toMatchObject({ code: 3, stderr: expect.stringContaining('`shoal devices` lists') });
    const { code, stderr } = await refused(first, second.selector, '--package', 'new.img');
    expect(code).toBe(3);
    expect(stderr).toBe(
      `error[DEVICE_AMBIGUOUS]: 2 boards match: ${first.selector}, ${second.selector}\n` +
        '  try: Give one of them, or --all to flash every one.\n',
    );
    expect(first.connections + second.connections).toBe(0);
  });

  test('a serial port that another program has open', async () => {
    const cable = await serialCable();
    const port = new SerialPort({ path: cable.paths[0], baudRate: 115_200, autoOpen: false });
    try {
      await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
      const { code, stderr } = await flash(`serial:${cable.paths[0]}`, '--package', 'new.img');
      expect(code).toBe(4);
      expect(stderr).toMatch(/^error\[LINK_BUSY\]: serial:.*\n {2}try: another program has it open/);
      expect(cable.carriedBytes).toEqual([0, 0]);
    } finally {
      await new Promise<void>((resolve) => port.close(() => resolve()));
      cable.close();
    }
  });

  test.each([
    [['--slot', '2'], 2, /--slot is 0 or 1, not 2/],
    [['--package', 'absent.img'], 1, /there is no such file/],
  ])('%j', async (args, exitCode, reason) => {
    const device = await start();
    const { code, stderr } = await refused(device, ...args);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(reason);
  });
});

describe('refused by the board, or because of it', () => {
  test('a package of another board', async () => {
    const { code, stderr } = await refused(await start(), '--package', 'other-board.img');
    expect(code).toBe(7);
    expect(stderr).toMatch(
      /error\[PACKAGE_REFUSED\]: .*is for parallella-64, and this board is a parallella-16\n {2}try: Flash a package for this board/,
    );
  });

  test('a full disk', async () => {
    const { code, stderr } = await refused(await start({ capacityBytes: 40_000 }), '--package', 'new.img');
    expect(code).toBe(7);
    expect(stderr).toMatch(/error\[FLASH_FULL\]: .*needs \d+ bytes, and the board has \d+ free\n {2}try: Make room/);
  });

  test('a slot that is needed', async () => {
    const { code, stderr } = await refused(await start(), '--package', 'new.img', '--slot', '0');
    expect(code).toBe(7);
    expect(stderr).toMatch(/error\[FLASH_NO_SLOT\]: slot 0 holds 1\.0\.0, which runs/);
  });

  test('an image that is on trial', async () => {
    const device = await start();
    expect((await shoalIn(project, 'write', device.selector, 'new.img')).code).toBe(0);
    const [, written] = device.slots.list();
    device.slots.test(written?.image.hash ?? new Uint8Array());
    device.slots.boot();
    writeFileSync(join(project.folder, 'third.img'), runtimeImage({ version: '1.2.0' }));
    const { code, stderr } = await refused(device, '--package', 'third.img');
    expect(code).toBe(7);
    expect(stderr).toMatch(/1\.1\.0 is on trial in slot 1: both slots are needed\n {2}try: `shoal reset`/);
    expect((await refused(device, '--package', 'third.img', '--dry-run')).code).toBe(7);
  });

  test('a board that vanishes in the middle; when it is back the upload goes on', async () => {
    const device = await start();
    device.vanishAfterBytes = 30_000;
    const { code, stderr } = await refused(device, '--package', 'new.img');
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /error\[LINK_LOST\]: .*\n {2}try: What runs on the board was not changed\. Run the command again/,
    );
    device.vanishAfterBytes = Number.POSITIVE_INFINITY;
    const again = jsonOf(await flash(device.selector, '--package', 'new.img', '--json'));
    expect(again).toMatchObject({ ok: true, data: { version: '1.1.0', resumedFrom: expect.any(Number) } });
    expect((again.data as { resumedFrom: number }).resumedFrom).toBeGreaterThan(20_000);
  });

  test('an upload that was cut begins anew with --no-resume', async () => {
    const device = await start();
    device.vanishAfterBytes = 30_000;
    await refused(device, '--package', 'new.img');
    device.vanishAfterBytes = Number.POSITIVE_INFINITY;
    const again = jsonOf(await flash(device.selector, '--package', 'new.img', '--json', '--no-resume', '--slot', '1'));
    expect(again).toMatchObject({ ok: true, data: { resumedFrom: 0 } });
  });

  test('Ctrl-C leaves the board as it was, and the upload goes on the next time', async () => {
    const device = await start({ delayMs: 20 });
    const before = device.state();
    const started = project.start([shoalPath, 'flash', device.selector, '--package', 'new.img']);
    while (device.receivedBytes < 20_000) await new Promise((resolve) => setTimeout(resolve, 10));
    started.kill('SIGINT');
    const { code, stdout, stderr } = await started.done;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/: interrupted; the board keeps the image that it had\ninterrupted\n$/);
    expect(device.state()).toBe(before);
    const again = jsonOf(await flash(device.selector, '--package', 'new.img', '--json'));
    expect((again.data as { resumedFrom: number }).resumedFrom).toBeGreaterThan(10_000);
  });
});

describe('several boards at the same time', () => {
  test('each has its own end; one that fails makes the exit code', async () => {
    const [good, full] = [await start({ delayMs: 2 }), await start({ capacityBytes: 40_000 })];
    const before = full.state();
    const boards = [good.selector, full.selector];
    const outcome = await flash('--all', ...boards, '--package', 'new.img', '--json');
    expect(outcome.code).toBe(7);
    expect(jsonOf(outcome)).toMatchObject({
      schema: 'shoal/flash-all/1',
      data: {
        boards: [
          { board: good.selector, ok: true, version: '1.1.0', steps: ['upload', 'test', 'reset', 'confirm'] },
          { board: full.selector, ok: false, error: { code: 'FLASH_FULL' } },
        ],
      },
    });
    expect(outcome.stderr).toContain(`${good.selector}: done\n`);
    expect(full.state()).toBe(before);
    const again = await flash('--all', ...boards, good.selector, '--package', 'new.img');
    expect(again.stdout).toMatch(
      /runs 1\.1\.0 from this package already\n.*: error\[FLASH_FULL\]: .*\n {2}try: Make room/,
    );
  });

  test('both are flashed', async () => {
    const both = [await start(), await start()];
    const outcome = await flash('--all', ...both.map(({ selector }) => selector), '--package', 'new.img');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toBe(
      both.map(({ selector }) => `${selector} runs 1.1.0, confirmed; sent by SMP\n`).join(''),
    );
  });
});

test('the memory of a board: an .elf file, a dry run, a look without writing', async () => {
  const board = 'emu:parallella-16';
  writeFileSync(join(project.folder, 'none.elf'), 'no ELF');
  expect(await flash(board)).toMatchObject({ code: 2, stderr: expect.stringContaining('want an .elf file') });
  const packed = new URL('../conformance/data/gcc-kernels/O3/dot.elf.gz', import.meta.url);
  writeFileSync(join(project.folder, 'dot.elf'), gunzipSync(readFileSync(packed)));
  const elf = ['--package', 'dot.elf', '--group', '2x2'];
  expect(await flash(board, ...elf, '--dry-run')).toEqual({
    code: 0,
    stdout: 'emu:parallella-16 would get 131072 bytes on 4 cores: reset, load, verify, start\n',
    stderr: '',
  });
  // The memory of an emulated board is new each time.
  expect(await flash(board, ...elf, '--verify-only')).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(/error\[FLASH_VERIFY\]: read back at 0x8080\d+/),
  });
  const flashed = await flash(board, ...elf, '--json');
  expect(jsonOf(flashed)).toMatchObject({ data: { cores: 4, steps: ['reset', 'load', 'verify', 'start'] } });
  expect(flashed.stderr).toMatch(
    /^emu:parallella-16: 0 %\n(.*\n)*emu:parallella-16: 100 %\nemu:parallella-16: done\n$/,
  );
  expect(await flash(board, '--package', 'none.elf')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ELF_INVALID'),
  });
});

test('a board that was flashed and does not answer any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-refusals-'));
  const supervisor = await startSupervisor(folder);
  try {
    const board = `udp://127.0.0.1:${supervisor.udpPort}`;
    expect((await flash(board, '--package', 'new.img')).code).toBe(0);
    await supervisor.end('SIGKILL');
    const { code, stderr } = await flash(board, '--package', 'new.img');
    expect(code).toBe(6);
    expect(stderr).toMatch(
      /error\[LINK_TIMEOUT\]: udp 127\.0\.0\.1:\d+ did not answer within 5000 ms\n {2}try: Is the board on/,
    );
  } finally {
    await supervisor.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
