/** Objects of modules: on an emulated core they are what exact Node has, before the first call and after it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('objects of modules', () => {
  test('constants: nested, tuples, of a function that ran at build time', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
const config = { scale: 0.1, origin: { x: 1, y: -2 }, wide: true, mode: 'fast' as 'fast' | 'slow' };
const range: [i32, f32] = [3, 0.25];
function made(n: number): Vec { return { x: Math.sqrt(n), y: n / 3 }; }
const root = made(2);
export function k(n: i32, out: Float32Array): i32 {
  const { origin: { x }, scale } = config;
  out[0] = scale * n; out[1] = x + config.origin.y; out[2] = root.x; out[3] = root.y; out[4] = range[1];
  return range[0] * n + (config.wide ? 100 : 0) + (config.mode === 'fast' ? 1000 : 0);
}`,
      [0, 1, 7],
    );
    expect(core).toEqual(exact);
    expect(core[1]).toMatchObject({
      result: 1103,
      out: [Math.fround(0.1), -1, Math.fround(Math.sqrt(2)), Math.fround(2 / 3), 0.25, 6],
    });
  });

  test('state: instances with private fields, variables that are given another object', async () => {
    const { core, exact } = await ways.run(
      `class Counter {
  n = 0; private step: i32;
  constructor(step: i32) { this.step = step; }
  next(): i32 { this.n += this.step; return this.n; }
}
const ones = new Counter(1);
const tens = new Counter(10);
tens.next();
let current = ones;
let none: Counter | null = null;
export function k(n: i32, out: Float32Array): i32 {
  if (n === 1) current = tens;
  if (n === 2) none = ones;
  if (n === 3) { none = null; current = ones; }
  out[0] = none === null ? -1 : none.n;
  return current.next();
}`,
      [0, 1, 2, 2, 3, 1],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([1, 20, 30, 40, 2, 50]);
    expect(core.map(({ out }) => out?.[0])).toEqual([-1, -1, 1, 1, -1, -1]);
  });

  test('objects that refer to each other: shared ones, circles, lists', async () => {
    const { core, exact } = await ways.run(
      `interface Node { value: i32; next: Node | null }
const last: Node = { value: 4, next: null };
const list: Node = { value: 1, next: { value: 2, next: { value: 3, next: last } } };
last.next = list;
const pair = { a: last, b: last };
export function k(n: i32, out: Float32Array): i32 {
  pair.a.value += n;
  let sum = 0;
  let at: Node | null = list;
  for (let i = 0; i < 9 && at !== null; i++) { sum += at.value; at = at.next; }
  return sum * 1000 + pair.b.value;
}`,
      [0, 1, 5],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([21004, 23005, 33010]);
  });

  test('helpers may keep objects of the module in the module', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
const a: Vec = { x: 1, y: 2 };
const b: Vec = { x: 3, y: 4 };
let current: Vec = a;
const holder = { vec: a };
function keep(v: Vec): void { current = v; holder.vec = v; }
export function k(n: i32, out: Float32Array): i32 {
  keep(n > 0 ? b : a);
  current.x += n;
  return holder.vec.x + (holder.vec === a ? 100 : 200) | 0;
}`,
      [0, 1, 0, 2],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([101, 204, 101, 206]);
  });
});
