/** A board whose memory another process emulates, mapped as that of a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { open } from 'shoal';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { Project, packageRoot } from './exact-node-project.ts';
import { jsonOf, shoal, shoalPath } from './shoal-command.ts';

type HostKernels = typeof import('../emulator/kernels/host-kernels.ts');
const kernelFile = new URL('../emulator/kernels/host-kernels.ts', import.meta.url);

let folder: string;
let child: ChildProcess | undefined;
/** What the board's process has written to standard error. */
let boardSaid: string;

/** A program built by epiphany-elf-gcc that prints 2344. */
const DOT = new URL('../conformance/data/gcc-kernels/O3/dot.elf.gz', import.meta.url);

beforeEach(() => {
  // Memory that no disk is behind.
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shoal-memory-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a board; its selector. */
async function start(name = 'parallella-16'): Promise<string> {
  const process_ = spawn(process.execPath, [shoalPath, 'emulate', name, '--memory', join(folder, 'board')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = process_;
  boardSaid = '';
  process_.stderr.on('data', (text: Uint8Array) => (boardSaid += text));
  const ended = once(process_, 'close').then(() => {
    throw new Error(`it has ended: ${boardSaid}`);
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(process_.stdout, 'data'), ended]);
  const { board, memory } = JSON.parse(String(line)) as { board: string; memory: string };
  expect(board).toBe(name);
  return memory;
}

test('kernels on cores of another process, one program at a time, one after another', async () => {
  const selector = await start();
  for (let round = 0; round < 2; round++) {
    await using board = await open(selector);
    expect(board.info.name).toBe('parallella-16');
    await expect(open(selector)).rejects.toMatchObject({ code: 'LINK_BUSY' });
    const kernels = await board.load<HostKernels>(kernelFile);
    const y = Float32Array.of(10, 20, 30);
    await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
    expect(y).toEqual(Float32Array.of(12, 24, 36));
    const sums = Array.from({ length: 200 }, (_, index) => kernels.add(index, 1));
    expect(await Promise.all(sums)).toEqual(sums.map((_, index) => index + 1));
    // A core that never answers is reset, and works again.
    await expect(kernels.with({ timeoutMs: 200 }).at(7).spin()).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(await kernels.at(7).add(1, 2)).toBe(3);
    await using memory = await board.alloc(Int32Array, 1000);
    await memory.write(Int32Array.from({ length: 1000 }, (_, index) => index));
    expect(await kernels.sum(memory)).toBe(499_500);
    expect(() => board.control).toThrow(expect.objectContaining({ code: 'LINK_UNAVAILABLE' }));
  }
});

const timesModule = (factor: number): string => `'use kernel';
import type { i32 } from 'shoal/kernel';

export function times(n: i32): i32 {
  let sum: i32 = 0;
  for (let i: i32 = 0; i < n; i++) sum += ${factor};
  return sum;
}
`;

test('a module in the place of another one: no core runs what it ran before', async () => {
  await using board = await open(await start());
  const file = join(folder, 'kernels.ts');
  writeFileSync(file, timesModule(3));
  let kernels = await board.load<{ times(n: number): number }>(file);
  for (const factor of [3, 5, 7]) {
    expect(await kernels.at(3).times(5000)).toBe(factor * 5000);
    writeFileSync(file, timesModule(factor + 2));
    kernels = await board.reload(kernels);
  }
});

test('a board that ends, or is killed, ends calls instead of leaving them waiting', async () => {
  const selector = await start();
  await using board = await open(selector);
  const kernels = await board.load<HostKernels>(kernelFile);
  const call = kernels.at(1).spin();
  call.catch(() => undefined);
  await kernels.at(2).add(1, 1);
  child?.kill('SIGINT');
  await expect(call).rejects.toMatchObject({ code: 'LINK_LOST', hint: expect.stringContaining('emulate --memory') });
  expect(board.isClosed).toBe(true);
  await expect(kernels.add(1, 1)).rejects.toMatchObject({ code: 'BOARD_CLOSED' });
  expect(existsSync(join(folder, 'board'))).toBe(false);
});

test('the control runtime of a Linux board: kernels and objects over a line, the memory mapped there', async () => {
  const selector = await start();
  const port = await freePort();
  const runtime = spawn(process.execPath, [join(packageRoot, 'dist/device/control-linux/main.js')], {
    env: { ...process.env, SHOAL_MEMORY: selector, SHOAL_EXPORTS: 'fs', SHOAL_TCP_PORT: String(port) },
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  try {
    await once(runtime.stdio[3] as Readable, 'data');
    await using board = await open(`tcp://127.0.0.1:${port}`);
    const kernels = await board.load<HostKernels>(kernelFile);
    const y = Float32Array.of(10, 20, 30);
    await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
    expect(y).toEqual(Float32Array.of(12, 24, 36));
    const calls = Array.from({ length: 100 }, (_, index) => kernels.add(index, 1));
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index + 1));
    expect(board.info.name).toBe('parallella-16');
    const fs = board.control.import<typeof import('node:fs')>('fs');
    expect(await fs.existsSync(kernelFile.pathname)).toBe(true);
    // The window is the runtime's, as long as that runs.
    await expect(open(selector)).rejects.toMatchObject({
      code: 'LINK_BUSY',
      message: expect.stringContaining(`process ${runtime.pid} (`),
    });
  } finally {
    runtime.kill('SIGKILL');
  }
});

test('tools: memory of a board that runs in another process', async () => {
  const selector = await start();
  const project = await Project.create({});
  try {
    await writeFile(
      join(project.folder, 'bytes'),
      Uint8Array.from({ length: 5000 }, (_, index) => index),
    );
    expect(await shoal(project, 'write', selector, 'bytes', '--at', '1,2:0x1000')).toMatchObject({ code: 0 });
    const { data } = jsonOf(await shoal(project, 'read', selector, '--at', '0x84a01000', '--length', '5000', '--json'));
    expect(Buffer.from((data as { bytes: string }).bytes, 'base64')[4999]).toBe(4999 & 0xff);
    const reset = await shoal(project, 'reset', selector);
    expect(reset).toMatchObject({ code: 0, stdout: expect.stringContaining('16 cores') });
    await writeFile(join(project.folder, 'dot.elf'), gunzipSync(readFileSync(DOT)));
    const run = await shoal(project, 'run', 'dot.elf', '--on', selector, '--core', '2,1');
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('verified and started on 1 cores') });
    // The process of the board shows what its programs print.
    while (!boardSaid.includes('2344\n')) await setTimeout(20);
    const expecting = await shoal(project, 'run', 'dot.elf', '--on', selector, '--expect-text', '2344');
    expect(expecting).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave --expect-text') });
    const info = jsonOf(await shoal(project, 'info', selector, '--json'));
    expect(info.data).toMatchObject({ selector, board: { name: 'parallella-16', rows: 4 } });
    const missing = await shoal(project, 'read', 'mem:/none', '--at', '0,0:0', '--length', '4');
    expect(missing).toMatchObject({ code: 5, stderr: expect.stringContaining('shoal emulate --memory') });
  } finally {
    await project.remove();
  }
});

describe('what cannot be opened says why and what to do', () => {
  const file = (): string => join(folder, 'file');

  test('no such file, a folder, a file that is too small, or that does not say what it is', async () => {
    await expect(open('mem:/none/here')).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('emulate --memory'),
    });
    await expect(open(`mem:${folder}`)).rejects.toMatchObject({ code: 'LINK_UNAVAILABLE', hint: 'it is a folder' });
    writeFileSync(file(), new Uint8Array(100));
    await expect(open(`mem:${file()}`)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      message: expect.stringContaining('is too small: it has 0x64 bytes'),
    });
    truncateSync(file(), 0x100000);
    await expect(open(`mem:${file()}`)).rejects.toMatchObject({
      code: 'SELECTOR_INVALID',
      hint: expect.stringContaining(',board=parallella-16'),
    });
    await expect(open(`mem:${file()},board=parallella-16`)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      message: expect.stringContaining('is too small'),
    });
    await expect(open(`mem:${file()},board=parallela-16`)).rejects.toMatchObject({ code: 'BOARD_UNKNOWN' });
    await expect(open('mem:/dev/null,board=parallella-16')).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      message: expect.stringContaining('cannot be mapped: ENODEV'),
    });
  });

  test('another board than the one that is asked for, or another place in the file', async () => {
    const selector = await start('e16g301');
    await expect(open(`${selector},board=parallella-16`)).rejects.toMatchObject({
      message: expect.stringContaining('is the memory of a e16g301, not of a parallella-16'),
    });
    await expect(open(`${selector}@4096`)).rejects.toMatchObject({ code: 'SELECTOR_INVALID' });
  });

  test('no package that maps memory', async () => {
    const hook = `export const resolve = (name, context, next) => {
      if (name === 'koffi') throw new Error('there is none');
      return next(name, context);
    };`;
    const program = `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
      const { open } = await import(${JSON.stringify(join(packageRoot, 'dist/host/index.js'))});
      await open('mem:${file()}').catch(({ code, hint }) => console.log(JSON.stringify({ code, hint })));`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const [line] = await once(other.stdout, 'data');
    expect(JSON.parse(String(line))).toEqual({ code: 'LINK_DRIVER_MISSING', hint: 'npm install koffi' });
  });

  test('a board whose file is there already leaves it as it is', async () => {
    writeFileSync(join(folder, 'board'), 'of somebody');
    await expect(start()).rejects.toThrow('cannot make');
    expect(readFileSync(join(folder, 'board'), 'utf8')).toBe('of somebody');
  });

  test.runIf(process.getuid?.() === 0)('memory of another user', async () => {
    writeFileSync(file(), new Uint8Array(0x4000));
    chmodSync(folder, 0o755);
    chmodSync(file(), 0o600);
    const program = `const { open } = await import(${JSON.stringify(join(packageRoot, 'dist/host/index.js'))});
      await open('mem:${file()}').catch(({ code, hint }) => console.log(JSON.stringify({ code, hint })));`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', program], { uid: 65_534, gid: 65_534 });
    const [line] = await once(other.stdout, 'data');
    expect(JSON.parse(String(line))).toEqual({
      code: 'PERMISSION_DENIED',
      hint: 'you may not write to it: run as root, or give your user the file by a udev rule',
    });
  });
});
