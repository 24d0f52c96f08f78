/** What is refused of arrays that functions make. */
import { expect, test } from 'vitest';
import { refusalsOf } from './tree-of-source.ts';

/** The refusals of statements of a kernel with an array of unknown length. */
function refusals(statements: string): string {
  return refusalsOf(`export function k(x: Float32Array, n: i32): void {\n  ${statements}\n}`);
}

test('SH3050: a length that is known at run time only', () => {
  expect(refusals('const a = new Float32Array(n);')).toMatchInlineSnapshot(
    `"SH3050 2:13 the length of \`new Float32Array(n)\` is not known when the kernel is built => write the largest length that is needed, \`const MOST = 64\`, and use the part of it: \`new Float32Array(MOST).subarray(0, n)\`"`,
  );
  expect(refusals('let m = 3; const a = new Float32Array(m);')).toMatch(/^SH3050/);
  expect(refusals('const a = new Float32Array(x.length);')).toMatch(/^SH3050/);
  expect(refusals('const M = 1 << 4; const a = new Float32Array(M * 2 + 1); const b = new Int8Array(M / 2);')).toBe('');
});

test('SH3051: what is no length', () => {
  expect(refusals('const a = new Float32Array(-1);')).toMatchInlineSnapshot(
    `"SH3051 2:13 \`new Float32Array(-1)\` has a length of -1 => write the number of elements"`,
  );
  expect(refusals('const a = new Uint8Array(3 / 2);')).toMatch(/^SH3051/);
});

test('SH3052: more than a core has', () => {
  expect(refusals('const a = new Float32Array(9000);')).toMatchInlineSnapshot(
    `"SH3052 2:13 \`new Float32Array(9000)\` needs 36000 of 32768 bytes => make it smaller, or pass an array from the host, which may be in shared memory"`,
  );
});

test('SH3053: copies of unknown length', () => {
  expect(refusals('const a = x.slice(1);')).toMatchInlineSnapshot(
    `"SH3053 2:13 \`x.slice(1)\` copies an array whose length is not known when the kernel is built => use \`.subarray(…)\`, which copies nothing, or copy into an array of fixed length: \`part.set(x)\`"`,
  );
  expect(refusals('const a = Int32Array.from(x);')).toMatch(/^SH3053/);
  expect(refusals('const a = x.subarray(0, -1).slice();')).toMatch(/^SH3053/);
  expect(refusals('const a = x.subarray(0, 4).slice(); const b = new Int16Array(a);')).toBe('');
});

test('SH3053 and SH2102: what a literal or a rest cannot take', () => {
  expect(refusals('const a = [...x, 1];')).toMatch(/^SH3053/);
  expect(refusals('const [a, ...rest] = x;')).toMatch(/^SH3053/);
  expect(refusals('const list = [[1, 2, 3] as [i32, i32, i32]]; for (const [a, ...rest] of list) n += rest[1];')).toBe(
    '',
  );
  const typed = 'const list: i32[] = [...x.subarray(0, 2)];';
  expect(refusals(typed)).toMatchInlineSnapshot(
    `"SH2102 2:24 \`x.subarray(0, 2)\` is an f32, and the new array is of i32 => write \`Int32Array.from(x.subarray(0, 2))\`"`,
  );
});

test('an array that was made cannot be returned or kept', () => {
  expect(
    refusalsOf('function f() { return new Float32Array(3); } export function k(): f32 { return f()[0]; }'),
  ).toMatch(/^SH3006/);
  expect(refusals('let a = x; for (let i = 0; i < n; i++) { a = new Float32Array(3); a[0] = i; }')).toMatch(/^SH3013/);
});

test('SH3070 and SH3050: arrays with a capacity say their kind and the capacity', () => {
  const refused = (statements: string): string =>
    refusalsOf(`import { fixedArray } from 'shoal/kernel';\nexport function k(n: i32): void { ${statements} }`);
  expect(refused('const list = fixedArray(4);')).toMatchInlineSnapshot(`
    "SH3070 2:48 \`fixedArray(4)\` does not say the kind of its elements => write it: \`fixedArray<f32>(16)\`, \`fixedArray<i32>(16)\`
    SH2110 2:48 \`fixedArray(4)\` does not give a value that a core can hold => null"
  `);
  expect(refused('const list = fixedArray<i32>(n);')).toMatch(/^SH3050/);
  expect(refused('const list = fixedArray<f32>(-1);')).toMatch(/^SH3051/);
  expect(refused('const list = fixedArray<f32>(9000);')).toMatch(/^SH3052/);
  expect(refused('const list = fixedArray<i32>(4); list.push(0.5);')).toMatch(/^SH2102/);
  expect(refused('const list = fixedArray<i32>(4); list[0] = n / 2;')).toMatch(/^SH210/);
  expect(refused('const list = fixedArray<i32>(4); const push = list.push;')).not.toBe('');
  expect(refused('const list = fixedArray<i32>(4); const other = { ...list };')).toMatch(/^SH1012/);
  expect(refused('const make = fixedArray;')).not.toBe('');
});
