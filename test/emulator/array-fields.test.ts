/** Arrays and functions in fields of objects: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('fields that are arrays', () => {
  test('the array itself, not a copy: of a literal, a parameter, a part, in nested objects and tuples', async () => {
    const core = await ways.agreed(
      `interface Ring { readonly data: Float32Array; at: i32 }
interface Pair { rings: [Ring, Ring]; values: number[] }
function put(ring: Ring, v: f32): void { ring.data[ring.at] = v; ring.at = (ring.at + 1) % ring.data.length; }
function sum(x: Float32Array): f32 { let s: f32 = 0; for (const v of x) s += v; return s; }
export function k(n: i32, out: Float32Array): f32 {
  const own = new Float32Array(3);
  const pair: Pair = { rings: [{ data: own, at: 2 }, { data: out.subarray(1, 4), at: 0 }], values: [1, 2, n] };
  const [first, { data }] = pair.rings;
  for (let i = 0; i < 4; i++) { put(first, i + n); put(pair.rings[1], -i); }
  pair.values[1] += 10;
  const { values: [a, b] } = pair;
  const { data: again } = first;
  again.fill(1, 2);
  out[5] = data.length * 100 + own[2];
  const copy = { ...first, at: 1 };
  copy.data[0] += 0.5;
  return sum(first.data) * 1000 + a + b + pair.values.length + data[0];
}`,
      [0, 5],
    );
    const expected = [0, 5].map((n) => {
      const sum = 1 + n + 0.5 + (2 + n) + 1;
      return { result: sum * 1000 + 1 + 12 + 3 - 3, out: [1.5, -3, -1, -2, 5, 301] };
    });
    expect(core).toEqual(expected);
  });

  test('of classes: made by the field, by the constructor, or given; one for each object', async () => {
    const core = await ways.agreed(
      `class Filter {
  readonly taps = new Float32Array(2);
  count = 0;
}
class Window {
  readonly data: Float32Array;
  readonly seen = new Uint8Array(4);
  #last: Float32Array;
  constructor(data: Float32Array, readonly weights: i32[]) {
    this.data = data;
    this.#last = new Float32Array(2);
    this.#last[0] = data[0];
  }
  step(i: i32): f32 {
    this.seen[i & 3]++;
    this.#last[1] += this.data[i] * this.weights[i & 1];
    return this.#last[0] + this.#last[1];
  }
  use(other: Float32Array): void { this.#last = other; }
}
export function k(n: i32, out: Float32Array): f32 {
  const a = new Filter();
  const b = new Filter();
  a.taps[0] = n;
  b.taps[0] = 7;
  const w = new Window(out, [1, 10]);
  const v = new Window(out.subarray(2), [n, 2]);
  out[0] = w.step(0) + w.step(1);
  out[1] = v.step(0) + v.step(1);
  w.use(a.taps);
  out[2] = w.step(2);
  return a.taps[0] * 100 + b.taps[0] + w.seen[0] + w.seen[2] + v.data.length + a.taps[1];
}`,
      [1, 3],
    );
    expect(core[0]).toEqual({ result: 100 + 7 + 1 + 1 + 4 + 3.5, out: [31, 23, 4.5, 4.5, 5, 6] });
  });

  test('of objects that a function returns, in memory of its caller', async () => {
    const core = await ways.agreed(
      `interface Poly { coefficients: Float32Array; degree: i32 }
function poly(a: f32, b: f32): Poly { return { coefficients: Float32Array.of(a, b, 1), degree: 2 }; }
function at({ coefficients, degree }: Poly, x: f32): f32 {
  let y: f32 = 0;
  for (let i = degree; i >= 0; i--) y = y * x + coefficients[i];
  return y;
}
export function k(n: i32, out: Float32Array): f32 {
  const p = poly(1, 2);
  const q = poly(n, 0);
  p.coefficients[2] = 0;
  return at(p, 3) * 100 + at(q, 2);
}`,
      [4],
    );
    expect(core[0]?.result).toBe(708);
  });

  test('of objects of the module: shared with variables of the module, kept between calls', async () => {
    const core = await ways.agreed(
      `interface Point { x: f32; y: f32 }
const table = new Float32Array([1, 2, 3]);
const settings = { weights: [2, 4], table, corners: [{ x: 1, y: 2 }, { x: 3, y: 4 }] as Point[], own: new Int16Array(2) };
let current = settings;
export function k(n: i32, out: Float32Array): f32 {
  settings.own[n & 1] += 5;
  current.table[0] += 1;
  out[0] = table[0];
  out[1] = settings.weights[n & 1];
  out[2] = settings.own[0] + settings.own[1] * 10;
  let sum: f32 = 0;
  for (const { x, y } of settings.corners) sum += x * y;
  settings.corners[n & 1].x = 0;
  return sum;
}`,
      [0, 1, 1],
    );
    expect(core.map(({ result, out }) => [result, ...(out?.slice(0, 3) ?? [])])).toEqual([
      [14, 2, 2, 5],
      [12, 3, 4, 55],
      [0, 4, 4, 105],
    ]);
  });

  test('an index outside of the array ends the call', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): f32 { const r = { data: out.subarray(0, 2) }; return r.data[n]; }`,
      [1, 2],
    );
    expect(core.map(({ result, error }) => error ?? result)).toEqual([2.5, 'RangeError: r.data[n] with n=2, length 2']);
  });
});

describe('fields that are functions', () => {
  test('one or several, given in literals and assigned', async () => {
    const core = await ways.agreed(
      `interface Step { apply: (v: i32) => i32; by: i32 }
function twice(v: i32): i32 { return v * 2; }
const negate = (v: i32): i32 => -v;
interface Rounder { round: (v: f32) => f32 }
function run(step: Step, n: i32): i32 { return step.apply(n) + step.by; }
export function k(n: i32, out: Float32Array): i32 {
  const first: Step = { apply: n > 1 ? twice : negate, by: 100 };
  const second: Step = { apply: (v) => v + 1, by: 200 };
  const r: Rounder = { round: Math.sqrt };
  out[0] = r.round(n);
  const before = run(first, n);
  first.apply = second.apply;
  const { apply } = first;
  out[1] = apply(n);
  return before * 1000 + run(first, n) + run(second, n);
}`,
      [1, 4],
    );
    expect(core.map(({ result, out }) => [result, out?.[0], out?.[1]])).toEqual([
      [99 * 1000 + 102 + 202, 1, 2],
      [108 * 1000 + 105 + 205, 2, 5],
    ]);
  });
});
