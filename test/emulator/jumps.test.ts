/** Labels, `switch` and the comma operator: an emulated core and exact Node give what plain Node gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelCall, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';

const MODULE = `'use kernel';
import { type f32, type i32, type u32, range } from 'shoal/kernel';

enum Side { left, right = 4, both = -1 }
enum Mood { calm = 'calm', keen = 'keen' }
type Shape = 'round' | 'square' | 'flat';

function mix(sum: i32, v: i32): i32 { return (Math.imul(sum, 31) + v) | 0; }

export function labels(n: i32, x: Int32Array): i32 {
  let s: i32 = 0;
  forLoop: for (let i = 0; i < 5; i++) {
    for (let j = 0; ; j++) { if (j > i) continue forLoop; if (i === n) break forLoop; s = mix(s, i * 8 + j); }
  }
  let w: i32 = 0;
  whileLoop: while (w < 6) {
    w++;
    while (true) { s = mix(s, w); if ((w & 1) === 1) continue whileLoop; if (w > n) break whileLoop; break; }
    s = mix(s, -w);
  }
  let d: i32 = 0;
  doLoop: do {
    d++;
    do { s = mix(s, d); if (d === 2) continue doLoop; if (d === n) break doLoop; } while (mix(s, d) < 0 && d++ < 4);
    s = mix(s, 7);
  } while (d < 5);
  typed: for (const v of x) {
    for (const k of x) { if (k === n) continue typed; if (v === n + 1) break typed; s = mix(s, v ^ k); }
    s = mix(s, 11);
  }
  literal: for (const v of [1, n, 3]) {
    for (const k of [2, n]) { if (v === k) continue literal; if (v + k === 7) break literal; s = mix(s, v + k); }
    s = mix(s, 13);
  }
  const t: [i32, i32, i32] = [1, n, 3];
  tuple: for (const v of t) {
    for (const k of t) { if (k > v) continue tuple; if (v === 2) break tuple; s = mix(s, k); }
    s = mix(s, 17);
  }
  counted: for (const i of range(6)) {
    for (const j of range(n, -1, -1)) { if (i === j) continue counted; if (i + j === 8) break counted; s = mix(s, j); }
    s = mix(s, 19);
  }
  pairs: for (const [i, v] of x.entries()) {
    for (;;) { if (v > n) continue pairs; if (i === 3) break pairs; s = mix(s, v); break; }
  }
  outer: inner: for (let i = 0; i < 4; i++) { if (i === n) continue outer; if (i === 3) break inner; s = mix(s, i); }
  block: { if (n > 2) break block; s = mix(s, 23); }
  return s;
}

export function numbers(n: i32): i32 {
  let s: i32 = 0;
  switch (n) { case 0: s = mix(s, 1); case 1: s = mix(s, 2); break; case 2: case 3: s = mix(s, 3); default: s = mix(s, 4); }
  switch (n + 1) { default: s = mix(s, 5); case 1: s = mix(s, 6); break; case 2: s = mix(s, 7); }
  switch (n) { case 1: s = mix(s, 8); break; default: case 2: s = mix(s, 9); case 4: s = mix(s, 10); }
  switch (n) { case s: s = 1; break; case mix(0, 2): s = mix(s, 11); }
  switch (n * 0.5) { case 0.5: s = mix(s, 12); case -0: s = mix(s, 13); break; case 1.5: s = mix(s, 14); }
  switch (n >>> 0) { case 4294967292: s = mix(s, 15); break; case 4: s = mix(s, 16); }
  switch (n) {}
  switch (n) { default: }
  return s;
}

function sideOf(n: i32): Side { return n < 1 ? Side.left : n < 3 ? Side.right : Side.both; }
function moodOf(n: i32): Mood { return (n & 1) === 0 ? Mood.calm : Mood.keen; }
function shapeOf(n: i32): Shape { return n < 1 ? 'flat' : n < 3 ? 'square' : 'round'; }

export function names(n: i32): i32 {
  let s: i32 = 0;
  switch (sideOf(n)) { case Side.both: s = mix(s, 1); case Side.right: s = mix(s, 2); break; case Side.left: s = mix(s, 3); }
  switch (moodOf(n)) { default: s = mix(s, 4); break; case Mood.keen: s = mix(s, 5); }
  switch (shapeOf(n)) { case 'round': s = mix(s, 6); case 'flat': s = mix(s, 7); break; default: s = mix(s, 8); }
  const area = (shape: Shape): i32 => {
    switch (shape) { case 'round': return 3; case 'square': return 4; case 'flat': return 0; }
  };
  return mix(s, area(shapeOf(n)));
}

export function nested(n: i32, x: Int32Array): i32 {
  let s: i32 = 0;
  rows: for (let i = 0; i < 6; i++) {
    switch (i ^ n) {
      case 0: continue;
      case 1: for (const v of x) { switch (v & 3) { case 0: continue rows; case 1: continue; case 2: break; default: break rows; } s = mix(s, v); }
      case 2: { if (i > 3) break; s = mix(s, 1); break; }
      case 3: inner: switch (n) { case 1: s = mix(s, 2); break inner; default: switch (i) { case 2: break inner; default: s = mix(s, 3); } s = mix(s, 4); }
      default: s = mix(s, i);
    }
    s = mix(s, 29);
  }
  let k: i32 = 0;
  do { k++; switch (k) { case 2: continue; case n: break; default: s = mix(s, k); } } while (k < 5);
  chosen: switch (n) { case 1: while (true) { if (++k > 9) break chosen; s = mix(s, k); } case 2: s = mix(s, 31); }
  return s;
}

export function commas(n: i32, x: Int32Array): i32 {
  let s: i32 = 0;
  for (let i = 0, j = 4; i < j; i++, j--, s = mix(s, j)) s = mix(s, i);
  let v = (s = mix(s, 1), s ^ n, n + 2);
  v = (v++, x[0] = v, x[(s++, 1)] + v);
  while (v--, s = mix(s, v), v > 0) if (s++, v === n) break;
  const f: f32 = (s--, 0.5);
  return n > 1 ? (s = mix(s, 2), s) : (s++, mix(s, (f * 4) | 0));
}
`;

let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.start();
});
afterAll(() => ways.close());

test('labelled jumps in every loop, switch over numbers, enums and names, commas', async () => {
  const call = (name: string, n: number, ...arrays: readonly number[][]): KernelCall => {
    const lists = arrays.map((values) => ({ tag: 'array', type: 'Int32Array', values }) as const);
    return { name, arguments: [{ tag: 'number', value: n }, ...lists], staysExact: true };
  };
  const calls = [-4, 0, 1, 2, 3, 4, 5].flatMap((n) => [
    call('labels', n, [1, 2, 3, 4, 5]),
    call('labels', n, []),
    call('numbers', n),
    call('names', n),
    call('nested', n, [1, 5, 2, 6, 4, 3]),
    call('nested', n, [2, 1, 7]),
    call('commas', n, [3, 4]),
  ]);
  expect((await ways.compareModule(MODULE, calls)).map(({ text }) => text)).toEqual([]);
});
