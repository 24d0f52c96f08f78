import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { printProgram } from '../../../compiler/flow-graph/print-graph.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import { programOf, treeOf } from './tree-of-source.ts';

const VEC = 'interface Vec { x: f32; y: f32 }\n';

function optimised(source: string): string {
  const graph = lowerProgram(programOf(source), { verify: true });
  optimise(graph, { verify: true });
  return printProgram(graph).replaceAll('kernels.', '');
}

describe('trees of records', () => {
  test('literals, reads, writes, compound assignment', () => {
    expect(
      treeOf(
        `${VEC}export function k(n: f32): f32 { const v: Vec = { y: n, x: 1 }; v.x += n; v.y = v.x++; return v.y; }`,
      ),
    ).toMatchInlineSnapshot(`
      "export function k(n: f32): f32
        const v: reference = new Vec(y: n, x: 1f)
        new(v.x: current => f32.add(current, n))
        (v.y = old(v.x: current => f32.add(current, 1f)))
        return v.y"
    `);
  });

  test('kinds of fields without a kind are those of what flows in', () => {
    expect(
      treeOf(
        'export function k(n: i32, out: Float32Array): void {\n' +
          '  const r = { count: 0, mean: 0, done: false };\n  r.count += n; r.mean = n / 2; r.done = n > 1;\n' +
          '  if (r.done) out[r.count] = r.mean;\n}',
      ),
    ).toMatchInlineSnapshot(`
      "export function k(n: i32, out: f32[]): void
        const r: reference = new record(count: 0, mean: 0f, done: false)
        new(r.count: current => i32.add(current, n))
        (r.mean = f32.div(i32-to-f32(n), 2f))
        (r.done = i32.gt(n, 1))
        if r.done
          (out[r.count] = r.mean)"
    `);
  });
});

describe('memory of records', () => {
  test('a record that stays in its function costs nothing', () => {
    const text = optimised(
      `${VEC}export function k(n: i32): f32 {\n  const v: Vec = { x: 0, y: 1 };\n` +
        '  for (let i = 0; i < n; i++) { v.x += v.y; v.y = v.x; }\n  return v.x;\n}',
    );
    expect(text).not.toMatch(/frame|load|store/);
  });

  test('what is returned lives in the frame of the caller', () => {
    const source =
      `${VEC}function make(n: i32): Vec { const v: Vec = { x: n, y: 1 };\n` +
      '  for (let i = 0; i < n; i++) v.x += v.y;\n  return v; }\n' +
      'export function k(n: i32): f32 { const a = make(n); const b = make(n + 1); return a.x + b.x; }';
    const text = printProgram(lowerProgram(programOf(source), { verify: true }));
    expect(text).toContain("function kernels.make(v0'n, v1'result): i32");
    expect(text).not.toMatch(/frame Vec/);
    expect(text.match(/frame make \(8 bytes\)/g)).toHaveLength(2);
  });
});
