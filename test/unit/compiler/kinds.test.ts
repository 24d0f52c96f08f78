import { describe, expect, test } from 'vitest';
import { bodyOf, programOf, treeOf } from './tree-of-source.ts';

/** Kind of the local variables of `f`, in order of declaration: `s f32, i i32`. */
function localsOf(parameters: string, body: string, before = ''): string {
  const text = bodyOf(parameters, body, before);
  return [...text.matchAll(/(?:let|const) (\w+): (\w+)/g)].map((m) => `${m[1]} ${m[2]}`).join(', ');
}

/** Head of a function, with the kinds that were found. */
function headOf(name: string, source: string): string {
  const head = treeOf(source)
    .split('\n')
    .find((line) => line.includes(`function ${name}(`));
  return head ?? 'not built';
}

describe('kinds of variables', () => {
  test.each([
    ['an integer literal', 'let a = 1', 'a i32'],
    ['a negative one', 'let a = -1', 'a i32'],
    ['one beyond i32', 'let a = 3000000000', 'a u32'],
    ['one beyond u32', 'let a = 4294967296', 'a f32'],
    ['below i32', 'let a = -2147483649', 'a f32'],
    ['a fraction', 'let a = 0.5', 'a f32'],
    ['minus zero, which has no integer', 'let a = -0', 'a f32'],
    ['a constant that happens to be 0', 'let a = -ORIGIN; let b = ZERO', 'a i32, b i32'],
    ['a written number type says nothing', 'let a: number = 1', 'a i32'],
    ['a division', 'let a = n / 2', 'a f32'],
    ['an integer division', 'let a = (n / 2) | 0', 'a i32'],
    ['a bit operator', 'let a = f | 1', 'a i32'],
    ['>>>', 'let a = n >>> 0', 'a u32'],
    ['>>> by more than 0 fits i32', 'let a = n >>> 1', 'a i32'],
    ['imul', 'let a = Math.imul(n, n)', 'a i32'],
    ['clz32', 'let a = Math.clz32(u)', 'a i32'],
    ['fround', 'let a = Math.fround(n)', 'a f32'],
    ['sqrt of an integer', 'let a = Math.sqrt(n)', 'a f32'],
    [
      'abs, min, max, sign, trunc of integers',
      'let a = Math.abs(n) + Math.min(n, 1, n) + Math.sign(n) + Math.trunc(n)',
      'a i32',
    ],
    ['min with an f32', 'let a = Math.min(n, f)', 'a f32'],
    ['a comparison', 'let a = n < f', 'a bool'],
    ['a length', 'let a = x.length', 'a i32'],
    ['elements', 'let a = x[0]; let b = w[0]; let c = c8[0]', 'a f32, b u32, c i32'],
    ['u32 arithmetic', 'let a = u * 3 + 1', 'a u32'],
    ['both kinds of a choice', 'let a = n > 0 ? 1 : f', 'a f32'],
    ['an assignment as a value', 'let a = 1; let b = (a = f)', 'a f32, b f32'],
    [
      'a kind that was written',
      'let a: f32 = 1; let b: u32 = 1; let c: u8 = 1; let d: i16 = 1',
      'a f32, b u32, c i32, d i32',
    ],
    ['as a kind', 'let a = n as f32; let b = 1 as u32', 'a f32, b i32'],
    ['PI', 'let a = Math.PI; let b = Infinity; let c = NaN', 'a f32, b f32, c f32'],
    ['a later assignment counts', 'let a = 0; for (let i = 0; i < 3; i++) { a += x[i]; }', 'a f32, i i32'],
    ['whatever the order', 'let a = 0; let b = a; let c = b; a = f;', 'a f32, b f32, c f32'],
    ['integers stay integers', 'let a = 0; for (let i = 0; i < n; i++) a = a * 31 + c8[i];', 'a i32, i i32'],
    ['a u32 among small integers', 'let a = 0; a = a * 31 + 1; a = u;', 'a u32'],
    ['+ of a boolean', 'let a = +(n > 0)', 'a i32'],
    ['for-of', 'for (const a of x) f = a; for (const b of w) u = b;', 'index i32, a f32, index i32, b u32'],
    ['a shadowed name', 'let a = 1; { let a = f; f = a; }', 'a i32, a f32'],
  ])('%s: %s', (_what, body, kinds) => {
    const parameters = 'n: i32, u: u32, f: f32, x: Float32Array, w: Uint32Array, c8: Uint8Array';
    expect(localsOf(parameters, body, 'const ORIGIN = 0; const ZERO = -3 * ORIGIN;')).toBe(kinds);
  });
});

describe('kinds of parameters, results and module variables', () => {
  test('unannotated parameters and results join all calls', () => {
    const source = `
      function twice(x: number) { return x + x; }
      function half(x: number): number { return x / 2; }
      function first(x: number) { return x; }
      const arrow = (a: number, b: number) => a * b;
      export function f(x: f32, n: i32, u: u32): f32 { first(n); first(1); return twice(1) + twice(x) + half(n) + arrow(n, 2); }
    `;
    expect(headOf('twice', source)).toBe('function twice(x: f32): f32');
    expect(headOf('half', source)).toBe('function half(x: i32): f32');
    expect(headOf('first', source)).toBe('function first(x: i32): i32');
    expect(headOf('arrow', source)).toBe('function arrow(a: i32, b: i32): i32');
  });

  test('a kind runs through a chain of calls', () => {
    const source = `
      function a(x: number) { return b(x); }
      function b(x: number) { return c(x, 0); }
      function c(x: number, y: number) { return x > y ? x : y; }
      export function f(x: u32) { return a(x >>> 0); }
    `;
    expect(headOf('c', source)).toBe('function c(x: u32, y: i32): u32');
    expect(headOf('f', source)).toBe('export function f(x: u32): u32');
  });

  test('state of a module joins what all functions assign', () => {
    const source = `
      let total = 0; let count = 0; let seen = false; let seed = 2463534242; let exact: f32 = 1;
      function add(x: number) { total += x; count++; seen = true; }
      export function f(x: f32) { add(x); seed = (seed ^ (seed << 13)) >>> 0; return total / count * exact; }
      export function g() { return seen; }
    `;
    expect(treeOf(source).split('\n').slice(0, 5)).toEqual([
      'state total: f32 = 0',
      'state count: i32 = 0',
      'state seen: bool = 0',
      'state seed: u32 = 2463534242',
      'state exact: f32 = 1',
    ]);
    expect(headOf('g', source)).toBe('export function g(): bool');
  });

  test('constants of modules are literals that adapt', () => {
    const before = 'const N = 3; const SCALE = 0.1; const W: f32 = 2; const YES = true; const BIG: u32 = 0xffffffff;';
    expect(bodyOf('x: f32, n: i32, u: u32', 'return x * N + n', before)).toBe(
      'return f32.fused-add(x, 3f, i32-to-f32(n))',
    );
    expect(bodyOf('x: f32, n: i32, u: u32', 'return n * N', before)).toBe('return i32.mul(n, 3)');
    expect(bodyOf('x: f32, n: i32, u: u32', 'return u * N', before)).toBe('return u32.mul(u, 3u)');
    expect(bodyOf('x: f32, n: i32, u: u32', 'return n * SCALE', before)).toBe(
      `return f32.mul(i32-to-f32(n), ${Math.fround(0.1)}f)`,
    );
    expect(bodyOf('x: f32, n: i32, u: u32', 'return n * W', before)).toBe('return f32.mul(i32-to-f32(n), 2f)');
    expect(bodyOf('x: f32, n: i32, u: u32', 'return YES && u < BIG', before)).toBe(
      'return (true and u32.lt(u, 4294967295u))',
    );
  });

  test('a kind is found under the name of another type', () => {
    expect(treeOf('type Pixel = u8; type Weight = f32; export function f(p: Pixel, w: Weight) {}')).toBe(
      'export function f(p: i32, w: f32): void\n  (p = zero-extend-8(p))',
    );
  });
});

describe('what fits i32 and u32 alike', () => {
  const both = 'n: i32, u: u32, b8: Uint8Array, b16: Uint16Array, x: Float32Array';
  test.each([
    'x.length',
    'b8[n]',
    'b16[n]',
    'n & 0xff',
    'n >>> 1',
    'n >>> 31',
    'b8[0] * 2 + 1',
    'b8[n] << 4',
    'b16[0] % 7',
    '(b8[0] / 3) | 0',
    'n > 0 ? 1 : 2',
    'Math.min(u, 100)',
    'Math.clz32(n)',
    'u % 10',
    '+(n > 0)',
    '~~(b8[0] / b8[1])',
    'b8[0] | b16[0]',
    'Math.abs(b8[0] - b8[1])',
    '(n & 255) - 0',
    'b8[0] ^ 1',
    'b8[0] >> 1',
    'Math.max(b8[0], -5)',
  ])('%s', (value) => {
    expect(() => programOf(`export function f(${both}): u32 { return u + (${value}); }`)).not.toThrow();
    expect(() =>
      programOf(`export function f(${both}): i32 { let v: u32 = ${value}; return n + (${value}); }`),
    ).not.toThrow();
  });

  test.each([
    'n',
    'n + 1',
    'b8[0] - 1',
    '-b8[0]',
    'b8[0] * 16777216',
    '-1',
    'x.length - 1',
    '~b8[0]',
    'n % 7',
    'n >> 1',
    'b8[0] << 24',
  ])('%s does not', (value) => {
    expect(() => programOf(`export function f(${both}): u32 { return u + (${value}); }`)).toThrow(/SH2105/);
    expect(() => programOf(`export function f(${both}): void { let v: u32 = ${value}; }`)).toThrow(/SH2104|SH2005/);
  });

  test('a counter that its loop bounds', () => {
    const loop = (head: string, body = '') =>
      `export function f(u: u32, n: i32, m: i32, x: Uint8Array) { for (${head}) { u += i; ${body} } }`;
    expect(() => programOf(loop('let i = 0; i < n; i++'))).not.toThrow();
    expect(() => programOf(loop('let i = 0; i < x.length; i += 4'))).not.toThrow();
    expect(() => programOf(loop('let i = 3; i <= 100; ++i'))).not.toThrow();
    expect(() => programOf(loop('let i = 0; i <= n; i++'))).toThrow(/SH2105/);
    expect(() => programOf(loop('let i = 0; i < n; i += 2'))).toThrow(/SH2105/);
    expect(() => programOf(loop('let i = n; i < m; i++'))).toThrow(/SH2105/);
    expect(() => programOf(loop('let i = 0; i < n; i++', 'i = m;'))).toThrow(/SH2105/);
    expect(() => programOf(loop('let i = 9; i >= 0; i--'))).toThrow(/SH2105/);
  });
});
