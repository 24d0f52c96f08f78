/** `...` in calls, rest parameters, and rest in assignments: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

test('rest parameters take any number of values, tuples and arrays', async () => {
  const core = await ways.agreedRows(
    `interface P { x: f32; y: i32 }
function sum(first: i32, ...more: i32[]): i32 { let s = first * 10; for (const v of more) s += v; return s + more.length * 100; }
function mean(...xs: f32[]): f32 { let s: f32 = 0; for (const x of xs) s += x; return xs.length === 0 ? -1 : s / xs.length; }
function far(...ps: P[]): f32 { let s: f32 = 0; for (const { x, y } of ps) s += x * y; return s; }
function area(w: f32, h: f32, scale: f32 = 2): f32 { return w * h * scale; }
function pair(n: i32): [f32, f32] { calls++; return [n, n + 1]; }
function many(...ns: number[]): i32 { let s = 0; for (const v of ns) s = s * 2 + v; return s | 0; }
let calls = 0;
class Box { w: f32; h: f32; constructor(w: f32, h: f32) { this.w = w; this.h = h; } size(by: f32, ...more: f32[]): f32 { return this.w * this.h * by + more.length; } }
function apply(f: (a: f32, b: f32) => f32, t: [f32, f32]): f32 { return f(...t); }
function opt(a: i32, b: i32 = 5, ...r: i32[]): i32 { return a * 100 + b * 10 + r.length; }
export function k(n: i32, out: Float32Array): f32 {
  const t: [f32, f32] = [n, 2];
  out[0] = area(...t) + area(...pair(n)) + area(...t, 3) + area(1, ...([2, n] as [f32, f32]));
  out[1] = sum(n) + sum(n, 1) + sum(n, 1, 2, 3) + sum(...([1, 2, n] as [i32, i32, i32])) ;
  const xs = Float32Array.of(n, 2, 3);
  const own: i32[] = [1, 2, n];
  out[2] = mean() + mean(1) + mean(...xs) + mean(n, ...t) + mean(...t, ...xs.subarray(0, 2), 9);
  const p = { x: 1, y: n }; const q = { x: 2, y: 3 };
  out[3] = far(p, q) + far() + sum(2, ...own) + Math.max(...xs) * 10 + Math.min(...t) + Math.max(n, ...own, 1) + Math.min(...own);
  out[4] = new Box(...pair(n)).size(2, 1, 1) + apply((a, b) => a * 2 + b, t) + apply(area, t);
  out[5] = many(1, 2, n) + (Math.max(...xs.subarray(1, 1)) < -9e30 ? 50000 : 0) + opt(1) * 1000 + opt(1, 2) + opt(n, 2, 3, 4);
  return calls;
}`,
    [0, 1, 2],
  );
  expect(core).toEqual([
    [2, 0, 619, 4.933333396911621, 361, 4, 200150],
    [4, 16, 650, 6.333333492279053, 365, 14, 200251],
    [6, 36, 681, 7.733333110809326, 368, 28, 200352],
  ]);
});

test('rest in assignments: a tuple, an object, a copy of elements', async () => {
  const core = await ways.agreedRows(
    `interface Vec { x: f32; y: f32 }
interface Body { pos: Vec; mass: f32; id: i32 }
export function k(n: i32, out: Float32Array): i32 {
  const t: [i32, f32, f32] = [n, 0.5, 7];
  let a: i32 = 0;
  let b: [f32, f32] = [0, 0];
  [a, ...b] = t;
  t[1] = 9;
  b[1] += a;
  out[0] = b[0]; out[1] = b[1];
  const body: Body = { pos: { x: n, y: 2 }, mass: 3, id: 4 };
  let id: i32 = 0;
  let r: { pos: Vec; mass: f32 } = body;
  ({ id, ...r } = body);
  r.mass = 10; r.pos.y = 5;
  out[2] = body.mass + body.pos.y + r.mass + id;
  let more: i32[] = [0];
  let first: i32 = 0;
  [first, , ...more] = [n, 2, 3, 4];
  more[0] += first;
  out[3] = more[0] * 10 + more.length;
  let c: f32 = 0;
  let d: [f32] = [0];
  [, ...[c, ...d]] = t;
  out[4] = c + d[0] * 100;
  return a;
}`,
    [0, 1, 2],
  );
  expect(core).toEqual([
    [0, 0.5, 7, 22, 32, 709, 6],
    [1, 0.5, 8, 22, 42, 709, 6],
    [2, 0.5, 9, 22, 52, 709, 6],
  ]);
});

test('objects that a pattern hands on are the same objects, in places of other types', async () => {
  const core = await ways.agreedRows(
    `interface A { x: f32; y: i32 }
interface B { y: i32 }
function both(n: i32): [A, A] { return [{ x: n, y: 1 }, { x: 2, y: n }]; }
export function k(n: i32, out: Float32Array): i32 {
  let b: B = { y: 7 };
  const h: { b: B; c: { d: B } } = { b, c: { d: b } };
  [h.b, b] = both(n);
  out[0] = h.b.y + b.y * 10;
  const pair = both(n + 1);
  [h.c.d, ...[b]] = pair;
  out[1] = h.c.d.y + b.y * 10;
  const o: { p: A; q: A; z: i32 } = { p: pair[0], q: pair[1], z: 3 };
  let r: { q: B; z: i32 } = { q: b, z: 0 };
  ({ p: h.b, ...r } = o);
  out[2] = h.b.y + r.q.y * 10 + r.z * 100;
  const list: A[] = [{ x: 5, y: 50 }, { x: 6, y: 60 }];
  [b, h.b] = list;
  out[3] = b.y + h.b.y;
  return b.y;
}`,
    [0, 1, 2],
  );
  expect(core).toEqual([
    [50, 1, 11, 311, 110, 5, 6],
    [50, 11, 21, 321, 110, 5, 6],
    [50, 21, 31, 331, 110, 5, 6],
  ]);
});

test('the largest of no integers ends the call', async () => {
  const source = `export function k(n: i32, out: Float32Array): i32 { return Math.max(...Int32Array.of(3, n).subarray(0, n)); }`;
  expect(await ways.agreedRows(source, [1, 2, 0])).toEqual([
    [3, 1.5, 2.5, 3.5, 4.5, 5, 6],
    [3, 1.5, 2.5, 3.5, 4.5, 5, 6],
    ['RangeError: Int32Array.of(3, n).subarray(0, n) with index 0, length 0'],
  ]);
});
