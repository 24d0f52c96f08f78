import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelCall, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.start();
});
afterAll(() => ways.close());

const MODULE = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';

type Operator = (a: i32, b: i32) => i32;
const plus: Operator = (a, b) => (a + b) | 0;
function minus(a: i32, b: i32): i32 { return (a - b) | 0; }

const adder = (n: i32) => (x: i32): i32 => (x + n) | 0;
const two = adder(2);
const seven = adder(7);
export function factories(x: i32): i32 { return two(seven(x)) * 100 + two(1); }

const FLAG = 3 > 4;
const chosen = FLAG ? plus : minus;
function fold(count: i32, f: Operator): i32 { let s = 1; for (let i = 0; i < count; i++) s = f(s, i); return s; }
export function choice(n: i32): i32 { return fold(n, chosen) ^ chosen(n, 3); }

const ops = { plus, minus, twice: (a: i32, b: i32): i32 => plus(plus(a, b), b), scale: 3, deep: { plus: minus } };
const MODE = 1;
const list: readonly Operator[] = [plus, minus, ops.twice];
export function tables(n: i32): i32 {
  const f = n > 4 ? ops.plus : ops.minus;
  let g: Operator = ops.twice;
  if (n > 5) g = list[MODE];
  return (fold(n, ops.twice) + f(n, 2) * ops.scale + g(n, 9) + ops.minus(n, 1) + ops.deep.plus(n, 5) + list[2](n, 1)) | 0;
}

/** The factory runs at build time and may do what no kernel does; what it returns is a kernel's. */
function polynomial(...coefficients: number[]): (x: f32) => f32 {
  const table = Float32Array.from(coefficients.map((c) => c / 3));
  const degree = coefficients.length - 1;
  const step = (sum: f32, x: f32, i: i32): f32 => Math.fround(Math.fround(sum * x) + table[i]);
  return (x) => {
    let sum: f32 = 0;
    for (let i = degree; i >= 0; i--) sum = step(sum, x, i);
    return sum;
  };
}
const line = polynomial(1, 2);
const cubic = polynomial(1, -2, 0, 4);
export function polynomials(x: f32): f32 { return Math.fround(Math.fround(line(x) * 16) + cubic(x)); }

const compose = (f: (v: i32) => i32, g: (v: i32) => i32) => (v: i32): i32 => f(g(v));
const both: (v: i32) => i32 = [two, seven, adder(-20)].reduce(compose);
const steps: ((v: i32) => i32)[] = [];
for (const k of [3, 5, 11]) steps.push((v: i32): i32 => Math.imul(v, k));
const shared = new Int32Array([5, 6, 7]);
const reader = (from: Int32Array) => (i: i32): i32 => { from[i] = (from[i] + 1) | 0; return from[i]; };
const readShared = reader(shared);
const ofTurns: ((i: i32) => i32)[] = [];
for (let k = 0; k < 3; k++) {
  const held = new Int32Array([k, 10 * k]);
  ofTurns.push((i: i32): i32 => held[i]);
}
export function turns(n: i32): i32 { return (ofTurns[0](1) + ofTurns[1](1) * n + ofTurns[2](0) * 100) | 0; }
export function composed(n: i32): i32 { return (both(n) + steps[0](n) * steps[2](1) + steps[1](2)) | 0; }
export function stateful(i: i32): i32 { return readShared(i) * 100 + shared[i]; }
`;

function call(name: string, value: number): KernelCall {
  return { name, arguments: [{ tag: 'number', value }], staysExact: true };
}

test('functions that top-level code made mean on a core what they mean in JavaScript', async () => {
  const names = ['factories', 'choice', 'tables', 'polynomials', 'composed', 'turns'];
  const calls = names.flatMap((name) => [0, 3, 5, 9].map((value) => call(name, value)));
  calls.push(call('stateful', 1), call('stateful', 1), call('stateful', 2));
  expect((await ways.compareModule(MODULE, calls)).map(({ text }) => text)).toEqual([]);
});
