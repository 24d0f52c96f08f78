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
