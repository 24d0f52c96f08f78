/** `shoal emulate BOARD` as a process, opened over each of its lines as a user's program does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isShoalError, open, openControl } from 'shoal';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsbIpClient } from '../support/usb/usbip-client.ts';
import { packageRoot } from './exact-node-project.ts';

interface Fs {
  readFileSync(path: string, encoding: 'utf8'): string;
  open(path: string): { read(): Uint8Array };
}

interface Board {
  readonly lines: Readonly<Record<'tcp' | 'unix' | 'serial' | 'usb' | 'ring', string>>;
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

let folder: string;
let boards: Board[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-emulate-'));
  boards = [];
});

afterEach(async () => {
  for (const board of boards) {
    board.process.kill('SIGKILL');
    await board.ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(...options: string[]): Promise<Board> {
  const program = join(packageRoot, 'bin/shoal.js');
  const child = spawn(process.execPath, [program, 'emulate', 'parallella-16', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Uint8Array) => {
      text += Buffer.from(data).toString();
      if (text.endsWith('\n')) resolve(text);
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}`)));
  });
  const { tcp, unix, serial, usb, ring } = JSON.parse(line) as Board['lines'];
  const board = { lines: { tcp, unix: `unix:${unix}`, serial, usb, ring }, process: child, ended };
  boards.push(board);
  return board;
}

const socket = (): string => join(folder, 'board.sock');

test.each(['tcp', 'unix', 'serial', 'ring'] as const)('%s: files of the board, in one turn-round', async (line) => {
  const { lines } = await start('--tcp', '0', '--unix', socket(), '--serial', '--ring', join(folder, 'ring'));
  const control = await openControl(lines[line]);
  const fs = control.import<Fs>('fs');
  expect(await fs.readFileSync('/etc/hostname', 'utf8')).toBe('parallella-16\n');
  expect(await fs.open('/etc/hostname').read()).toEqual(new TextEncoder().encode('parallella-16\n'));
  await expect(Promise.resolve(fs.readFileSync('/none', 'utf8'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await control.import<{ name: string; rows: number }>('board').rows).toBe(4);
  const large = new Uint8Array(60_000).fill(7);
  const files = control.import<{
    writeFileSync(path: string, data: Uint8Array): void;
    readFileSync(path: string): Uint8Array;
  }>('fs');
  await files.writeFileSync('/large', large);
  expect(await files.readFileSync('/large')).toEqual(large);
  control.close();
});

test.each(['tcp', 'unix', 'serial'] as const)('%s: a kernel on core 7, objects over the same line', async (line) => {
  const { lines } = await start('--tcp', '0', '--unix', socket(), '--serial');
  await using board = await open(lines[line]);
  const kernels = await board.load<typeof import('../emulator/kernels/host-kernels.ts')>(
    new URL('../emulator/kernels/host-kernels.ts', import.meta.url),
  );
  const y = Float32Array.of(10, 20, 30);
  await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
  expect(y).toEqual(Float32Array.of(12, 24, 36));
  expect((await board.stats())[7]).toMatchObject({ calls: 1, bytesOut: expect.any(Number) });
  expect(await board.control.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8')).toBe('parallella-16\n');
  // One program at a time.
  if (line === 'tcp') await expect(open(lines.unix)).rejects.toMatchObject({ code: 'LINK_BUSY' });
});

/** The system takes a moment to free a serial port that was closed. */
async function openWhenFree(line: string): Promise<Awaited<ReturnType<typeof openControl>>> {
  for (let tries = 0; ; tries++) {
    try {
      return await openControl(line);
    } catch (error) {
      if (!isShoalError(error, 'LINK_BUSY') || tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('usb: a device by USB/IP, at the address that it prints', async () => {
  const { lines } = await start('--usb', '0');
  const [, port, busId] = /^usbip:\/\/127\.0\.0\.1:(\d+)\/(1-1)$/.exec(lines.usb) ?? [];
  const client = await UsbIpClient.connect(Number(port));
  expect(await client.list()).toEqual([{ busId, ids: '12090001', interfaces: ['ff530100'] }]);
  client.close();
});

test('several lines at once, several hosts after one another', async () => {
  const { lines } = await start('--tcp', '0', '--unix', socket(), '--serial');
  for (let round = 0; round < 3; round++) {
    const controls = await Promise.all([lines.tcp, lines.unix, lines.serial].map(openWhenFree));
    const texts = controls.map((control) => control.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8'));
    expect(await Promise.all(texts)).toEqual(['parallella-16\n', 'parallella-16\n', 'parallella-16\n']);
    for (const control of controls) control.close();
  }
});

test('it ends cleanly on SIGINT and leaves no socket behind', async () => {
  const board = await start('--unix', socket());
  const control = await openControl(board.lines.unix);
  await control.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8');
  board.process.kill('SIGINT');
  expect(await board.ended).toBe(130);
  expect(existsSync(socket())).toBe(false);
  control.close();
});

test('a board that was started anew voids references, says so, and serves new calls', async () => {
  const first = await start('--unix', socket());
  const control = await openControl(first.lines.unix);
  const file = await control.import<Fs>('fs').open('/etc/hostname');
  const events: string[] = [];
  control.on('interrupted', () => events.push('interrupted'));
  control.on('reset', () => events.push('reset'));
  first.process.kill('SIGKILL');
  await first.ended;
  rmSync(socket(), { force: true });
  await start('--unix', socket());
  await expect(Promise.resolve(file.read())).rejects.toMatchObject({ code: 'STALE_REFERENCE' });
  expect(events).toEqual(['interrupted', 'reset']);
  expect(await control.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8')).toBe('parallella-16\n');
  control.close();
});

describe('what cannot be opened says why and what to do', () => {
  test.each([
    ['tcp://127.0.0.1:1', 'LINK_UNAVAILABLE', /emulate --tcp/],
    ['unix:/none/here', 'LINK_UNAVAILABLE', /./],
    ['serial:/dev/none', 'LINK_UNAVAILABLE', /./],
    ['ring:/none/here', 'LINK_UNAVAILABLE', /emulate --ring/],
    ['tcp://host', 'SELECTOR_INVALID', /tcp:\/\/host:port/],
    ['tcp://host:99999', 'SELECTOR_INVALID', /tcp:\/\/host:port/],
    ['usb:1209:1', 'SELECTOR_INVALID', /usb:1209:0001/],
    ['emu', 'SELECTOR_INVALID', /tcp:\/\/host:port/],
  ])('%s', async (selector, code, hint) => {
    await expect(openControl(selector)).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  test('a second host while one is connected', async () => {
    const { lines } = await start('--tcp', '0');
    const first = await openControl(lines.tcp);
    await first.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8');
    await expect(openControl(lines.tcp, { abandonMs: 500 })).rejects.toMatchObject({ code: 'LINK_LOST' });
    expect(await first.import<Fs>('fs').readFileSync('/etc/hostname', 'utf8')).toBe('parallella-16\n');
    first.close();
  });

  test('an aborted signal', async () => {
    await expect(openControl('tcp://127.0.0.1:1', { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    );
  });
});
