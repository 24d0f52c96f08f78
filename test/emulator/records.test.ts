/** Objects, tuples, unions, enums and destructuring: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

test('tuples spread in tuples: once each, in order, with objects in them', async () => {
  const { core, exact } = await ways.run(
    `interface P { x: f32; n: i32 }
let calls: i32 = 0;
function pair(v: f32): [f32, f32] { calls++; return [v, calls]; }
export function k(n: i32, out: Float32Array): i32 {
  const a: [f32, f32] = [n, 2.5];
  const b: [f32, f32, i32] = [...a, n];
  const c = [0, ...a, ...b] as const;
  const p: [P, i32] = [{ x: n, n: 7 }, 2];
  const q: [i32, P, i32] = [calls, ...p];
  q[1].x += 0.5;
  const d: [f32, f32, f32, f32] = [...pair(n), ...pair(9)];
  out[0] = b[0] / 4; out[1] = b[2] / 2; out[2] = c[2] + c[5]; out[3] = p[0].x; out[4] = d[1] * 10 + d[3]; out[5] = d[2];
  return q[1].n + q[2];
}`,
    [0, 1, 3],
  );
  expect(core).toEqual(exact);
  expect(core[2]?.out?.slice(0, 4)).toEqual([0.75, 1.5, 5.5, 3.5]);
});

test('tuples of one length have kinds of their own', async () => {
  const { core, exact } = await ways.run(
    `function floats(n: i32): [i32, f32] { return [n, n / 2]; }
export function k(n: i32, out: Float32Array): i32 {
  let sum: i32 = 0;
  for (const v of [n * 16777217, 5] as [i32, i32]) sum = (Math.imul(sum, 31) + v) | 0;
  const [whole, half] = floats(n);
  out[0] = half;
  return sum + whole;
}`,
    [1, 3],
  );
  expect(core).toEqual(exact);
  expect(core[1]?.result).toBe(3 * 16777217 * 31 + 5 + 3);
});

describe('records on a core', () => {
  test('fields, nested records, functions that change and return them, identity', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
interface Body { pos: Vec; vel: Vec; alive: boolean; age: i32 }
function add(a: Vec, b: Vec): Vec { return { x: a.x + b.x, y: a.y + b.y }; }
function step(b: Body, dt: f32): void { b.pos.x += b.vel.x * dt; b.pos.y += b.vel.y * dt; b.age++; }
function pick(a: Vec, b: Vec, n: i32): Vec { return n > 0 ? a : b; }
export function k(n: i32, out: Float32Array): i32 {
  const b = { pos: { x: 1, y: 2 }, vel: { x: 0.5, y: -0.25 }, alive: true, age: 0 };
  for (let i = 0; i < n; i++) step(b, 0.5);
  const s = add(b.pos, b.vel);
  const p = pick(b.pos, s, n);
  p.x += 10;
  out[0] = b.pos.x; out[1] = b.pos.y; out[2] = s.x; out[3] = s.y;
  return (p === b.pos ? 100 : 200) + b.age;
}`,
      [0, 1, 5],
    );
    expect(core).toEqual(exact);
    expect(core[1]).toEqual({ result: 101, out: [11.25, 1.875, 1.75, 1.625, 5, 6] });
  });

  test('discriminated unions, enums, strings, null', async () => {
    const { core, exact } = await ways.run(
      `interface Circle { kind: 'circle'; r: f32 }
interface Box { kind: 'box'; w: f32; h: f32 }
type Shape = Circle | Box;
enum Color { Red, Green = 5 }
function area(s: Shape): f32 {
  switch (s.kind) { case 'circle': return s.r * s.r * 3; case 'box': return s.w * s.h; }
}
interface Node { value: i32; next: Node | null }
function sum(list: Node | null): i32 { let s = 0; for (let at = list; at !== null; at = at.next) s += at.value; return s; }
export function k(n: i32, out: Float32Array): i32 {
  const c: Shape = { kind: 'circle', r: 2 };
  const b: Shape = { kind: 'box', w: n, h: 3 };
  out[0] = area(c); out[1] = area(n > 1 ? b : c);
  const three: Node = { value: 3, next: null };
  const two: Node = { value: n, next: three };
  const way: 'left' | 'right' = n > 2 ? 'left' : 'right';
  const color: Color = n > 0 ? Color.Green : Color.Red;
  return sum(two) * 100 + sum(n > 0 ? null : three) * 10 + (way === 'left' ? 1 : 0) + color;
}`,
      [0, 1, 5],
    );
    expect(core).toEqual(exact);
    expect(core).toMatchObject([{ result: 330 }, { result: 405 }, { result: 806 }]);
  });

  test('tuples, arrays in the frame, destructuring', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
interface Seg { a: Vec; b: Vec }
function len2({ x, y }: Vec): f32 { return x * x + y * y; }
function minMax(x: Float32Array): [f32, f32] {
  const { length } = x;
  let [lo, hi] = [x[0], x[length - 1]];
  for (const v of x) { if (v < lo) lo = v; if (v > hi) hi = v; }
  return [lo, hi];
}
function total(w: number[]): f32 { let s = 0; for (const v of w) s += v; return s; }
const TABLE = [7, 8, 9];
export function k(n: i32, out: Float32Array): i32 {
  const s: Seg = { a: { x: 1, y: n }, b: { x: 3, y: 4 } };
  const { a, b: { x: bx, y } } = s;
  const [lo, hi] = minMax(out);
  let p = 1; let q = n;
  [p, q] = [q, p];
  ({ x: a.x, y: a.y } = s.b);
  const w = [1, 2, 3.5];
  w[n & 1] = bx;
  const t = [10, 20, 30];
  const [first, , third] = t;
  out[0] = lo; out[1] = hi; out[2] = len2(a); out[3] = y; out[4] = total(w) + total([0.5, 1]);
  return p * 100 + q + first + third + t[n] + w.length + TABLE[n];
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core[1]).toEqual({ result: 172, out: [1.5, 6, 25, 4, 9, 6] });
  });

  test('classes: constructors, fields, methods, inheritance, statics', async () => {
    const { core, exact } = await ways.run(
      `class Vec {
  x: f32; y: f32;
  static readonly DIM = 2;
  constructor(x: f32, y: f32) { this.x = x; this.y = y; }
  static unit(): Vec { return new Vec(1, 0); }
  add(o: Vec): Vec { return new Vec(this.x + o.x, this.y + o.y); }
  scale(k: f32): this { this.x *= k; this.y *= k; return this; }
}
class Counter { count = 0; step = Vec.DIM; next(): i32 { this.count += this.step; return this.count; } }
class Named extends Counter {
  readonly id: i32;
  total = 5;
  constructor(id: i32, private readonly bias: i32) { super(); this.id = id; }
  sum(): i32 { return super.next() + this.id + this.bias + this.total; }
}
export function k(n: i32, out: Float32Array): i32 {
  const a = new Vec(n, 2); const b = Vec.unit().add(a).scale(0.5);
  const c = new Counter();
  for (let i = 0; i < n; i++) c.next();
  const d = new Named(n, 3);
  out[0] = b.x; out[1] = b.y;
  return c.next() * 1000 + d.sum() * 10 + d.next();
}`,
      [0, 1, 5],
    );
    expect(core).toEqual(exact);
    expect(core).toMatchObject([{ result: 2104 }, { result: 4114 }, { result: 12154 }]);
  });
});
