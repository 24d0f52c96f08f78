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

const CAPTURED = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';
interface Options { gain: i32; readonly offset: i32; taps: number[]; origin: { x: i32 } | null }
class Ramp {
  at: i32 = 0;
  #by: i32;
  constructor(by: i32) { this.#by = by; }
  next(): i32 { this.at += this.#by; return this.at; }
}
function filter(options: Options, points: { x: i32; y: i32 }[]): (v: i32) => i32 {
  const sizes = [4, 5, 6];
  const ramp = new Ramp(options.offset);
  return (v) => {
    let sum: i32 = Math.imul(v, options.gain) + options.offset + sizes[v & 1];
    for (const tap of options.taps) sum += tap;
    for (const { x, y } of points) sum += Math.imul(x, y);
    options.gain++;
    return (sum + (options.origin?.x ?? 7) + ramp.next()) | 0;
  };
}
const shared = { x: 10 };
const one = filter({ gain: 3, offset: 2, taps: [1, 2, 3], origin: shared }, [{ x: 1, y: 2 }]);
const other = filter({ gain: 5, offset: 100, taps: [4], origin: null }, []);
export function filters(n: i32): i32 { shared.x++; return (one(n) * 1000 + other(n) + one(1)) | 0; }

const data = new Float32Array(3);
function counter(state: { n: i32; data: Float32Array }): () => i32 {
  const { data } = state;
  return () => { state.n++; state.data[0] += 1; data[1] += 2; return state.n; };
}
const count = counter({ n: 5, data });
export function shares(n: i32): f32 { return (count() & n) + data[0] * 16 + data[1] * 256; }

function pair(): { up: () => i32; down: () => i32 } {
  const both = { n: 0 };
  return { up: () => ++both.n, down: () => --both.n };
}
const left = pair();
const right = pair();
export function twins(n: i32): i32 { left.up(); left.up(); right.down(); return left.down() * 100 + right.up() + n; }

const table = new Int32Array([1, 2]);
const none = ((o: { n: i32 } | null) => (n: i32): i32 => (o === null ? n : o.n))(null);
const own = ((table: Int32Array) => (n: i32): i32 => table[n & 1])(new Int32Array([30, 40]));
export function hides(n: i32): i32 { return own(n) + table[n & 1] + none(n); }
`;

test('objects and arrays that such functions captured are memory of the core, one for each that was made', async () => {
  const names = ['filters', 'shares', 'twins', 'hides'];
  const calls = names.flatMap((name) => [0, 3, 5].map((value) => call(name, value)));
  expect((await ways.compareModule(CAPTURED, calls)).map(({ text }) => text)).toEqual([]);
});
