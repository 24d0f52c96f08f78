/** Arrays that functions make, their methods and their parts: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('parts of arrays', () => {
  test('begin and end are clamped as in JavaScript, whatever they are', async () => {
    const ends = [-(2 ** 31), -7, -6, -3, -1, 0, 1, 2, 5, 6, 7, 2 ** 31 - 1];
    const core = await ways.agreed(
      `const ENDS = new Int32Array([${ends.join(', ')}]);
export function k(n: i32, out: Float32Array): i32 {
  const part = out.subarray(ENDS[n >> 4], ENDS[n & 15]);
  let sum = part.length * 1000;
  for (const v of part) sum += (v * 2) | 0;
  return sum;
}`,
      ends.flatMap((_, i) => ends.map((_, j) => i * 16 + j)),
    );
    const out = new Float32Array([1.5, 2.5, 3.5, 4.5, 5, 6]);
    const expected = ends.flatMap((begin) =>
      ends.map((end) => {
        const part = out.subarray(begin, end);
        return part.length * 1000 + part.reduce((sum, v) => sum + v * 2, 0);
      }),
    );
    expect(core.map(({ result }) => result)).toEqual(expected);
  });
  test('a part and its array are the same memory', async () => {
    const core = await ways.agreed(
      `function both(a: Float32Array, b: Float32Array): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < b.length; i++) { a[i + 1] = 10 * i; sum += b[i]; b[i] += 1; }
  return sum;
}
export function k(n: i32, out: Float32Array): f32 {
  const part = out.subarray(1, -1);
  const again = part.subarray(1);
  out[2] = n;
  again[1] = part[1] + 1;
  return both(out, part) + again[0];
}`,
      [3, -4],
    );
    expect(core[0]).toEqual({ result: 71, out: [1.5, 1, 11, 21, 31, 6] });
  });
  test('an index outside of the part ends the call', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): f32 { const part = out.subarray(2, 4); return part[n]; }`,
      [0, 1, 2, -1],
    );
    expect(core.map(({ result, error }) => error ?? result)).toEqual([
      3.5,
      4.5,
      'RangeError: part[n] with n=2, length 2',
      'RangeError: part[n] with n=-1, length 2',
    ]);
  });
});

describe('arrays that functions make', () => {
  test('are zeros in each turn, small or large, of all kinds', async () => {
    const core = await ways.agreed(
      `const SIZE = 20;
export function k(n: i32, out: Float32Array): i32 {
  let sum = 0;
  for (let turn = 0; turn < 3; turn++) {
    const bytes = new Uint8Array(3);
    const words = new Int32Array(SIZE * 2 + 1);
    const halves = new Int16Array([n, -1, 70000, 5]);
    const floats = new Float32Array(7);
    const u = Uint32Array.of(1, n);
    bytes[n & 1] += 250; bytes[2] += n;
    words[40] += n; words[0] -= 1;
    floats[6] += 0.5;
    sum = sum * 3 + bytes[0] + bytes[1] + bytes[2] + words[40] + words[0] + words[17] + halves[0] + halves[2] + (u[1] | 0);
    out[turn] = floats[6] + floats.length + words.length;
  }
  return sum;
}`,
      [0, 1, 7, -9],
    );
    expect(core[1]?.out?.slice(0, 3)).toEqual([48.5, 48.5, 48.5]);
  });
  test('are checked and passed on', async () => {
    const core = await ways.agreed(
      `function total(x: Int32Array): i32 { let s = 0; for (const v of x) s += v; return s; }
export function k(n: i32, out: Float32Array): i32 {
  const a = new Int32Array(100);
  for (let i = 0; i < 100; i++) a[i] = i;
  a[n] = 1000;
  return total(a) + total(a.subarray(n, n + 2));
}`,
      [0, 99, 100],
    );
    expect(core[0]?.result).toBe(4950 + 1000 + 1001);
    expect(core[2]?.error).toBe('RangeError: a[n] with n=100, length 100');
  });
});

describe('methods of arrays', () => {
  test('fill, reverse, sort, copyWithin, as statements and as values', async () => {
    await ways.agreed(
      `export function k(n: i32, out: Float32Array): i32 {
  const a = new Int16Array(12).fill(7).fill(n, 2, -3);
  for (let i = 0; i < 12; i++) a[i] = (a[i] * 31 + i * i * 17) & 63;
  a.copyWithin(n, 1, 6);
  a.copyWithin(0, -n);
  out.fill(n / 2, n, -1);
  out.reverse();
  const u = new Uint32Array([5, 0xffffffff, 3, 0x80000000, 0]).sort();
  const bytes = Uint8Array.from(a.subarray(0, 5)).sort();
  a.sort().reverse();
  let h = (u[4] & 255) + bytes[0] + bytes[4] * 3;
  for (const v of a) h = (h * 31 + v) | 0;
  return h;
}`,
      [0, 1, 2, 5, -2, 12],
    );
  });
  test('sort puts -0 before 0 and NaN last', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): i32 {
  const a = new Float32Array([0, -0, 3, -1.5, 1e-40, -Infinity, n / 0, 0 / 0, 7, -3e38]);
  a.sort();
  let h = 0;
  for (let i = 0; i < 10; i++) h = (h * 31 + (1 / a[i] < 0 ? 1 : 2) + ((a[i] * 4) | 0)) | 0;
  for (let i = 0; i < 6; i++) out[i] = a[i + 4];
  return h;
}`,
      [1, -1, 0],
    );
    expect(core[0]?.out).toEqual([0, Math.fround(1e-40), 3, 7, Infinity, NaN]);
  });
  test('set copies overlapping parts as if they were apart, and throws as JavaScript does', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): i32 {
  out.set(out.subarray(0, 4), n);
  const a = new Int32Array([1, 2, 3, 4, 5, 6]);
  a.subarray(1).set(a.subarray(0, 5));
  a.subarray(0, 3).set(a.subarray(2, 5));
  out.set([n, n], 1);
  out.set(a.subarray(0, 1), 5);
  let h = 0;
  for (const v of a) h = h * 10 + v;
  return h;
}`,
      [0, 1, 2, 3, -1, 2 ** 31 - 1],
    );
    expect(core[2]).toEqual({ result: 234345, out: [1.5, 2, 2, 2.5, 3.5, 2] });
    expect(core[3]?.error).toBe('RangeError: offset is out of bounds');
    expect(core[4]?.error).toBe('RangeError: offset is out of bounds');
  });
  test('at, indexOf, lastIndexOf, includes', async () => {
    const core = await ways.agreed(
      `export function k(n: i32, out: Float32Array): i32 {
  const a = new Uint8Array([3, 1, 4, 1, 5, 9, 2, 6]);
  const f = new Float32Array([1, 0 / 0, -0]);
  out[0] = out.at(-1)! + out.at(n)!;
  return a.indexOf(n) + 100 * a.lastIndexOf(n, -2) + 10000 * a.indexOf(1, n) + (a.includes(n, 2) ? 1e6 : 0) +
    (f.includes(NaN) ? 2e6 : 0) + (f.indexOf(NaN) < 0 ? 4e6 : 0) + (f.indexOf(0) === 2 ? 8e6 : 0);
}`,
      [0, 1, 2, 5, -1, -6, -7, 6],
    );
    expect(core.at(-1)?.error).toBe('RangeError: out.at(n) with index 6, length 6');
    expect(core[1]).toMatchObject({ result: 1 + 300 + 10000 + 1e6 + 14e6 });
  });
  test('slice and copies of arrays of known length', async () => {
    const core = await ways.agreed(
      `const TABLE = new Int32Array([5, 6, 7, 8]);
export function k(n: i32, out: Float32Array): i32 {
  const a = TABLE.slice(n);
  const b = new Float32Array(TABLE);
  const c = out.slice(1, 3);
  const d = new Uint8Array(4); d.set(out.subarray(0, 4)); d.set(TABLE.subarray(0, 1), 1);
  out[4] = d[0] + d[1] + d[2] + d[3];
  a.fill(9, 0, 1); b[0] += 0.5; c[1] = 100;
  out[0] = b[0] + c[0]; out[1] = a.length; out[2] = c.length;
  return TABLE[0] * 10 + (a.length > 0 ? a[0] : 0);
}`,
      [0, 1, 3, 4, -1, -100],
    );
    expect(core[1]).toEqual({ result: 59, out: [8, 3, 2, 4.5, 13, 6] });
  });
});
