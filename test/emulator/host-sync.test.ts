/** Kernels, and objects of the control processor, of an emulated board that is used without `await`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isShoalError, openSync, type SyncBoard, type SyncKernels, split } from 'shoal';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const KERNELS = new URL('./kernels/host-kernels.ts', import.meta.url);
const LOGS = new URL('./kernels/log-kernels.ts', import.meta.url);
type Kernels = typeof import('./kernels/host-kernels.ts');

let board: SyncBoard;
let kernels: SyncKernels<Kernels>;
beforeAll(() => {
  board = openSync('emu:parallella-16');
  kernels = board.load<Kernels>(KERNELS);
});
afterAll(() => board.close());

function failure(operation: () => unknown): Error {
  try {
    operation();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not throw');
}

test('kernels return when they are done, and arrays hold what they wrote', () => {
  const y = Float32Array.of(10, 20, 30);
  expect(kernels.saxpy(2, Float32Array.of(1, 2, 3), y)).toBeUndefined();
  expect(y).toEqual(Float32Array.of(12, 24, 36));
  expect(kernels.add(7, 35)).toBe(42);
  expect(kernels.invert(true)).toBe(false);
  expect([kernels.at(7).where(), kernels.at([3, 1]).where()]).toEqual([7016, 13016]);
  expect(kernels.everywhere.where()).toEqual(Array.from({ length: 16 }, (_, core) => core * 1000 + 16));
});

test('a part of an array is written, and nothing beside it; everywhere takes shares', () => {
  const whole = new Int32Array(9);
  kernels.fill(5, whole.subarray(3, 6));
  expect([...whole]).toEqual([0, 0, 0, 5, 5, 5, 0, 0, 0]);
  const bytes = new Uint8Array(4);
  kernels.copy8(Int8Array.of(1, -2), bytes.subarray(1, 3));
  expect([...bytes]).toEqual([0, 1, 254, 0]);
  const y = new Float32Array(100).fill(1);
  kernels.everywhere.saxpy(2, split(new Float32Array(100).fill(3)), split(y));
  expect(new Set(y)).toEqual(new Set([7]));
});

test('arrays that share memory are refused as they are with `await`', () => {
  const { saxpy, copy32, sum } = kernels;
  const x = new Float32Array(8).fill(1);
  expect(failure(() => saxpy(2, x, x))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
  const buffer = new ArrayBuffer(32);
  const overlapping = [new Int32Array(buffer, 0, 4), new Uint32Array(buffer, 12, 4)] as const;
  expect(failure(() => copy32(...overlapping))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
  const beside = [new Int32Array(buffer, 0, 4).fill(9), new Uint32Array(buffer, 16, 4)] as const;
  copy32(...beside);
  expect(sum(new Int32Array(buffer))).toBe(72);
});

test('traps are thrown as exact Node throws them, with the lines of kernel and call', () => {
  const { element } = kernels.at([2, 1]);
  const error = failure(function hereItWasCalled() {
    element(new Int32Array(128), 130);
  });
  expect(error).toBeInstanceOf(RangeError);
  expect(isShoalError(error, 'KERNEL_TRAP')).toBe(true);
  expect(error.message).toMatch(/x\[i\] with i=130, length 128 at host-kernels\.ts:\d+:\d+ \(core 2,1\)/);
  expect(error.stack).toContain('hereItWasCalled');
  expect(error).toMatchObject({ core: [2, 1] });
});

test('deadlines: a kernel that never ends is an error, and the board goes on', () => {
  expect(failure(() => kernels.with({ timeoutMs: 100 }).spin())).toMatchObject({ code: 'CALL_TIMEOUT' });
  expect(failure(() => kernels.with({ timeoutMs: Infinity }))).toMatchObject({ code: 'CALL_ARGUMENT' });
  expect(kernels.add(1, 2)).toBe(3);
});

test('what kernels log is on the console when the call is back', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    board.load<typeof import('./kernels/log-kernels.ts')>(LOGS).at(9).order(2);
    expect(log.mock.calls[0]?.[0]).toMatch(/^\[2,1\] /);
  } finally {
    log.mockRestore();
  }
});

test('errors of loading', () => {
  expect(failure(() => board.load('/none/kernels.ts'))).toMatchObject({ code: 'FILE_NOT_FOUND' });
  const wrong = failure(() => board.load(new URL('./kernels/wrong.ts', import.meta.url)));
  expect(wrong).toMatchObject({ code: 'COMPILE_FAILED' });
});

test('objects of the control processor, beside kernels', () => {
  interface Fs {
    readFileSync(path: string, encoding: 'utf8'): string;
    writeFileSync(path: string, text: string): void;
    readdirSync(path: string): string[];
  }
  const fs = board.control.import<Fs>('fs');
  expect(fs.readFileSync('/etc/hostname', 'utf8')).toBe('parallella-16\n');
  fs.writeFileSync('/note', String(kernels.add(1, 2)));
  expect(fs.readFileSync('/note', 'utf8')).toBe('3');
  expect(fs.readdirSync('/')).toContain('note');
  expect(failure(() => fs.readFileSync('/none', 'utf8'))).toMatchObject({ code: 'ENOENT' });
});

describe('a board at the other end of a line, which another process has', () => {
  let other: ChildProcess;
  let folder: string;
  let lines: { readonly tcp: string; readonly unix: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-sync-'));
    const program = join(import.meta.dirname, '../../bin/shoal.js');
    const options = ['emulate', 'parallella-16', '--tcp', '0', '--unix', join(folder, 'board')];
    const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    other = child;
    const [line] = await once(child.stdout, 'data');
    const { tcp, unix } = JSON.parse(String(line)) as { tcp: string; unix: string };
    lines = { tcp, unix: `unix:${unix}` };
  });
  afterAll(async () => {
    other.kill('SIGKILL');
    await once(other, 'exit');
    rmSync(folder, { recursive: true });
  });

  test('kernels, with traps and deadlines; objects over another line', () => {
    using far = openSync(lines.tcp);
    const k = far.load<Kernels>(KERNELS);
    const y = Float32Array.of(10, 20, 30);
    k.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
    expect(y).toEqual(Float32Array.of(12, 24, 36));
    expect(k.everywhere.where()).toEqual(Array.from({ length: 16 }, (_, core) => core * 1000 + 16));
    expect(failure(() => k.element(new Int32Array(3), 5))).toBeInstanceOf(RangeError);
    expect(failure(() => k.with({ timeoutMs: 200 }).spin())).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(k.add(1, 2)).toBe(3);
    expect(failure(() => far.control)).toMatchObject({
      code: 'LINK_BUSY',
      hint: expect.stringContaining('a line each'),
    });
    using objects = openSync(lines.unix);
    const fs = objects.control.import<{ existsSync(path: string): boolean }>('fs');
    expect(fs.existsSync('/etc/hostname')).toBe(true);
    expect(failure(() => objects.load(KERNELS))).toMatchObject({ code: 'LINK_BUSY' });
    expect(fs.existsSync('/none')).toBe(false);
  });
});

test('a board by its memory has no objects', () => {
  using far = openSync('mem:/none');
  expect(failure(() => far.load(KERNELS))).toMatchObject({ code: 'LINK_UNAVAILABLE' });
  expect(failure(() => far.control)).toMatchObject({ code: 'LINK_UNAVAILABLE' });
});

test('after close', () => {
  board.close();
  expect(failure(() => kernels.add(1, 2))).toMatchObject({ code: 'LINK_CLOSED' });
  expect(failure(() => board.load(KERNELS))).toMatchObject({ code: 'BOARD_CLOSED' });
  expect(failure(() => board.control)).toMatchObject({ code: 'BOARD_CLOSED' });
});
