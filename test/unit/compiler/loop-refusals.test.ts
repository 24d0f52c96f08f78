/** What is refused of for-of loops when their trees are built. */
import { expect, test } from 'vitest';
import { refusalsOf } from './tree-of-source.ts';

function refusals(head: string): string {
  return refusalsOf(`import { range } from 'shoal/kernel';
const DOWN = -2, NONE = 0;
export function k(x: Float32Array, n: i32, u: u32, a: f32): void {
  for (${head}) {}
}`);
}

test('SH1034: a step that is not known, or never ends', () => {
  expect(refusals('const i of range(0, 9, n)')).toMatchInlineSnapshot(
    `"SH1034 4:31 the step \`n\` of a range is no constant, or not one that counts => write an integer other than 0, or a constant of the module that is one"`,
  );
  expect(refusals('const i of range(0, 9, 0)')).toMatch(/^SH1034/);
  expect(refusals('const i of range(0, 9, NONE)')).toMatch(/^SH1034/);
  expect(refusals('const i of range(9, 0, DOWN)')).toBe('');
});

test('bounds of a range are i32', () => {
  expect(refusals('const i of range(a)')).toMatch(/^SH2/);
  expect(refusals('const i of range(u)')).toMatch(/^SH2/);
  expect(refusals('const i of range(0.5)')).toMatch(/^SH2/);
  expect(refusals('const i of range(u & 255)')).toBe('');
});

test('SH3029: a default in a pattern of entries', () => {
  expect(refusals('const [i, v = 1] of x.entries()')).toMatch(/^SH3029/);
});
