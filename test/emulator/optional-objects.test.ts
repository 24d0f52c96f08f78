/** What may be null, spread and logical assignment: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('objects that may be missing', () => {
  test('?. and ?? : the rest of a chain is left out, each object is evaluated once', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
interface Node { at: Vec; next: Node | null; label?: Vec }
let calls = 0;
function twice(node: Node | null): Node | null { calls++; return node; }
export function k(n: i32, out: Float32Array): i32 {
  const last: Node = { at: { x: 7, y: 8 }, next: null };
  const first: Node = { at: { x: 1, y: 2 }, next: n > 1 ? last : null, label: { x: 0.5, y: 0.25 } };
  const node = n > 0 ? first : null;
  out[0] = twice(node)?.at.x ?? -1;
  out[1] = twice(node)?.next?.at.y ?? n + 0.5;
  const next = node?.next;
  out[2] = (next ?? last).at.x;
  out[3] = node?.label?.x ?? last.label?.x ?? 9;
  const some = node?.next ?? node ?? last;
  out[4] = some.at.y;
  return calls;
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ out }) => out)).toEqual([
      [-1, 0.5, 7, 9, 8, 6],
      [1, 1.5, 7, 0.5, 2, 6],
      [1, 8, 7, 0.5, 8, 6],
    ]);
  });

  test('methods, getters, elements, functions and arrays behind ?.', async () => {
    const { core, exact } = await ways.run(
      `import { type FixedArray, fixedArray } from 'shoal/kernel';
interface Shape { area(by: f32): f32; get sides(): i32; grow(by: f32): void; next(): Shape | null }
class Square implements Shape {
  w: f32;
  constructor(w: f32) { this.w = w; }
  area(by: f32): f32 { return this.w * this.w * by; }
  get sides(): i32 { return 4; }
  grow(by: f32): void { this.w += by; }
  next(): Shape | null { return null; }
}
class Disc implements Shape {
  r: f32 = 2;
  inner: Square = new Square(5);
  area(by: f32): f32 { return 3 * this.r * this.r * by; }
  get sides(): i32 { return 0; }
  grow(by: f32): void { this.r *= by; }
  next(): Shape | null { return this.inner; }
}
interface Held { data: Float32Array; list: [i32, f32]; apply: (v: f32) => f32; on: boolean; mood: 'calm' | 'keen' }
let calls = 0;
function one(v: f32): f32 { calls++; return v; }
function pick(v: Shape | null): Shape | null { calls += 100; return v; }
export function k(n: i32, out: Float32Array): i32 {
  const square = new Square(3);
  const disc = new Disc();
  const shape: Shape | null = n === 0 ? null : n === 1 ? square : disc;
  pick(shape)?.grow(one(0.5));
  out[0] = shape?.area(one(2)) ?? -1;
  out[1] = (shape?.sides ?? 9) + (shape?.next()?.area(1) ?? 1000);
  const own: Held = { data: out, list: [n, 2.5], apply: (v) => v * 4, on: n > 1, mood: n > 1 ? 'keen' : 'calm' };
  const held: Held | null = n > 0 ? own : null;
  held?.data.fill(7, 4);
  out[2] = held?.data[4] ?? held?.list[1] ?? 0.25;
  out[3] = (held?.apply(one(0.5)) ?? 1) + (held?.list.length ?? 10) + (held?.data.length ?? 20);
  const room = fixedArray<i32>(4);
  const list: FixedArray<i32> | null = n > 0 ? room : null;
  list?.push(n + 4);
  const two = list?.push(calls) ?? 0;
  if (held?.on) calls += 1000;
  if (held?.mood === 'keen') calls += 10000;
  if (shape?.sides !== 4) calls += 100000;
  if (held?.list[0] === undefined && !held?.on) calls += 1000000;
  const t: [i32, i32] | null = n > 1 ? [5, 6] : null;
  return calls * 10 + two + (list?.[1] ?? 3) + (t?.[1] ?? 0) + ((held?.data ?? out).length);
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result, out }) => [result, ...(out ?? [])])).toEqual([
      [11001009, -1, 1009, 0.25, 31, 5, 6],
      [12102241, 24.5, 1004, 7, 10, 7, 7],
      [13213380, 6, 25, 7, 10, 7, 7],
    ]);
  });

  test('&&=, ||= and ??= of variables, fields and elements', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
interface Holder { vec: Vec | null; count: i32; open: boolean }
let calls = 0;
function value(v: i32): i32 { calls++; return v; }
export function k(n: i32, out: Float32Array): i32 {
  const one: Vec = { x: 1, y: 2 };
  const two: Vec = { x: 3, y: 4 };
  const holder: Holder = { vec: n > 1 ? one : null, count: n, open: n > 0 };
  const kept = (holder.vec ??= two);
  kept.x += 10;
  holder.count ||= value(5);
  holder.open &&= n > 1;
  let m = n;
  m &&= value(m + 1);
  out[n] ||= 9;
  out[1] &&= 0.5;
  out[2] = one.x; out[3] = two.x;
  return m * 1000 + holder.count * 100 + calls * 10 + (holder.open ? 1 : 0);
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([510, 2120, 3231]);
  });

  test('spread of objects, and computed names', async () => {
    const { core, exact } = await ways.run(
      `interface Vec { x: f32; y: f32 }
interface Body { pos: Vec; mass: f32; id: i32 }
const base = { scale: 2, on: true, pos: { x: 1, y: 1 } };
let calls = 0;
function made(n: i32): Vec { calls++; return { x: n, y: 2 * n }; }
export function k(n: i32, out: Float32Array): i32 {
  const body: Body = { pos: { x: n, y: 1 }, mass: 2, id: n };
  const copy = { ...body, ['mass']: 3, id: n + 1 };
  copy.pos.x += 5;
  const vec: Vec = { ...made(n), x: 9 };
  const other = { ...base, ...vec, scale: n };
  body.mass = 7;
  out[0] = copy.mass; out[1] = body.pos.x; out[2] = vec.x; out[3] = other.scale + other.y; out[4] = other.pos.y;
  return copy.id * 100 + body.id * 10 + calls;
}`,
      [0, 1, 3],
    );
    expect(core).toEqual(exact);
    expect(core[2]).toMatchObject({ out: [3, 8, 9, 9, 1, 6] });
  });
});
