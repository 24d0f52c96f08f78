/** Arrays of objects: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

const POINT = 'interface Point { x: f32; y: f32 }\n';

describe('arrays of objects', () => {
  test('in the frame: literals, for-of, patterns, elements are references', async () => {
    const { core, exact } = await ways.run(
      `${POINT}
function farthest(points: Point[]): Point {
  let best = points[0];
  for (const p of points) if (p.x * p.x + p.y * p.y > best.x * best.x + best.y * best.y) best = p;
  return best;
}
export function k(n: i32, out: Float32Array): i32 {
  const extra: Point = { x: n, y: 1 };
  const points = [{ x: 1, y: 2 }, { x: -3, y: 0.5 }, extra];
  const best = farthest(points);
  best.x += 10;
  points[0] = points[1];
  points[0].y = 7;
  let sum = 0;
  for (const { x, y } of points) sum += x * 2 + y;
  const [first, , third] = points;
  out[0] = sum; out[1] = first.x; out[2] = third.y; out[3] = points[n].y;
  for (let i = 0; i < points.length; i++) points[i].x = i;
  out[4] = extra.x; out[5] = first.x;
  return (points[0] === points[1] ? 10 : 0) + (best === extra ? 1 : 0);
}`,
      [0, 1, 2, 3, -1],
    );
    expect(core).toEqual(exact);
    expect(core[2]).toEqual({ result: 10, out: [47, 7, 1, 1, 2, 1] });
    expect(core[3]?.error).toMatch(/RangeError: points\[n\] with n=3, length 3/);
  });

  test('of modules: constants, state, empty places, objects of several classes', async () => {
    const { core, exact } = await ways.run(
      `${POINT}
const corners: Point[] = [{ x: 0, y: 0 }, { x: 4, y: 0 }, { x: 4, y: 3 }];
const doubled: Point[] = corners.map((p) => ({ x: p.x * 2, y: p.y * 0.1 }));
abstract class Op { abstract run(v: i32): i32; }
class Add extends Op { by: i32; constructor(by: i32) { super(); this.by = by; } run(v: i32): i32 { return v + this.by; } }
class Flip extends Op { run(v: i32): i32 { return ~v; } }
const program: Op[] = [new Add(3), new Flip(), new Add(-1)];
const slots: (Point | null)[] = [null, null, corners[1]];
export function k(n: i32, out: Float32Array): i32 {
  let v = n;
  for (const op of program) v = op.run(v);
  const slot = slots[n];
  if (slot === null) slots[n] = corners[n]; else slot.x += 1;
  out[0] = doubled[n].x; out[1] = doubled[n].y; out[2] = corners[1].x;
  let taken = 0;
  for (const s of slots) if (s !== null) taken++;
  return v * 10 + taken;
}`,
      [0, 1, 2, 1, 0],
    );
    expect(core).toEqual(exact);
    expect(core[3]).toMatchObject({ result: -57, out: [8, 0, 6, 4.5, 5, 6] });
  });

  test('tuples as elements, arrays chosen and passed on', async () => {
    const { core, exact } = await ways.run(
      `const pairs: [i32, f32][] = [[1, 0.5], [2, 0.25]];
function total(list: readonly [i32, f32][], by: f32): f32 { let sum: f32 = 0; for (const [a, b] of list) sum += a * b * by; return sum; }
export function k(n: i32, out: Float32Array): i32 {
  const own: [i32, f32][] = [[n, 2], [n + 1, 4], [7, n]];
  const chosen = n > 0 ? pairs : own;
  chosen[1][0] += 1;
  out[0] = total(chosen, 2); out[1] = total(own, 1); out[2] = total(pairs, 1);
  return chosen.length;
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core[1]).toMatchObject({ result: 2, out: [2.5, 17, 1.25, 4.5, 5, 6] });
  });
});
