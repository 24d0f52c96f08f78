/** Functions of Math: on an emulated core they give the bits of exact Node. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MATH_FUNCTIONS, SPECIAL_ARGUMENTS } from '../../bench/math/functions.ts';
import { evaluateProgram } from '../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../compiler/front-end/check-kernel-program.ts';
import { type Board, open } from '../../host/index.ts';
import { BothWays } from '../support/both-ways.ts';
import { Random } from '../support/kernel-generator/random.ts';
import { EDGE_BITS } from '../unit/arithmetic/float32-pools.ts';

type Each = (x: Float32Array, y: Float32Array, out: Float32Array) => void | Promise<void>;

const CALLS: readonly (readonly [name: string, call: string])[] = [
  ...MATH_FUNCTIONS.map(
    ({ name, parameters }) => [name, `Math.${name}(${parameters.length === 1 ? 'x[i]' : 'x[i], y[i]'})`] as const,
  ),
  ['round', 'Math.round(x[i])'],
  ['remainder', 'x[i] % y[i]'],
  ['power', 'x[i] ** y[i]'],
  ['square', 'x[i] ** 2'],
  ['hypot3', 'Math.hypot(x[i], y[i], 1)'],
];

/** One module for each: all of them together are more than a core holds. */
function moduleOf(call: string): string {
  return `'use kernel';
export function each(x: Float32Array, y: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i++) out[i] = ${call};
}
`;
}

const LENGTH = 1500;

/** Edges, arguments that functions are special at, any bits, and plain numbers. */
function argumentsOf(seed: number): Float32Array {
  const random = new Random(seed);
  const edges = new Float32Array(Int32Array.from(EDGE_BITS.flatMap((bits) => [bits, bits ^ 0x80000000])).buffer);
  const pool = [...edges, ...SPECIAL_ARGUMENTS];
  return Float32Array.from({ length: LENGTH }, (_, index) => {
    if (index < pool.length && seed === 1) return pool[index] as number;
    if (index % 3 === 0) return random.pick(pool);
    if (index % 3 === 1) return new Float32Array(Int32Array.of(random.word()).buffer)[0] as number;
    return (random.word() | 0) / 2 ** (10 + random.below(24));
  });
}

let board: Board;
let folder: string;
beforeAll(async () => {
  board = await open('emu:e16g301');
  folder = mkdtempSync(join(tmpdir(), 'shoal-math-'));
});
afterAll(() => {
  board.close();
  rmSync(folder, { recursive: true });
});

describe('on a core as in exact Node, bit for bit', () => {
  const x = argumentsOf(1);
  const y = argumentsOf(2);

  test.each(CALLS)('%s', async (name, call) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, moduleOf(call));
    const { checked } = checkKernelProgram(file);
    if (checked === null) throw new Error(`${name} does not compile`);
    const exact = new Float32Array(LENGTH);
    await (evaluateProgram(checked.program) as { each: Each }).each(x, y, exact);
    const core = new Float32Array(LENGTH);
    const kernels = await board.load<{ each: Each }>(file);
    await kernels.each(x, y, core);
    await board.unload(kernels);
    const bits = new Int32Array(core.buffer);
    // Any other NaN would be a number to a comparison on the core.
    const wrong = [...core.keys()].filter((i) =>
      Number.isNaN(exact[i]) ? bits[i] !== 0x7fc00000 : !Object.is(core[i], exact[i]),
    );
    expect(wrong.map((i) => `f(${x[i]}, ${y[i]}) is ${core[i]} (${bits[i]}) on the core, ${exact[i]} in Node`)).toEqual(
      [],
    );
    expect(new Set(exact).size).toBeGreaterThan(100);
  });
});

describe('as values', () => {
  test('in a variable, chosen, and passed on', async () => {
    const ways = await BothWays.start();
    const { core, exact } = await ways.run(
      `function twice(f: (v: number) => number, v: f32): f32 { return f(f(v)); }
function fold(f: (a: number, b: number) => number, a: f32, b: f32): f32 { return f(a, b); }
export function k(n: i32, out: Float32Array): i32 {
  const root = Math.sqrt;
  const wave = n > 1 ? Math.sin : Math.cos;
  out[0] = root(n); out[1] = wave(n); out[2] = twice(Math.exp, root(n)); out[3] = fold(Math.max, n, 2);
  out[4] = fold(Math.atan2, n, 2);
  const mix = Math.imul;
  return mix(n, 0x10001);
}`,
      [0, 1, 2, 5],
    );
    ways.close();
    expect(core).toEqual(exact);
    expect(core[3]?.result).toBe(5 * 0x10001);
    expect(core[3]?.out?.[0]).toBe(Math.fround(Math.sqrt(5)));
    expect(core[3]?.out?.[1]).toBeCloseTo(Math.sin(5), 6);
    expect(core[1]?.out?.[1]).toBeCloseTo(Math.cos(1), 6);
    expect(core[1]?.out?.[2]).toBeCloseTo(Math.exp(Math.exp(1)), 4);
    expect(core[3]?.out?.slice(3, 5)).toEqual([5, Math.fround(Math.atan2(5, 2))]);
  });
});
