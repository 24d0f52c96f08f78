import { describe, expect, test } from 'vitest';
import { bitsOf, fromBits } from '../../../boards/arithmetic/float32.ts';
import type { ArithmeticOperator, Expression, NumberKind } from '../../../compiler/kernel-tree/tree.ts';
import { EDGE_BITS, randomFloat, words } from '../arithmetic/float32-pools.ts';
import {
  isNaNBits,
  referenceAdd,
  referenceDiv,
  referenceFma,
  referenceIntegral,
  referenceMul,
  referenceRem,
  referenceSqrt,
  referenceSub,
  referenceToInt32,
} from '../arithmetic/rational-reference.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  binary,
  bool,
  call,
  compare,
  convert,
  divisionSite,
  element,
  elementTarget,
  evaluate,
  evaluateExpression,
  giveBack,
  indexSite,
  kernel,
  number,
  run,
  scalar,
  sequence,
  unary,
  use,
} from './tree-builder.ts';

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
const SIGN = 0x80000000;

const a = scalar('a', 'f32');
const b = scalar('b', 'f32');
const c = scalar('c', 'f32');
const [x, y, z] = [use(a), use(b), use(c)];

/** Evaluates `tree` of a, b, c on edges and random values, and compares with the reference on bits. */
function compareFloat(tree: Expression, reference: (a: number, b: number, c: number) => number): void {
  const f = evaluateExpression([a, b, c], tree);
  const check = (p: number, q: number, r: number): void => {
    const got = bitsOf(f(fromBits(p), fromBits(q), fromBits(r)) as number);
    const want = reference(p, q, r);
    const canonical = isNaNBits(want >>> 0) ? 0x7fc00000 : want;
    if (got >>> 0 !== canonical >>> 0) {
      throw new Error(`(${hex(p)}, ${hex(q)}, ${hex(r)}) gives ${hex(got)}, should give ${hex(want)}`);
    }
  };
  const next = words(11);
  for (const p of EDGE_BITS) {
    for (const q of EDGE_BITS) check(p, q, EDGE_BITS[next() % EDGE_BITS.length] as number);
  }
  for (let i = 0; i < 5_000; i++) check(randomFloat(next), randomFloat(next), randomFloat(next));
}

const fused = (form: 'add' | 'sub' | 'rsub', cFirst: boolean, p = x, q = y, r = z): Expression => ({
  op: 'fused',
  type: 'f32',
  form,
  a: p,
  b: q,
  c: r,
  cFirst,
  position: x.position,
});

describe('f32 operations give the reference bits', () => {
  test.each([
    ['a + b', binary('add', 'f32', x, y), (p: number, q: number) => referenceAdd(p, q)],
    ['a - b', binary('sub', 'f32', x, y), (p: number, q: number) => referenceSub(p, q)],
    ['a * b', binary('mul', 'f32', x, y), (p: number, q: number) => referenceMul(p, q)],
    ['a / b', binary('div', 'f32', x, y), referenceDiv],
    ['a % b', binary('rem', 'f32', x, y), referenceRem],
    ['sqrt(a)', unary('sqrt', 'f32', x), referenceSqrt],
    ['-a', unary('neg', 'f32', x), (p: number) => referenceSub(SIGN, p)],
    ['abs(a)', unary('abs', 'f32', x), (p: number) => referenceAdd(p & 0x7fffffff, 0)],
    ['floor(a)', unary('floor', 'f32', x), (p: number) => referenceIntegral(p, 'floor')],
    ['ceil(a)', unary('ceil', 'f32', x), (p: number) => referenceIntegral(p, 'ceil')],
    ['trunc(a)', unary('trunc', 'f32', x), (p: number) => referenceIntegral(p, 'trunc')],
    ['round(a)', unary('round', 'f32', x), (p: number) => referenceIntegral(p, 'round')],
    ['a * b + c', fused('add', false), (p: number, q: number, r: number) => referenceFma(p, q, r)],
    ['c + a * b', fused('add', true), (p: number, q: number, r: number) => referenceFma(p, q, r)],
    ['c - a * b', fused('sub', true), (p: number, q: number, r: number) => referenceFma((p ^ SIGN) >>> 0, q, r)],
    ['a * b - c', fused('rsub', false), (p: number, q: number, r: number) => referenceFma(p, q, (r ^ SIGN) >>> 0)],
  ] as [string, Expression, (p: number, q: number, r: number) => number][])('%s', (_, tree, reference) => {
    compareFloat(tree, reference);
  });

  test('results of operations need no flush as operands: (a + b) * (a - c)', () => {
    const tree = binary('mul', 'f32', binary('add', 'f32', x, y), binary('sub', 'f32', x, z));
    compareFloat(tree, (p, q, r) => referenceMul(referenceAdd(p, q), referenceSub(p, r)));
  });

  test('a subnormal that only passes through is kept: max(a, min(b, c)) and a conditional', () => {
    const f = evaluateExpression([a, b, c], binary('max', 'f32', x, binary('min', 'f32', y, z)));
    expect(f(-1, 2 ** -140, 1)).toBe(2 ** -140);
    expect(f(NaN, 1, 2)).toBeNaN();
    expect(f(-0, 0, 5)).toBe(0);
    const g = evaluateExpression([a, b], {
      op: 'conditional',
      type: 'f32',
      condition: compare('lt', 'f32', x, y),
      whenTrue: x,
      whenFalse: y,
      position: x.position,
    });
    expect(g(2 ** -149, 2 ** -148)).toBe(2 ** -149);
    // ... and is flushed when it is then used.
    const h = evaluateExpression([a, b], binary('mul', 'f32', binary('min', 'f32', x, y), number('f32', 2 ** 100)));
    expect(h(2 ** -140, 1)).toBe(0);
  });

  test('f32 comparisons: NaN, zeros, subnormals as they are', () => {
    const at = (op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', p: number, q: number): unknown =>
      evaluateExpression([a, b], compare(op, 'f32', x, y))(p, q);
    expect([at('eq', NaN, NaN), at('ne', NaN, NaN), at('lt', NaN, 1), at('ge', NaN, 1)]).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect([at('eq', -0, 0), at('lt', -0, 0), at('le', 0, -0)]).toEqual([true, false, true]);
    expect([at('gt', 2 ** -149, 0), at('lt', 2 ** -149, 2 ** -148)]).toEqual([true, true]);
  });

  test('a parameter is rounded to f32 where ordinary code calls', () => {
    expect(evaluateExpression([a], x)(0.1)).toBe(Math.fround(0.1));
    expect(evaluateExpression([a], x)(1e-45)).toBe(2 ** -149);
  });
});

const wrap = (kind: NumberKind, n: bigint): number =>
  Number(kind === 'u32' ? BigInt.asUintN(32, n) : BigInt.asIntN(32, n));

/** The integer operators by BigInt. */
const INTEGER: Partial<Record<ArithmeticOperator, (p: bigint, q: bigint) => bigint>> = {
  add: (p, q) => p + q,
  sub: (p, q) => p - q,
  mul: (p, q) => p * q,
  div: (p, q) => (q === 0n ? 0n : p / q),
  rem: (p, q) => p % q,
  min: (p, q) => (p < q ? p : q),
  max: (p, q) => (p > q ? p : q),
  and: (p, q) => p & q,
  or: (p, q) => p | q,
  xor: (p, q) => p ^ q,
  shl: (p, q) => p << (q & 31n),
  shr: (p, q) => p >> (q & 31n),
};

const INTEGER_EDGES = [
  0,
  1,
  2,
  3,
  7,
  31,
  32,
  33,
  0xff,
  0xffff,
  0x10000,
  0x7fffffff,
  0x80000000,
  0x80000001,
  0xfffffffe,
  0xffffffff,
  94906267, // its square is above 2^53
];

describe('integer operations', () => {
  for (const kind of ['i32', 'u32'] as const) {
    const i = scalar('i', kind);
    const j = scalar('j', kind);
    test.each(Object.keys(INTEGER) as ArithmeticOperator[])(`${kind} %s`, (operator) => {
      const tree = binary(operator, kind, use(i), use(j), operator === 'rem' ? divisionSite : 'zero');
      const f = evaluateExpression([i, j], tree);
      const reference = INTEGER[operator] as (p: bigint, q: bigint) => bigint;
      const next = words(21);
      const random = Array.from({ length: 60 }, next);
      for (const p of [...INTEGER_EDGES, ...random].map((n) => wrap(kind, BigInt(n)))) {
        for (const q of [...INTEGER_EDGES, ...random].map((n) => wrap(kind, BigInt(n)))) {
          if (operator === 'rem' && q === 0) continue;
          const want = wrap(kind, reference(BigInt(p), BigInt(q)));
          if (!Object.is(f(p, q), want)) throw new Error(`${p} ${operator} ${q} gives ${f(p, q)}, should give ${want}`);
        }
      }
    });
  }

  test('unary: neg, not, abs, clz, sign', () => {
    const i = scalar('i', 'i32');
    const u = scalar('u', 'u32');
    const least = -(2 ** 31);
    expect(evaluateExpression([i], unary('neg', 'i32', use(i)))(least)).toBe(least);
    expect(evaluateExpression([i], unary('neg', 'i32', use(i)))(0)).toBe(0);
    expect(evaluateExpression([u], unary('neg', 'u32', use(u)))(1)).toBe(0xffffffff);
    expect(evaluateExpression([i], unary('not', 'i32', use(i)))(5)).toBe(-6);
    expect(evaluateExpression([u], unary('not', 'u32', use(u)))(5)).toBe(0xfffffffa);
    expect(evaluateExpression([i], unary('abs', 'i32', use(i)))(least)).toBe(least);
    expect(evaluateExpression([i], unary('abs', 'i32', use(i)))(-7)).toBe(7);
    expect(evaluateExpression([i], unary('clz', 'i32', use(i)))(1)).toBe(31);
    expect(evaluateExpression([i], unary('sign', 'i32', use(i)))(-9)).toBe(-1);
  });

  test('division and remainder by zero throw where the site says so', () => {
    const i = scalar('i', 'i32');
    const j = scalar('j', 'i32');
    for (const operator of ['div', 'rem'] as const) {
      const f = evaluateExpression([i, j], binary(operator, 'i32', use(i), use(j), divisionSite));
      expect(() => f(1, 0)).toThrow(new RangeError('division by zero'));
      expect(f(-7, 2)).toBe(operator === 'div' ? -3 : -1);
    }
  });
});

describe('conversions', () => {
  test('f32 to integers on all edges', () => {
    const toInt = evaluateExpression([a], convert('f32-to-i32', 'i32', x));
    const toUnsigned = evaluateExpression([a], convert('f32-to-u32', 'u32', x));
    for (const bits of EDGE_BITS) {
      expect(toInt(fromBits(bits))).toBe(referenceToInt32(bits));
      expect(toUnsigned(fromBits(bits))).toBe(referenceToInt32(bits) >>> 0);
    }
  });

  test('integers to f32 round to even; bits and back', () => {
    const i = scalar('i', 'i32');
    const u = scalar('u', 'u32');
    expect(evaluateExpression([i], convert('i32-to-f32', 'f32', use(i)))(2 ** 24 + 1)).toBe(2 ** 24);
    expect(evaluateExpression([u], convert('u32-to-f32', 'f32', use(u)))(0xffffffff)).toBe(2 ** 32);
    expect(evaluateExpression([a], convert('bits-of-f32', 'i32', x))(-1)).toBe(0xbf800000 | 0);
    expect(evaluateExpression([a], convert('bits-of-f32', 'i32', x))(NaN)).toBe(0x7fc00000);
    expect(evaluateExpression([i], convert('f32-of-bits', 'f32', use(i)))(1)).toBe(2 ** -149);
  });

  test('words to words, bools, narrowing', () => {
    const i = scalar('i', 'i32');
    const u = scalar('u', 'u32');
    const flag = scalar('flag', 'bool');
    expect(evaluateExpression([i], convert('i32-to-u32', 'u32', use(i)))(-1)).toBe(0xffffffff);
    expect(evaluateExpression([u], convert('u32-to-i32', 'i32', use(u)))(0xffffffff)).toBe(-1);
    expect(evaluateExpression([flag], convert('bool-to-i32', 'i32', use(flag)))(true)).toBe(1);
    expect(evaluateExpression([a], convert('to-bool', 'bool', x))(NaN)).toBe(false);
    expect(evaluateExpression([a], convert('to-bool', 'bool', x))(2 ** -149)).toBe(true);
    expect(evaluateExpression([i], convert('sign-extend-8', 'i32', use(i)))(0x180)).toBe(-128);
    expect(evaluateExpression([i], convert('sign-extend-16', 'i32', use(i)))(0x18000)).toBe(-32768);
    expect(evaluateExpression([i], convert('zero-extend-8', 'i32', use(i)))(-1)).toBe(255);
    expect(evaluateExpression([i], convert('zero-extend-16', 'i32', use(i)))(-1)).toBe(65535);
  });
});

describe('typed arrays', () => {
  const xs = arrayLocal('x', 'f32');
  const is = arrayLocal('n', 'i8');
  const i = scalar('i', 'i32');

  test('reads check the index, negative ones too', () => {
    const f = evaluateExpression([xs, i], element(arrayOf(xs), 'f32', use(i), indexSite('x[i]')));
    const data = Float32Array.of(1, 2, 3);
    expect(f(data, 2)).toBe(3);
    expect(() => f(data, 3)).toThrow(new RangeError('x[i] with i=3, length 3'));
    expect(() => f(data, -1)).toThrow(new RangeError('x[i] with i=-1, length 3'));
  });

  test('a store wraps into narrow elements and yields the whole value', () => {
    const f = evaluateExpression(
      [is, i],
      assign(elementTarget(arrayOf(is), number('i32', 0), indexSite('n[0]')), 'i32', use(i)),
    );
    const data = new Int8Array(1);
    expect(f(data, 300)).toBe(300);
    expect(data[0]).toBe(44);
    expect(() => f(new Int8Array(0), 1)).toThrow(new RangeError('n[0] with index 0, length 0'));
  });

  test('a stored NaN is canonical, also in optimised code', () => {
    const target = elementTarget(arrayOf(xs), number('i32', 0), indexSite('x[0]'));
    const f = evaluateExpression([xs, a, b], assign(target, 'f32', binary('sub', 'f32', x, y)));
    const data = new Float32Array(1);
    for (let n = 0; n < 20_000; n++) f(data, n, 1);
    f(data, Infinity, Infinity);
    expect(hex(new Uint32Array(data.buffer)[0] as number)).toBe('7fc00000');
  });

  test('the order of a store is array, index, value, check', () => {
    const log = arrayLocal('log', 'i32');
    const place = scalar('place', 'i32');
    const value = scalar('value', 'i32');
    const note = kernel('note', [log, place, value], 'i32', [
      run(assign(elementTarget(arrayOf(log), use(place), null), 'i32', use(value))),
      giveBack(use(value)),
    ]);
    const store = assign(
      elementTarget(arrayOf(xs), call(note, arrayOf(log), number('i32', 0), number('i32', 9)), indexSite('x[f()]')),
      'f32',
      convert('i32-to-f32', 'f32', call(note, arrayOf(log), number('i32', 1), number('i32', 5))),
    );
    const { f } = evaluate([note, kernel('f', [xs, log], 'void', [run(store)])]);
    const seen = new Int32Array(2);
    expect(() => f?.(new Float32Array(3), seen)).toThrow(new RangeError('x[f()] with index 9, length 3'));
    expect([...seen]).toEqual([9, 5]);
  });

  test('the index of a store is fixed before the value changes its variable', () => {
    const value = sequence(
      assign({ op: 'local', local: i }, 'i32', number('i32', 2)),
      element(arrayOf(xs), 'f32', number('i32', 0), indexSite('x[0]')),
    );
    const f = evaluateExpression([xs, i], assign(elementTarget(arrayOf(xs), use(i), indexSite('x[i]')), 'f32', value));
    const data = Float32Array.of(7, 0, 0);
    f(data, 1);
    expect([...data]).toEqual([7, 7, 0]);
  });

  test('a failing value is reported before a failing store', () => {
    const value = element(arrayOf(xs), 'f32', number('i32', 50), indexSite('x[50]'));
    const f = evaluateExpression([xs, i], assign(elementTarget(arrayOf(xs), use(i), indexSite('x[i]')), 'f32', value));
    expect(() => f(new Float32Array(1), 9)).toThrow('x[50] with index 50, length 1');
  });

  test('an update evaluates its target once and checks before it reads', () => {
    const current = scalar('current', 'f32');
    const counter = scalar('counter', 'i32');
    const once = sequence(
      assign({ op: 'local', local: counter }, 'i32', binary('add', 'i32', use(counter), number('i32', 1))),
    );
    const update = (yields: 'old' | 'new'): Expression => ({
      op: 'update',
      type: 'f32',
      target: elementTarget(arrayOf(xs), once, indexSite('x[i]')),
      current,
      value: binary('mul', 'f32', use(current), number('f32', 10)),
      yields,
      position: x.position,
    });
    const data = Float32Array.of(1, 2, 3);
    expect(evaluateExpression([xs, counter], update('old'))(data, 0)).toBe(2);
    expect(evaluateExpression([xs, counter], update('new'))(data, 0)).toBe(200);
    expect([...data]).toEqual([1, 200, 3]);
    expect(() => evaluateExpression([xs, counter], update('new'))(data, 5)).toThrow('x[i] with i=6, length 3');
  });

  test('a conditional array is chosen once', () => {
    const ys = arrayLocal('y', 'f32');
    const flag = scalar('flag', 'bool');
    const chosen = {
      op: 'conditional-array',
      condition: use(flag),
      whenTrue: arrayOf(xs),
      whenFalse: arrayOf(ys),
    } as const;
    const f = evaluateExpression([xs, ys, flag, i], element(chosen, 'f32', use(i), indexSite('(c ? x : y)[i]')));
    expect(f(Float32Array.of(1), Float32Array.of(2, 3), false, 1)).toBe(3);
    expect(() => f(Float32Array.of(1), Float32Array.of(2, 3), true, 1)).toThrow(RangeError);
  });

  test('logic is short circuit', () => {
    const flag = scalar('flag', 'bool');
    const bad = compare('eq', 'f32', element(arrayOf(xs), 'f32', number('i32', 4), indexSite('x[4]')), x);
    const tree: Expression = { op: 'and', type: 'bool', left: use(flag), right: bad, position: x.position };
    const f = evaluateExpression([xs, a, flag], tree);
    expect(f(new Float32Array(1), 0, false)).toBe(false);
    expect(() => f(new Float32Array(1), 0, true)).toThrow(RangeError);
    expect(
      evaluateExpression([flag], { op: 'or', type: 'bool', left: use(flag), right: bool(true), position: x.position })(
        false,
      ),
    ).toBe(true);
  });
});
