/** docs/numbers.md, sentence by sentence, on kernels written in TypeScript and evaluated by exact Node. */
import { describe, expect, test } from 'vitest';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';

type Loose = (...values: unknown[]) => number | boolean | undefined;

function exact(body: string): Record<string, Loose> {
  const source = `'use kernel';\nimport type { f32, i16, i32, u8, u32 } from 'shoal/kernel';\n${body}`;
  const file = '/project/kernels.ts';
  const { checked, diagnostics } = checkKernelProgram(file, {
    readFile: (path) => (path === file ? source : undefined),
  });
  if (checked === null)
    throw new Error(diagnostics.map((d) => `${d.position.line}: ${d.code} ${d.message}`).join('\n'));
  return evaluateProgram(checked.program) as unknown as Record<string, Loose>;
}

/** One kernel `f` of these parameters that returns an expression. */
function f(parameters: string, result: string, expression: string): Loose {
  const kernel = exact(`export function f(${parameters}): ${result} { return ${expression}; }`).f;
  if (kernel === undefined) throw new Error('no kernel');
  return kernel;
}

const SUBNORMAL = 2 ** -140;
const NORMAL = 2 ** -126;
const ABC = 'a: f32, b: f32, c: f32';
const E = 1 + 2 ** -12; // its square is halfway between two float32 values

describe('f32', () => {
  test('operations flush operands and results', () => {
    const add = f('a: f32, b: f32', 'f32', 'a + b');
    expect(add(SUBNORMAL, SUBNORMAL)).toBe(0);
    expect(add(-SUBNORMAL, -0)).toBe(-0);
    expect(add(NORMAL, SUBNORMAL)).toBe(NORMAL);
    const subtract = f('a: f32, b: f32', 'f32', 'a - b');
    expect(subtract(1.5 * NORMAL, NORMAL)).toBe(0);
    expect(subtract(NORMAL, 1.5 * NORMAL)).toBe(-0);
    const multiply = f('a: f32, b: f32', 'f32', 'a * b');
    expect(multiply(-SUBNORMAL, 2 ** 100)).toBe(-0);
    expect(multiply(2 ** -70, 2 ** -70)).toBe(0);
    expect(multiply(NORMAL, 1 - 2 ** -24)).toBe(NORMAL);
    const divide = f('a: f32, b: f32', 'f32', 'a / b');
    expect(divide(1, SUBNORMAL)).toBe(Infinity);
    expect(divide(-1, 3)).toBe(Math.fround(-1 / 3));
    expect(f('a: f32', 'f32', 'Math.sqrt(a)')(SUBNORMAL)).toBe(0);
    expect(f('a: f32', 'f32', '-a')(SUBNORMAL)).toBe(-0);
    expect(f('a: f32', 'f32', '-a')(0)).toBe(-0);
    expect(f('a: f32', 'f32', 'Math.abs(a)')(-SUBNORMAL)).toBe(0);
    expect(f('a: f32', 'f32', 'Math.ceil(a)')(SUBNORMAL)).toBe(0);
    expect(f('a: f32', 'f32', 'Math.floor(a)')(-SUBNORMAL)).toBe(-0);
    expect(f('a: f32', 'f32', 'Math.sign(a)')(SUBNORMAL)).toBe(0);
  });

  test('everything else leaves values as they are', () => {
    expect(f('a: f32', 'f32', 'a')(SUBNORMAL)).toBe(SUBNORMAL);
    expect(f('a: f32, b: f32', 'f32', 'Math.min(a, b)')(SUBNORMAL, 1)).toBe(SUBNORMAL);
    expect(f('a: f32', 'f32', 'Math.fround(a)')(SUBNORMAL)).toBe(SUBNORMAL);
    expect(f('a: f32, b: f32', 'boolean', 'a < b')(SUBNORMAL, 2 * SUBNORMAL)).toBe(true);
    expect(f('a: f32', 'f32', 'a ? 1 : 2')(SUBNORMAL)).toBe(1);
    expect(f('a: f32', 'f32', 'a ? 1 : 2')(NaN)).toBe(2);
    const copy = exact('export function f(x: Float32Array, y: Float32Array): void { y[0] = x[0]; }').f;
    const y = new Float32Array(1);
    copy?.(Float32Array.of(-SUBNORMAL), y);
    expect(y[0]).toBe(-SUBNORMAL);
  });

  test.each([
    ['a * b + c', E, E, 2 ** -80, E * E + 2 ** -24],
    ['c + a * b', E, E, 2 ** -80, E * E + 2 ** -24],
    ['a * b - c', E, E, 2 ** -80, 1 + 2 ** -11],
    ['c - a * b', E, E, 2 ** -80, -(1 + 2 ** -11)],
    ['(a * b) + c', E, E, 2 ** -80, E * E + 2 ** -24],
    ['((a * b) as f32) + c', E, E, 2 ** -80, E * E + 2 ** -24],
    ['Math.fround(a * b) + c', E, E, -1, 2 ** -11],
    ['a * b + c', E, E, -1, 2 ** -11 + 2 ** -24],
    ['a * b + c', 2 ** 100, 2 ** 100, -Infinity, -Infinity],
    ['a * b + c', SUBNORMAL, 2 ** 127, 1, 1],
    ['a * b + c', 2 ** -100, 2 ** -26, -(2 ** -126), 0],
    ['a * b + c', 0, 1, -0, 0],
    ['a * b + c', -0, 1, -0, -0],
    ['a * a - b * b', E, 1, 0, 2 ** -11], // the left product is rounded by itself
    ['b * b - a * a', E, 1, 0, -(2 ** -11 + 2 ** -24)], // the right one is fused
  ])('%s of %f, %f, %f is %f', (expression, a, b, c, result) => {
    expect(f(ABC, 'f32', expression)(a, b, c)).toBe(result);
  });

  test('s += a*b is fused, a product in a variable is not', () => {
    const sum = exact(`export function f(${ABC}): f32 { let s: f32 = c; s += a * b; return s; }`).f;
    expect(sum?.(E, E, -1)).toBe(2 ** -11 + 2 ** -24);
    const difference = exact(`export function f(${ABC}): f32 { let s: f32 = c; s -= a * b; return s; }`).f;
    expect(difference?.(E, E, 1)).toBe(-(2 ** -11 + 2 ** -24));
    const held = exact(`export function f(${ABC}): f32 { const p = a * b; return p + c; }`).f;
    expect(held?.(E, E, -1)).toBe(2 ** -11);
  });

  test('NaN, zeros, infinities', () => {
    expect(f('a: f32, b: f32', 'boolean', 'a === b')(NaN, NaN)).toBe(false);
    expect(f('a: f32, b: f32', 'boolean', 'a !== b')(NaN, NaN)).toBe(true);
    expect(f('a: f32, b: f32', 'boolean', 'a >= b')(NaN, 0)).toBe(false);
    expect(f('a: f32, b: f32', 'boolean', 'a === b')(-0, 0)).toBe(true);
    expect(f('a: f32, b: f32', 'f32', 'Math.max(a, b)')(NaN, 1)).toBeNaN();
    expect(f('a: f32, b: f32', 'f32', 'Math.min(a, b)')(0, -0)).toBe(-0);
    const store = exact('export function f(x: Float32Array, a: f32): void { x[0] = a - a; }').f;
    const x = new Float32Array(1);
    store?.(x, Infinity);
    expect(new Uint32Array(x.buffer)[0]).toBe(0x7fc00000);
  });
});

describe('integers', () => {
  test('wrap modulo 2^32, products beyond 2^53 too', () => {
    expect(f('a: i32, b: i32', 'i32', 'a + b')(2 ** 31 - 1, 1)).toBe(-(2 ** 31));
    expect(f('a: i32, b: i32', 'i32', 'a * b')(94906267, 94906267)).toBe(Math.imul(94906267, 94906267));
    expect(f('a: u32, b: u32', 'u32', 'a * b')(0xffffffff, 0xffffffff)).toBe(1);
    expect(f('a: u32, b: u32', 'u32', 'a - b')(0, 1)).toBe(0xffffffff);
    expect(f('a: i32', 'i32', '-a')(-(2 ** 31))).toBe(-(2 ** 31));
    expect(f('a: i32', 'i32', 'Math.abs(a)')(-(2 ** 31))).toBe(-(2 ** 31));
  });

  test('compare by signedness, shift by five bits', () => {
    expect(f('a: u32, b: u32', 'boolean', 'a > b')(0xffffffff, 1)).toBe(true);
    expect(f('a: i32, b: i32', 'i32', 'a >> b')(-8, 33)).toBe(-4);
    expect(f('a: i32, b: i32', 'u32', 'a >>> b')(-8, 33)).toBe(0x7ffffffc);
    expect(f('a: u32, b: i32', 'i32', 'a << b')(3, 31)).toBe(-(2 ** 31));
  });

  test('divide', () => {
    const quotient = f('a: i32, b: i32', 'i32', '(a / b) | 0');
    expect(quotient(-7, 2)).toBe(-3);
    expect(quotient(-(2 ** 31), -1)).toBe(-(2 ** 31));
    expect(quotient(5, 0)).toBe(0);
    expect(f('a: i32, b: i32', 'i32', '~~(a / b)')(0, 0)).toBe(0);
    expect(f('a: u32, b: u32', 'u32', '(a / b) >>> 0')(0xffffffff, 2)).toBe(0x7fffffff);
    const whole = f('a: i32, b: i32', 'i32', 'Math.trunc(a / b)');
    expect(whole(7, -2)).toBe(-3);
    expect(() => whole(7, 0)).toThrow(new RangeError('division by zero'));
    const rest = f('a: i32, b: i32', 'i32', 'a % b');
    expect(rest(-7, 3)).toBe(-1);
    expect(rest(-6, 3)).toBe(0);
    expect(() => rest(1, 0)).toThrow(new RangeError('division by zero'));
    expect(f('a: i32, b: i32', 'f32', 'a / b')(1, 3)).toBe(Math.fround(1 / 3));
  });
});

describe('conversions', () => {
  test('f32 to integers: ToInt32 beyond 2^31, NaN, infinities', () => {
    const toInt = f('a: f32', 'i32', 'a | 0');
    expect([2 ** 31, 2 ** 32 + 512, -(2 ** 31) - 256, 2.9, -2.9, NaN, Infinity, 2 ** 60].map((v) => toInt(v))).toEqual([
      -(2 ** 31),
      512,
      2 ** 31 - 256,
      2,
      -2,
      0,
      0,
      0,
    ]);
    expect(f('a: f32', 'u32', 'a >>> 0')(-1)).toBe(0xffffffff);
  });

  test('integers to f32 round to even', () => {
    expect(f('a: i32', 'f32', 'a')(2 ** 24 + 1)).toBe(2 ** 24);
    expect(f('a: u32, b: f32', 'f32', 'a + b')(0xffffffff, 0)).toBe(2 ** 32);
    expect(f('a: f32', 'f32', 'a + 16777217')(0)).toBe(2 ** 24);
  });

  test('a literal that is no integer is rounded once', () => {
    expect(f('a: f32', 'f32', 'a + 0.1')(0)).toBe(Math.fround(0.1));
  });
});

describe('typed arrays', () => {
  test('stores keep the low bits; reads widen', () => {
    const g = exact(`export function f(x: Int8Array, y: Uint16Array, v: i32): i32 {
  x[0] = v;
  y[0] = v;
  return x[0] * 65536 + y[0];
}`).f;
    expect(g?.(new Int8Array(1), new Uint16Array(1), -129)).toBe(127 * 65536 + 65407);
  });

  test('an index outside of the array', () => {
    const g = f('x: Float32Array, i: i32', 'f32', 'x[i]');
    expect(() => g(new Float32Array(128), 130)).toThrow(new RangeError('x[i] with i=130, length 128'));
    expect(() => g(new Float32Array(128), -1)).toThrow(new RangeError('x[i] with i=-1, length 128'));
  });

  test('x[i] = v checks after v, x[i] += v before', () => {
    const assign = exact('export function f(x: Int32Array, y: Int32Array): void { x[9] = y[8]; }').f;
    expect(() => assign?.(new Int32Array(1), new Int32Array(1))).toThrow('y[8] with index 8');
    const update = exact('export function f(x: Int32Array, y: Int32Array): void { x[9] += y[8]; }').f;
    expect(() => update?.(new Int32Array(1), new Int32Array(1))).toThrow('x[9] with index 9');
  });
});
