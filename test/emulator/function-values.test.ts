import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelCall, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.start();
});
afterAll(() => ways.close());

function call(name: string, ...values: readonly (number | readonly [string, ...number[]])[]): KernelCall {
  const list = values.map((value) =>
    typeof value === 'number'
      ? ({ tag: 'number', value } as const)
      : ({ tag: 'array', type: value[0], values: value.slice(1) as number[] } as const),
  );
  return { name, arguments: list, staysExact: true };
}

const MODULE = `'use kernel';
import type { f32, i32, u32 } from 'shoal/kernel';

function each(count: i32, f: (i: i32) => void): void { for (let i = 0; i < count; i++) f(i); }
function map(x: Int32Array, f: (v: i32, i: i32) => i32): void { for (let i = 0; i < x.length; i++) x[i] = f(x[i], i); }
function fold(x: Int32Array, f: (sum: i32, v: i32) => i32, start: i32 = 0): i32 {
  let sum = start;
  for (const v of x) sum = f(sum, v);
  return sum;
}
const add = (a: i32, b: i32): i32 => (a + b) | 0;
function times(a: i32, b: i32): i32 { return Math.imul(a, b); }
const adder = (n: i32) => (x: i32): i32 => (x + n) | 0;
function swap<T extends Float32Array | Int32Array>(x: T, i: i32, j: i32): void { const t = x[i]; x[i] = x[j]; x[j] = t; }
function largest<T extends number>(a: T, b: T): T { return a > b ? a : b; }
function scale(a: i32, by: i32 = 2, off: i32 = by + 1): i32 { return (Math.imul(a, by) + off) | 0; }

/** A local function changes a variable, also while the expression that calls it reads it. */
export function captured(n: i32): i32 {
  let total = 1;
  const bump = (v: i32): i32 => { total = (total * 3 + v) | 0; return total; };
  each(n, (i) => { total = (total + bump(i)) | 0; });
  return (total + bump(5) * total) | 0;
}
export function mapped(x: Int32Array, a: i32): i32 {
  map(x, (v) => Math.imul(v, a));
  map(x, (v, i) => { if (i > 2) return v; return (v + i) | 0; });
  return fold(x, add) ^ fold(x, (s, v) => (s * 31 + v) | 0, 7) ^ fold(x, times, 1);
}
export function chosen(which: i32, a: i32, b: i32): i32 {
  const f = which > 1 ? add : times;
  let g = times;
  if ((which & 1) === 1) g = add;
  for (let i = 0; i < 3; i++) { a = g(f(a, i), b); if (i === which) g = (p, q) => (p - q) | 0; }
  return (which === 0 ? adder(a) : adder(b))(100);
}
export function factories(a: i32): i32 {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const f = adder(i);
    const g = adder(a);
    sum = (sum + f(g(1))) | 0;
  }
  return (sum + adder(7)(8)) | 0;
}
export function generic(x: Float32Array, y: Int32Array, n: i32, u: u32): f32 {
  swap(x, 0, 1);
  swap(y, 0, 1);
  swap<Float32Array>(x, 1, 2);
  const m: i32 = largest(n, y[0]);
  const w: u32 = largest<u32>(u, 5);
  return Math.fround(largest<f32>(x[0], 1) + (w === u ? m : 0));
}
export function defaults(n: i32): i32 { return (scale(n) + scale(n, 3) * 100 + scale(n, 4, 5) * 10000) | 0; }
/** A return in the middle, in a loop and in a switch; evaluation from left to right. */
export function search(x: Int32Array, y: Int32Array): i32 {
  let calls = 0;
  const find = (list: Int32Array, wanted: (v: i32) => boolean): i32 => {
    calls++;
    for (let i = 0; i < list.length; i++) {
      switch (list[i]) { case 99: return -2; }
      if (wanted(list[i])) return i;
    }
    return -1;
  };
  x[calls] = find(y, (v) => v > 10 && find(x, (w) => w === v) < 0) + calls;
  return calls * 10 + find(x, (v) => v === calls);
}
/** A check fails inside of a function that was passed. */
export function outside(x: Int32Array, n: i32): i32 { let s = 0; each(n, (i) => { s = (s + x[i]) | 0; }); return s; }
export function nested(n: i32): i32 {
  const twice = (f: (v: i32) => i32) => (v: i32): i32 => f(f(v));
  function inner(v: i32): i32 { return (v * 2 + n) | 0; }
  return twice(twice(inner))(1);
}
interface P { x: i32; y: i32 }
function points(n: i32, f: (p: P) => void): void { for (let i = 0; i < n; i++) f({ x: i, y: 1 }); }
export function objects(n: i32): i32 {
  const sum: P = { x: 0, y: 0 };
  const make = (x: i32): P => ({ x, y: n });
  points(n, (p) => { sum.x = (sum.x + p.x) | 0; sum.y = (sum.y + p.y + make(2).y) | 0; });
  return (sum.x * 100 + sum.y) | 0;
}
/** @depth 10 */
function fibonacci(n: i32): i32 { return n < 2 ? n : (fibonacci(n - 1) + fibonacci(n - 2)) | 0; }
export function recursion(n: i32): i32 { return fibonacci(n); }
/** @depth 6 */
const even = (n: i32): boolean => n === 0 || odd(n - 1);
/** @depth 6 */
function odd(n: i32): boolean { return n !== 0 && even(n - 1); }
export function isEven(n: i32): boolean { return even(n); }
/** @depth 4 */
export function sort(x: Int32Array, from: i32, to: i32): i32 {
  if (to - from < 1) return 0;
  let i = from;
  for (let j = from; j < to; j++) if (x[j] < x[to]) { const t = x[i]; x[i] = x[j]; x[j] = t; i++; }
  const t = x[i]; x[i] = x[to]; x[to] = t;
  return (1 + sort(x, from, i - 1) + sort(x, i + 1, to)) | 0;
}
export function counters(n: i32): i32 {
  const counter = () => { let count = 0; return (): i32 => { count += 1; return count; }; };
  const a = counter();
  const b = counter();
  each(n, () => { a(); });
  b();
  return a() * 1000 + b();
}
`;

test('function values mean on a core what they mean in JavaScript', async () => {
  const calls = [
    ...[0, 1, 5].map((n) => call('captured', n)),
    call('mapped', ['Int32Array', 3, -4, 5, 6, 7], 9),
    ...[0, 1, 2, 3].map((which) => call('chosen', which, 11, -3)),
    call('factories', 5),
    call('generic', ['Float32Array', 1.5, 2.5, 3.5], ['Int32Array', 4, 5], 3, 4000000000),
    call('defaults', 7),
    call('search', ['Int32Array', 1, 20, 3], ['Int32Array', 1, 5, 20, 30, 3]),
    call('search', ['Int32Array', 1, 2, 3], ['Int32Array', 1, 99]),
    call('outside', ['Int32Array', 1, 2, 3], 3),
    { ...call('outside', ['Int32Array', 1, 2, 3], 4), staysExact: false },
    ...[0, 3].map((n) => call('nested', n)),
    call('objects', 4),
    // What is too deep is an error on both, and leaves nothing behind for the next call.
    { ...call('recursion', 11), staysExact: false },
    call('recursion', 10),
    { ...call('isEven', 9), staysExact: false },
    ...[0, 4, 5].map((n) => call('isEven', n)),
    call('sort', ['Int32Array', 5, 1, 9, 3, 7, 2], 0, 5),
    { ...call('sort', ['Int32Array', 1, 2, 3, 4, 5, 6, 7, 8, 9], 0, 8), staysExact: false },
    ...[0, 4].map((n) => call('counters', n)),
  ];
  expect((await ways.compareModule(MODULE, calls)).map(({ text }) => text)).toEqual([]);
});
