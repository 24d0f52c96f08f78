/** Numbers, booleans and strings that may be missing: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

test('fields: left out, given, taken away, copied, with defaults in patterns', async () => {
  const source = `interface Options { gain?: f32; offset?: i32; on?: boolean; mode?: 'low' | 'high'; limit: f32 | null; data: Float32Array }
const fixed: { gain?: f32; n?: i32 } = { n: 4 };
function run(o: Options, x: f32): f32 {
  const { gain = 2, offset = 1 } = o;
  let y = x * gain + offset;
  if (o.on) y += 100;
  if (o.mode === 'high') y += 1000;
  if (o.mode === undefined) y += 2000;
  if (o.limit !== null) y = Math.min(y, o.limit);
  return y;
}
class Box { w?: f32; h: f32 = 1; set(v: f32): void { this.w = v; } size(): f32 { return (this.w ?? 0.5) * this.h; } }
export function k(n: i32, out: Float32Array): f32 {
  out[0] = run({ limit: null, data: out }, n);
  out[1] = run({ limit: n > 1 ? 3 : null, data: out, gain: n, offset: n > 0 ? n : undefined, on: n > 0, mode: n > 1 ? 'high' : 'low' }, n);
  const b = new Box();
  out[2] = b.size(); b.set(n); out[3] = b.size();
  const p: { v?: i32; q?: f32 } = { v: n };
  const copy = { ...p, q: 3 };
  if (n > 1) p.v = undefined;
  p.q ??= 7; p.q ??= 8;
  copy.v ??= 9;
  if (p.q !== undefined) p.q += 1;
  out[4] = (p.v ?? 50) * 100 + (p.q ?? 0) + (copy.v ?? -5) * 1000;
  fixed.gain ??= n + 0.5;
  const some = n > 0 ? p : null;
  out[5] = (fixed.gain ?? 0) + (fixed.n ?? 0) + (some?.v ?? -1);
  return p.v === n ? 1 : p.v !== copy.v ? 2 : 3;
}`;
  expect(await ways.agreedRows(source, [0, 1, 2])).toEqual([
    [1, 2001, 1, 0.5, 0, 8, 3.5],
    [1, 2003, 102, 0.5, 1, 1108, 5.5],
    [2, 2005, 3, 0.5, 2, 7008, 3.5],
  ]);
});

test('parameters that are left out, of functions, methods and constructors', async () => {
  const source = `interface P { x: f32 }
function scaled(v: f32, by?: f32, p?: P, mode?: 'a' | 'b'): f32 {
  let y = v * (by ?? 2) + (p?.x ?? 0.5);
  if (by !== undefined) y += by * 10;
  if (p === undefined) y += 100; else y += p.x;
  return mode === 'b' ? -y : mode === undefined ? y + 0.25 : y;
}
function inner(f: (v: f32) => f32, n?: i32): f32 { let s: f32 = 0; for (let i = 0; i < (n ?? 3); i++) s += f(i); return s; }
class Q { n: i32 = 0; add(by?: i32): i32 { this.n += by ?? 1; return this.n; } constructor(start?: i32) { if (start !== undefined) this.n = start; } }
export function k(n: i32, out: Float32Array): i32 {
  out[0] = scaled(n); out[1] = scaled(n, 3); out[2] = scaled(n, 3, { x: n }); out[3] = scaled(n, 3, { x: n }, 'b') + scaled(n, 3, { x: n }, 'a');
  out[4] = inner((v) => v * n) + inner((v) => v * n, 5);
  const q = new Q(); q.add(); q.add(5);
  const r = new Q(n); r.add();
  const o: { x?: f32; y: f32 } = { y: 1 };
  const t: [f32, f32] = [n, 5];
  [o.x, o.y] = t;
  out[5] = (o.x ?? -1) + o.y;
  return q.n * 100 + r.n;
}`;
  expect(await ways.agreedRows(source, [0, 1, 2])).toEqual([
    [601, 100.75, 130.75, 30.25, 0, 0, 5],
    [602, 102.75, 133.75, 35.25, 0, 13, 6],
    [603, 104.75, 136.75, 40.25, 0, 26, 7],
  ]);
});

test('variables: what TypeScript knows of them, and what a function around them has set', async () => {
  const source = `interface O { gain?: f32; on?: boolean; mode?: 'a' | 'b'; next: O | null }
export function k(n: i32, out: Float32Array): i32 {
  let best: i32 | undefined;
  const values = [5, n, 3, 9 - n];
  for (const v of values) if (best === undefined || v < best) best = v;
  out[0] = best ?? -1;
  const own: O = { next: null };
  const o: O = n > 0 ? { gain: n, on: n > 1, next: own } : own;
  const gain = o.gain;
  const { on, mode } = o;
  const half = gain === undefined ? undefined : gain / 2;
  out[1] = (gain ?? 7) + (half ?? 0.25) + (on ? 100 : 0) + (on === undefined ? 1000 : 0) + (mode === undefined ? 2000 : 0);
  let last: number | undefined = n > 1 ? 4 : undefined;
  const before = last;
  last ??= 8;
  last += 1;
  out[2] = last * 10 + (before ?? 0);
  const far = o.next?.gain ?? o?.gain;
  const more = o.next?.on;
  const copy: O = { gain: far, on: more, next: null };
  out[3] = (copy.gain ?? 60) + (far === n ? 0.5 : 0) + (more === on ? 1 : 2);
  let maybe: f32 | null = null;
  const set = (v: f32): void => { maybe = v; };
  if (n === 2) set(2.5);
  const got = maybe as f32 | null;
  out[4] = got !== null ? got + 1 : -3;
  last = n > 0 ? undefined : last;
  if (last) return last;
  return last === undefined ? -1 : -2;
}`;
  expect(await ways.agreedRows(source, [0, 1, 2])).toEqual([
    [9, 0, 3007.25, 90, 61, -3, 6],
    [-1, 1, 2001.5, 90, 3.5, -3, 6],
    [-1, 2, 2103, 54, 4.5, 3.5, 6],
  ]);
});

test('results of functions and methods', async () => {
  const source = `interface O { gain?: f32 }
function find(x: Float32Array, v: f32): i32 | undefined {
  for (let i = 0; i < x.length; i++) if (x[i] === v) return i;
  return undefined;
}
function first(a: i32, b: i32): i32 | null { return a > b ? a : a === b ? null : b; }
function gainOf(o: O | null): f32 | undefined { return o?.gain; }
function half(o: O): number | undefined { const g = gainOf(o); if (g === undefined) return; return g / 2; }
class Bag { n: i32 = 0; take(): i32 | undefined { if (this.n === 0) return undefined; this.n--; return this.n + 10; } }
export function k(n: i32, out: Float32Array): f32 {
  const at = find(out, n + 1.5);
  const o: O = { gain: gainOf(n > 0 ? { gain: n } : null) };
  const bag = new Bag();
  const none = bag.take();
  bag.n = n;
  const some = bag.take() ?? bag.take() ?? -1;
  const r = (at ?? -1) * 100 + (find(out, 99) ?? 50) + (first(n, 1) ?? 7) * 1000;
  out[0] = gainOf(o) ?? 0.5;
  out[1] = half(o) ?? 4.5;
  out[2] = some + (none === undefined ? 0.5 : 0) + (bag.take() ?? 900);
  out[3] = first(n, n) === null && first(2, n) === 2 ? 1 : 0;
  if (find(out, 6)) out[4] = 77;
  return r;
}`;
  expect(await ways.agreedRows(source, [0, 1, 2])).toEqual([
    [1050, 0.5, 4.5, 899.5, 1, 77, 6],
    [7150, 1, 0.5, 910.5, 1, 77, 6],
    [2250, 2, 1, 21.5, 0, 77, 6],
  ]);
});
