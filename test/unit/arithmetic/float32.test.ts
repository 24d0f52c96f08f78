import { describe, expect, test } from 'vitest';
import * as float32 from '../../../boards/arithmetic/float32.ts';
import { EDGE_BITS, randomFloat, words } from './float32-pools.ts';
import {
  flushBits,
  referenceAdd,
  referenceDiv,
  referenceFma,
  referenceIntegral,
  referenceMul,
  referenceRem,
  referenceSqrt,
  referenceSub,
  referenceToInt32,
} from './rational-reference.ts';

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

type Operation = (...values: number[]) => number;

/** Calls `operation` on values and compares result bits; throws with the operands of the first difference. */
function compare(name: string, operands: readonly number[], operation: Operation, reference: Operation): void {
  const got = float32.bitsOf(operation(...operands.map(float32.fromBits))) >>> 0;
  const want = reference(...operands) >>> 0;
  if (got !== want) throw new Error(`${name}(${operands.map(hex).join(', ')}) is ${hex(got)}, should be ${hex(want)}`);
}

const BINARY: readonly (readonly [string, Operation, Operation])[] = [
  ['add', float32.add, (a: number, b: number) => referenceAdd(a, b)],
  ['sub', float32.sub, (a: number, b: number) => referenceSub(a, b)],
  ['mul', float32.mul, (a: number, b: number) => referenceMul(a, b)],
  ['div', float32.div, referenceDiv],
  ['rem', float32.rem, referenceRem],
  ['addTowardZero', float32.addTowardZero, (a: number, b: number) => referenceAdd(a, b, 'toward-zero')],
  ['subTowardZero', float32.subTowardZero, (a: number, b: number) => referenceSub(a, b, 'toward-zero')],
  ['mulTowardZero', float32.mulTowardZero, (a: number, b: number) => referenceMul(a, b, 'toward-zero')],
];

const UNARY: readonly (readonly [string, Operation, Operation])[] = [
  ['sqrt', float32.sqrt, referenceSqrt],
  ['floor', float32.floor, (a: number) => referenceIntegral(a, 'floor')],
  ['ceil', float32.ceil, (a: number) => referenceIntegral(a, 'ceil')],
  ['trunc', float32.trunc, (a: number) => referenceIntegral(a, 'trunc')],
  ['round', float32.round, (a: number) => referenceIntegral(a, 'round')],
];

const TERNARY: readonly (readonly [string, Operation, Operation])[] = [
  ['fma', float32.fma, (a: number, b: number, c: number) => referenceFma(a, b, c)],
  ['fmaTowardZero', float32.fmaTowardZero, (a: number, b: number, c: number) => referenceFma(a, b, c, 'toward-zero')],
];

describe('float32 against exact integer arithmetic', () => {
  test.each(BINARY)('%s: all pairs of edges and 50 000 random pairs', (name, operation, reference) => {
    for (const a of EDGE_BITS) for (const b of EDGE_BITS) compare(name, [a, b], operation, reference);
    const next = words(1);
    for (let i = 0; i < 50_000; i++) compare(name, [randomFloat(next), randomFloat(next)], operation, reference);
  });

  test.each(UNARY)('%s: all edges and 50 000 random operands', (name, operation, reference) => {
    for (const a of EDGE_BITS) compare(name, [a], operation, reference);
    const next = words(2);
    for (let i = 0; i < 50_000; i++) compare(name, [randomFloat(next)], operation, reference);
  });

  test.each(TERNARY)('%s: random triples', (name, operation, reference) => {
    const next = words(3);
    for (let i = 0; i < 150_000; i++) {
      compare(name, [randomFloat(next), randomFloat(next), randomFloat(next)], operation, reference);
    }
  });

  test.each(TERNARY)('%s: edges in every place', (name, operation, reference) => {
    const next = words(4);
    for (const a of EDGE_BITS) {
      for (const b of EDGE_BITS) {
        for (let i = 0; i < 8; i++) {
          compare(name, [a, b, EDGE_BITS[next() % EDGE_BITS.length] as number], operation, reference);
        }
        compare(name, [a, randomFloat(next), b], operation, reference);
        compare(name, [randomFloat(next), a, b], operation, reference);
      }
    }
  });

  test.each(TERNARY)('%s: the addend cancels the product or sits just off a tie', (name, operation, reference) => {
    const next = words(5);
    for (let i = 0; i < 60_000; i++) {
      const a = ((next() & 0x807fffff) | 0x3f800000) >>> 0;
      const b = ((next() & 0x807fff00) | 0x3f800000) >>> 0;
      // c near -(a*b): the low half of the product is what is left.
      const product = referenceMul(a, b);
      compare(name, [a, b, ((product ^ 0x80000000) + (next() % 5) - 2) >>> 0], operation, reference);
      // (1 + j 2^-12)(1 + k 2^-12): often halfway between two float32 values; c tips it by any amount.
      const x = (0x3f800000 | ((next() & 0xfff) << 11)) >>> 0;
      const y = (0x3f800000 | ((next() & 0xfff) << 11)) >>> 0;
      const tiny = ((next() & 0x80ffffff) | ((next() % 100) << 23)) >>> 0;
      compare(name, [x, y, tiny], operation, reference);
      compare(name, [x, y, flushBits(tiny & 0xff800000)], operation, reference);
    }
  });

  test('fma of (1 + 2^-12)^2 + 2^-80 is not what two roundings give', () => {
    const a = 1 + 2 ** -12;
    const c = 2 ** -80;
    expect(Math.fround(a * a + c)).toBe(1 + 2 ** -11);
    expect(float32.fma(a, a, c)).toBe(1 + 2 ** -11 + 2 ** -23);
    expect(float32.fma(a, a, -c)).toBe(1 + 2 ** -11);
    expect(float32.fma(-a, a, -c)).toBe(-(1 + 2 ** -11 + 2 ** -23));
    expect(float32.fmaTowardZero(a, a, c)).toBe(1 + 2 ** -11);
  });

  test('fma at the overflow threshold', () => {
    const largest = float32.LARGEST_FINITE;
    // 2^128 - 2^104 plus 2^103 is the halfway point to 2^128.
    expect(float32.fma(2 ** 52, 2 ** 51, largest)).toBe(Infinity);
    expect(float32.fma(2 ** 52, 2 ** 51 * (1 - 2 ** -24), largest)).toBe(largest);
    expect(float32.fma(-largest, 1, -(2 ** 103))).toBe(-Infinity);
    expect(float32.fmaTowardZero(2 ** 100, 2 ** 100, 1)).toBe(largest);
  });
});

describe('the rest of float32', () => {
  test('flush keeps the sign and 2^-126', () => {
    expect(float32.flush(2 ** -126)).toBe(2 ** -126);
    expect(float32.flush(-(2 ** -126))).toBe(-(2 ** -126));
    expect(float32.flush(2 ** -127)).toBe(0);
    expect(float32.flush(-(2 ** -149))).toBe(-0);
    expect(float32.flush(-0)).toBe(-0);
    expect(float32.flush(NaN)).toBeNaN();
  });

  test('neg, abs and sign flush', () => {
    expect(float32.neg(0)).toBe(-0);
    expect(float32.neg(-0)).toBe(0);
    expect(float32.neg(2 ** -140)).toBe(-0);
    expect(float32.neg(-(2 ** -140))).toBe(0);
    expect(float32.abs(-(2 ** -140))).toBe(0);
    expect(float32.abs(-3)).toBe(3);
    expect(float32.sign(2 ** -140)).toBe(0);
    expect(float32.sign(-(2 ** -140))).toBe(-0);
    expect(float32.sign(-Infinity)).toBe(-1);
    expect(float32.sign(NaN)).toBeNaN();
  });

  test('min and max keep subnormals, order zeros, and give NaN', () => {
    expect(float32.min(2 ** -140, 1)).toBe(2 ** -140);
    expect(float32.max(-(2 ** -140), -1)).toBe(-(2 ** -140));
    expect(float32.min(0, -0)).toBe(-0);
    expect(float32.max(-0, 0)).toBe(0);
    expect(float32.min(NaN, 1)).toBeNaN();
    expect(float32.max(1, NaN)).toBeNaN();
  });

  test('toInt32 wraps modulo 2^32', () => {
    for (const bits of EDGE_BITS) expect(float32.toInt32(float32.fromBits(bits))).toBe(referenceToInt32(bits));
    const next = words(6);
    for (let i = 0; i < 20_000; i++) {
      const bits = randomFloat(next);
      expect(float32.toInt32(float32.fromBits(bits))).toBe(referenceToInt32(bits));
      expect(float32.toUint32(float32.fromBits(bits))).toBe(referenceToInt32(bits) >>> 0);
    }
  });

  test('integers become float32 by one rounding to even', () => {
    expect(float32.fromInteger(2 ** 24 + 1)).toBe(2 ** 24);
    expect(float32.fromInteger(2 ** 24 + 3)).toBe(2 ** 24 + 4);
    expect(float32.fromInteger(2 ** 31 - 1)).toBe(2 ** 31);
    expect(float32.fromInteger(2 ** 32 - 1)).toBe(2 ** 32);
  });

  test('a NaN of the engine has canonical bits', () => {
    const zero = 0 * EDGE_BITS.length;
    expect(hex(float32.bitsOf(zero / zero))).toBe('7fc00000');
    expect(hex(float32.bitsOf(Infinity - Infinity))).toBe('7fc00000');
    expect(hex(float32.bitsOf(-NaN))).toBe('7fc00000');
  });
});
