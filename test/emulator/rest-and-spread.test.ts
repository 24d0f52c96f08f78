/** Rest in patterns and spread in array literals: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('rest in patterns', () => {
  test('of a tuple is a tuple of its own', async () => {
    const core = await ways.agreed(
      `function triple(n: i32): [i32, f32, boolean] { return [n, n / 2, n > 1]; }
function tail([, ...rest]: [i32, f32, i32, i32]): i32 { return rest[1] * 10 + rest[2]; }
export function k(n: i32, out: Float32Array): i32 {
  const t: [i32, f32, f32] = [n, 0.5, 7];
  const [first, ...rest] = t;
  t[1] = 9;
  rest[1] += first;
  out[0] = rest[0];
  out[1] = rest[1];
  const [, ...[half, isLarge]] = triple(n);
  out[2] = half;
  out[3] = rest.length;
  return tail([n, 1.5, n + 1, 4]) + (isLarge ? 1000 : 0);
}`,
      [1, 2],
    );
    expect(core).toEqual([
      { result: 24, out: [0.5, 8, 0.5, 2, 5, 6] },
      { result: 1034, out: [0.5, 9, 1, 2, 5, 6] },
    ]);
  });

  test('of an object is an object with the other fields, which refer to the same objects', async () => {
    const core = await ways.agreed(
      `interface Vec { x: f32; y: f32 }
interface Body { pos: Vec; mass: f32; id: i32; on: boolean }
function heavy({ mass, ...others }: Body): f32 { return others.on ? mass + others.pos.x : others.id; }
export function k(n: i32, out: Float32Array): f32 {
  const body: Body = { pos: { x: n, y: 2 }, mass: 3, id: 4, on: n > 0 };
  const { id, ...rest } = body;
  rest.pos.y = 8;
  rest.mass = 9;
  out[0] = body.pos.y;
  out[1] = body.mass + id;
  const { pos: { x, ...inner }, ...more } = body;
  inner.y += 1;
  out[2] = x + inner.y + body.pos.y + more.id;
  return heavy(body);
}`,
      [0, 3],
    );
    expect(core.map(({ result, out }) => [result, out?.slice(0, 3)])).toEqual([
      [4, [8, 7, 21]],
      [6, [8, 7, 24]],
    ]);
  });

  test('of an array of known length is a copy of the elements, of the kind that holds them', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): i32 {
  const bytes = new Uint8Array([1, 2, 3, 255]);
  const [first, ...rest] = bytes;
  rest[2] += n;
  out[0] = bytes[3];
  out[1] = rest.length;
  const [a, b, ...none] = Float32Array.of(1.5, n);
  out[2] = a + b + none.length;
  const part = bytes.subarray(0, n);
  const [, ...some] = part;
  out[3] = some.length;
  return rest[2] + first;
}`,
      [1, 4],
    );
    expect(core.map(({ result, out }) => [result, out?.slice(0, 4)])).toEqual([
      [257, [255, 3, 2.5, 0]],
      [260, [255, 3, 5.5, 3]],
    ]);
  });
});

test('tuples of different kinds stay apart although their literals look alike', async () => {
  const core = await ways.agreed(
    `function pair(n: i32): [i32, f32] { return [n, n / 2]; }
export function k(n: i32, out: Float32Array): i32 {
  out[0] = pair(n)[1];
  let sum = 0;
  for (const v of [n, 16777217] as [i32, i32]) sum += v;
  const t: [i32, i32] = n > 0 ? [1, 16777219] : [2, n];
  return sum + t[1];
}`,
    [0, 2],
  );
  expect(core.map(({ result }) => result)).toEqual([16777217, 2 * 16777218 + 2]);
});

describe('spread in array literals', () => {
  test('arrays and tuples, in order, each evaluated once', async () => {
    const core = await ways.agreed(
      `let calls = 0;
function pair(n: i32): [i32, i32] { calls++; return [n, n * 2]; }
export function k(n: i32, out: Float32Array): i32 {
  const list = new Int16Array([7, 8, 9]);
  const copy = [...list];
  copy[0] = 100000;
  const t = [...pair(n), 5];
  const all = [...list.subarray(0, n), 1, ...pair(3), ...copy, n];
  let sum = 0;
  for (const [i, v] of all.entries()) sum = (sum * 3 + v * (i + 1)) | 0;
  out[0] = all.length;
  out[1] = t[1] + t[2] + t.length;
  out[2] = list[0];
  const floats = Float32Array.of(...pair(n), 0.5);
  const words = new Int32Array([...floats, 1, ...list]);
  out[3] = words[2] + words[6] + words.length;
  out[4] = floats[1];
  return sum + calls * 1000000;
}`,
      [0, 1, 3],
    );
    const all = (n: number): number[] => [...[7, 8, 9].slice(0, n), 1, 3, 6, 100000, 8, 9, n];
    expect(core.map(({ out }) => out?.[0])).toEqual([0, 1, 3].map((n) => all(n).length));
    expect(core.map(({ result }) => result)).toEqual(
      [0, 1, 3].map(
        (n, turn) => all(n).reduce((sum, v, i) => (sum * 3 + v * (i + 1)) | 0, 0) + (turn + 1) * 3 * 1000000,
      ),
    );
    expect(core[2]?.out?.slice(1, 5)).toEqual([6 + 5 + 3, 7, 0 + 9 + 7, 6]);
  });

  test('an index outside of what there is ends the call', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): f32 {
  const made = new Float32Array(4);
  const all = [...made.subarray(0, 2), 5];
  return all[n];
}`,
      [2, 3],
    );
    expect(core.map(({ result, error }) => error ?? result)).toEqual([5, 'RangeError: all[n] with n=3, length 3']);
  });
});
