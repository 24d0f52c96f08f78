/** What for-of goes over: an emulated core and exact Node give what plain Node gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelCall, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

const MODULE = `'use kernel';
import { type f32, type i32, type u32, range } from 'shoal/kernel';

const STEP = -3;
const squares = Int32Array.from(range(5), (v) => v * v);
interface Point { x: f32; y: f32 }
const corners: Point[] = [{ x: 1, y: 2 }, { x: -0.5, y: 4 }, { x: 3, y: 8 }];

function mix(sum: i32, v: i32): i32 { return (Math.imul(sum, 31) + v) | 0; }

export function counts(n: i32, m: i32): i32 {
  let sum: i32 = 0;
  for (const i of range(n)) sum = mix(sum, i);
  for (const i of range(m, n)) sum = mix(sum, i);
  for (const i of range(m, n, 2)) sum = mix(sum, i);
  for (const i of range(n, m, STEP)) sum = mix(sum, i);
  for (const i of range(n - 1, -1, -1)) sum = mix(sum, i);
  return sum;
}
export function boundsOnce(n: i32): i32 {
  let calls: i32 = 0;
  let end = n;
  const bound = (by: i32): i32 => { calls = mix(calls, by); return by; };
  for (const i of range(bound(2), bound(7), 2)) calls = mix(calls, i);
  for (let i of range(end)) { end = 1; i += 1; calls = mix(calls, i); }
  return calls;
}
export function kinds(n: i32): i32 {
  const x = new Float32Array(8);
  let u: u32 = 0;
  let scale: f32 = 0;
  for (const i of range(8)) { x[i] = i * 0.5; u += i; scale += i; }
  for (let i of range(3)) { i = i / 2; scale += i; }
  const wide = (): i32 => { let s: i32 = 0; for (const k of range(n)) { const add = (v: i32): void => { s = mix(s, v ^ k); }; add(1); } return s; };
  return (x[n & 7] * 2 + scale * 4) | 0 ^ (u | 0) ^ wide() ^ squares[n % 5];
}
export function tuples(n: i32): i32 {
  const t: [i32, i32, i32] = [n, 2, 3];
  let sum: i32 = 0;
  for (const v of t) { sum = mix(sum, v); t[2] = sum; }
  const mixed: readonly [i32, f32] = [n, 0.25];
  let f: f32 = 0;
  for (let v of mixed) { f = f * 8 + v; v = 0; }
  const pair: [Point, Point] = [corners[0], { x: n, y: 1 }];
  for (const { x, y } of pair) f = f + x * 4 - y;
  for (const ok of [n > 1, n > 2] as [boolean, boolean]) sum = mix(sum, ok ? 1 : 0);
  const one: [i32] = [n];
  for (const v of one) sum = mix(sum, v);
  return mix(sum, (f * 16) | 0);
}
export function arrays(n: i32, x: Int32Array): i32 {
  let sum: i32 = 0;
  let m = n;
  for (const v of x) { x[1] = 5; sum = mix(sum, v); }
  for (const v of x.subarray(1, -1)) sum = mix(sum, v);
  for (const v of [m, m + 1, m + 2]) { m = 9; sum = mix(sum, v); }
  for (const v of Int32Array.of(n, n)) sum = mix(sum, v);
  let now = x;
  for (const v of now) { now = squares; sum = mix(sum, v); }
  return sum;
}
export function places(n: i32, x: Int32Array, y: Float32Array): i32 {
  let sum: i32 = 0;
  for (const [i, v] of x.entries()) { sum = mix(sum, v + i); if (i + 1 < x.length) x[i + 1] += n; }
  for (const [i] of x.entries()) sum = mix(sum, i);
  for (const [, v] of x.subarray(1).entries()) sum = mix(sum, v);
  for (let [i, v] of y.entries()) { i += n; v = v * i; sum = mix(sum, v | 0); }
  for (const i of x.keys()) sum = mix(sum, i);
  for (const v of x.values()) sum = mix(sum, v);
  for (const [i, { x: a, y: b }] of corners.entries()) sum = mix(sum, (a * 8 - b * i) | 0);
  for (const [i, v] of [n, 4, n].entries()) sum = mix(sum, v ^ i);
  return sum;
}
`;

const number = (value: number) => ({ tag: 'number', value }) as const;
const integers = (...values: number[]) => ({ tag: 'array', type: 'Int32Array', values }) as const;
const floats = (...values: number[]) => ({ tag: 'array', type: 'Float32Array', values }) as const;

let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.start();
});
afterAll(() => ways.close());

test('range, tuples, parts of arrays, entries, keys and values', async () => {
  const call = (name: string, ...values: KernelCall['arguments'][number][]): KernelCall => {
    return { name, arguments: values, staysExact: true };
  };
  const calls = [0, 1, 2, 5, 9, -4].flatMap((n) => [
    call('counts', number(n), number(1)),
    call('counts', number(n), number(-7)),
    call('boundsOnce', number(n)),
    call('kinds', number(Math.abs(n))),
    call('tuples', number(n)),
    call('arrays', number(n), integers(1, 2, 3, n)),
    call('places', number(n), integers(4, -3, n), floats(0.5, 2.5)),
    call('places', number(n), integers(), floats()),
  ]);
  expect((await ways.compareModule(MODULE, calls)).map(({ text }) => text)).toEqual([]);
});
