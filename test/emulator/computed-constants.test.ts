import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../host/index.ts';
import { type KernelCall, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

const MODULE = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';

const SIZE = 256;
const sines = Float32Array.from({ length: SIZE }, (_, i) => Math.sin((i * 2 * Math.PI) / SIZE));
const squares: Int32Array = Int32Array.from({ length: 16 }, (_, i) => i * i);
const bytes = new Uint8Array(8);
for (const [i] of bytes.entries()) bytes[i] = 250 + i;
const half = SIZE / 2;
const limits = { low: -half, high: half - 1, step: 1 / 3 };
const last: number = squares.reduce((a, b) => Math.max(a, b), 0);
const third: f32 = 1 / 3;

export function sine(i: i32): f32 { return sines[i & (SIZE - 1)]; }
export function integers(i: i32): i32 { return (squares[i] + bytes[i & 7] + last + half) | 0; }
export function limited(v: i32): i32 { return Math.min(Math.max(v, limits.low), limits.high); }
export function float(v: f32): f32 { return Math.fround(Math.fround(v * third) + limits.step); }
`;

let ways: ThreeWays;
let folder: string;
beforeAll(async () => {
  ways = await ThreeWays.start();
  folder = mkdtempSync(join(tmpdir(), 'shoal-constants-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await ways.close();
});

function call(name: string, value: number): KernelCall {
  return { name, arguments: [{ tag: 'number', value }], staysExact: true };
}

describe('constants that top-level code computes', () => {
  test('are on a core what they are in JavaScript', async () => {
    const calls = ['sine', 'integers', 'limited'].flatMap((name) => [0, 1, 7, 15].map((v) => call(name, v)));
    calls.push(call('limited', -1000), call('limited', 1000));
    // Plain JavaScript keeps the third as a double: here a core agrees with exact Node only.
    for (const v of [1.5, -7]) calls.push({ ...call('float', v), staysExact: false });
    expect((await ways.compareModule(MODULE, calls)).map(({ text }) => text)).toEqual([]);
  });

  test('are computed in doubles and rounded once, when they are stored', async () => {
    const file = join(folder, 'rounding.ts');
    writeFileSync(
      file,
      `'use kernel';
import type { f32 } from 'shoal/kernel';
const sum: f32 = 0.1 + 0.2 + 0.3 - 0.6;
export function kept(): f32 { return sum; }
`,
    );
    await using board = await open('emu:parallella-16');
    const kernels = await board.load<{ kept(): Promise<number> }>(file);
    expect(await kernels.kept()).toBe(Math.fround(0.1 + 0.2 + 0.3 - 0.6));
  });

  test('of constants and functions of other files', async () => {
    writeFileSync(
      join(folder, 'shapes.ts'),
      `'use kernel';
import type { i32 } from 'shoal/kernel';
export const WIDTH = 3 * 4;
export const ramp = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i * WIDTH);
export const scaler = (by: i32) => (v: i32): i32 => Math.imul(v, by);
export const wide = scaler(WIDTH);
`,
    );
    const file = join(folder, 'kernels.ts');
    writeFileSync(
      file,
      `'use kernel';
import type { i32 } from 'shoal/kernel';
import { ramp, scaler, WIDTH, wide } from './shapes.ts';
const AREA = WIDTH * WIDTH;
const table: Int32Array = ramp(AREA / 16);
const three = scaler(table[1] / 4);
export function area(i: i32): i32 { return (table[i] + AREA + three(i) + wide(1)) | 0; }
`,
    );
    await using board = await open('emu:parallella-16');
    const kernels = await board.load<{ area(i: number): Promise<number> }>(file);
    expect(await kernels.area(2)).toBe(24 + 144 + 6 + 12);
  });
});
