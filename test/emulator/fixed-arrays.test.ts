/** Arrays that grow within a capacity: an emulated core gives what exact Node gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixedArray } from '../../device/kernel/index.ts';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

/** As `agreed` does, with the imports of such arrays. */
function both(source: string, numbers: readonly number[]): ReturnType<BothWays['agreed']> {
  return ways.agreed(
    `import { fixedArray, type FixedArray } from 'shoal/kernel';
${source}`,
    numbers,
  );
}

describe('arrays with a capacity', () => {
  test('push, pop, length, elements and for-of, in the frame, also by functions', async () => {
    const core = await both(
      `function fill(list: FixedArray<i32>, n: i32): i32 {
  let last = 0;
  for (let i = 0; i < n; i++) last = list.push(i * i);
  return last;
}
export function k(n: i32, out: Float32Array): i32 {
  const list = fixedArray<i32>(8);
  const halves: FixedArray<f32> = fixedArray(2);
  out[0] = fill(list, n);
  out[1] = list.capacity;
  halves.push(n / 2);
  out[2] = halves[0];
  if (list.length > 1) {
    list[1] += 100;
    out[3] = list.pop();
    out[4] = list.length;
  }
  let sum = 0;
  for (const v of list) {
    sum = sum * 3 + v;
    if (v === 0 && list.length < 3) list.push(7);
  }
  return sum;
}`,
      [0, 1, 2, 4],
    );
    expect(core.map(({ result, out }) => [result, ...(out?.slice(0, 5) ?? [])])).toEqual([
      [0, 0, 8, 0, 4.5, 5],
      [7, 1, 8, 0.5, 4.5, 5],
      [7, 2, 8, 1, 101, 1],
      [101 * 3 + 4, 4, 8, 2, 9, 3],
    ]);
  });

  test('of a module: it keeps its elements between calls, and begins with those of the top level', async () => {
    const core = await both(
      `const stack = fixedArray<f32>(4);
stack.push(0.1);
export function k(n: i32, out: Float32Array): f32 {
  stack.push(n + 0.5);
  out[0] = stack[0];
  return stack.length * 100 + stack[stack.length - 1];
}`,
      [1, 2, 3, 4],
    );
    expect(core.map(({ result, error }) => error ?? result)).toEqual([
      201.5,
      302.5,
      403.5,
      'RangeError: the array is full',
    ]);
    expect(core[0]?.out?.[0]).toBe(Math.fround(0.1));
  });

  test('one that is full or empty, and an index beyond its length, end the call', async () => {
    const core = await both(
      `export function k(n: i32, out: Float32Array): i32 {
  const list = fixedArray<i32>(3);
  for (let i = 0; i < 2; i++) list.push(i);
  if (n === 0) return list[2];
  if (n === 1) { for (let i = 0; i < 3; i++) list.pop(); }
  if (n === 2) { list[2] = 1; }
  if (n === 3) { list.push(1); list.push(2); }
  return list.length;
}`,
      [0, 1, 2, 3, 4],
    );
    expect(core.map(({ result, error }) => error ?? result)).toEqual([
      'RangeError: list[2] with index 2, length 2',
      'RangeError: the array is empty',
      'RangeError: list[2] with index 2, length 2',
      'RangeError: the array is full',
      2,
    ]);
  });

  test('small kinds, in objects, returned, and made anew in each turn', async () => {
    const core = await both(
      `interface Queue { readonly bytes: FixedArray<number & { readonly __kind?: 'u8' }>; first: i32 }
function made(n: i32): FixedArray<i32> { const list = fixedArray<i32>(4); list.push(n); return list; }
export function k(n: i32, out: Float32Array): i32 {
  const queue: Queue = { bytes: fixedArray(5), first: 0 };
  queue.bytes.push(200);
  queue.bytes.push(n & 255);
  const list = made(n);
  list.push(made(7).pop());
  let lengths = 0;
  for (let i = 0; i < 3; i++) {
    const turn = fixedArray<i32>(2);
    turn.push(i);
    lengths += turn.length;
  }
  return queue.bytes[1] * 10000 + list[0] * 100 + list[1] * 10 + lengths;
}`,
      [3],
    );
    expect(core[0]?.result).toBe(30000 + 300 + 70 + 3);
  });
});

test('in Node it is an array that keeps to its capacity', () => {
  const list = fixedArray<number>(2);
  expect([list.push(3), list.push(4), list.length, list.capacity]).toEqual([1, 2, 2, 2]);
  expect([...list]).toEqual([3, 4]);
  expect(() => list.push(5)).toThrow(new RangeError('the array is full'));
  expect([list.pop(), list.pop()]).toEqual([4, 3]);
  expect(() => list.pop()).toThrow(new RangeError('the array is empty'));
  expect(() => fixedArray(-1)).toThrow(RangeError);
  expect(() => fixedArray(1.5)).toThrow(RangeError);
});
