/**
 * f32 operations that no FPU instruction does as docs/numbers.md says, as integer operations on the bits. They rely on
 * one fact: the only NaN that exists is 0x7fc00000, a positive word above that of infinity.
 */
import type { ComparisonOperator } from '../kernel-tree/tree.ts';
import type { FunctionBuilder, Test } from './function-builder.ts';
import type { Condition, Value } from './graph.ts';
import { negated } from './word-arithmetic.ts';

const INFINITY_BITS = 0x7f800000;
const NAN_BITS = 0x7fc00000;
const SIGN_BIT = -0x80000000;
const SMALLEST_NORMAL_BITS = 0x00800000;

const MIRRORED = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' } as const;

/** The bits of an f32 as a word. */
export function bitsOfValue(builder: FunctionBuilder, value: Value): Value {
  const bits = builder.constantOf(value);
  return bits === null ? builder.unary('bits', value) : builder.constant(bits);
}

/** A test that holds if the comparison of two f32 does. */
export function compareFloats(builder: FunctionBuilder, operator: ComparisonOperator, left: Value, right: Value): Test {
  const rightBits = builder.constantOf(right);
  if (rightBits !== null) return compareWithConstant(builder, operator, left, rightBits);
  const leftBits = builder.constantOf(left);
  if (leftBits !== null) return compareWithConstant(builder, MIRRORED[operator], right, leftBits);
  switch (operator) {
    case 'gt':
      return compareFloats(builder, 'lt', right, left);
    case 'ge':
      return compareFloats(builder, 'le', right, left);
    case 'lt':
    case 'le':
    case 'eq':
    case 'ne': {
      // A NaN on the left has a key above all numbers; on the right it is replaced by a word below every key, and
      // equal to none. So one comparison of words is false (`ne`: true) for both.
      const a = orderedKey(builder, left);
      const b = orderedKey(builder, right);
      const bits = bitsOfValue(builder, right);
      const isNotNumber: Test = { condition: 'gt-signed', left: bits, right: builder.constant(INFINITY_BITS) };
      const key = builder.select(isNotNumber, builder.constant(SIGN_BIT), b);
      const condition = operator === 'lt' ? 'lt-signed' : operator === 'le' ? 'le-signed' : operator;
      return { condition, left: a, right: key };
    }
  }
}

/** A word that orders as the floats do, as a signed integer; zeros are equal, a NaN is largest. Never -2^31. */
function orderedKey(builder: FunctionBuilder, value: Value): Value {
  const bits = bitsOfValue(builder, value);
  const mirrored = builder.binary('sub', builder.constant(SIGN_BIT), bits);
  return builder.select({ condition: 'lt-signed', left: bits, right: builder.constant(0) }, mirrored, bits);
}

function compareWithConstant(builder: FunctionBuilder, operator: ComparisonOperator, value: Value, bits: number): Test {
  const word = bitsOfValue(builder, value);
  const test = (condition: Condition, left: Value, right: number): Test => ({
    condition,
    left,
    right: builder.constant(right),
  });
  if (bits > INFINITY_BITS || bits >>> 0 > 0xff800000) {
    // Against NaN: always false, but `ne` true.
    return test(operator === 'ne' ? 'eq' : 'ne', builder.constant(0), 0);
  }
  const isZero = bits === 0 || bits === SIGN_BIT;
  const isNegative = bits < 0 && !isZero;
  switch (operator) {
    case 'eq':
    case 'ne':
      return isZero ? test(operator, builder.binary('shl', word, builder.constant(1)), 0) : test(operator, word, bits);
    case 'lt':
      // Negative floats as unsigned words are above all others and ordered the other way round.
      if (isZero) return test('gt-unsigned', word, SIGN_BIT);
      return isNegative ? test('gt-unsigned', word, bits) : test('lt-signed', word, bits);
    case 'le':
      if (isZero) return test('le-signed', word, 0);
      return isNegative ? test('ge-unsigned', word, bits) : test('le-signed', word, bits);
    case 'gt':
    case 'ge': {
      const lowest = operator === 'gt' ? bits + 1 : bits;
      if (isZero && operator === 'gt') return test('lt-unsigned', offset(builder, word, -1), INFINITY_BITS);
      if (!isZero && !isNegative) {
        if (lowest > INFINITY_BITS) return test('ne', builder.constant(0), 0);
        return test('le-unsigned', offset(builder, word, -lowest), INFINITY_BITS - lowest);
      }
      // Zero or negative: everything but NaN that is not below. The NaN becomes the word after the lowest float.
      const isNotNumber: Test = { condition: 'gt-signed', left: word, right: builder.constant(INFINITY_BITS) };
      const key = builder.select(isNotNumber, builder.constant(-1), word);
      if (isZero) return test('le-unsigned', key, SIGN_BIT);
      return test(operator === 'gt' ? 'lt-unsigned' : 'le-unsigned', key, bits);
    }
  }
}

function offset(builder: FunctionBuilder, word: Value, by: number): Value {
  return by === 0 ? word : builder.binary('add', word, builder.constant(by));
}

/** `x != 0`, false for NaN too. */
export function floatIsTrue(builder: FunctionBuilder, value: Value): Test {
  const shifted = builder.binary('shl', bitsOfValue(builder, value), builder.constant(1));
  return {
    condition: 'lt-unsigned',
    left: builder.binary('sub', shifted, builder.constant(1)),
    right: builder.constant(INFINITY_BITS << 1),
  };
}

/**
 * Math.min and Math.max. The keys order -0 below +0; for `max` a NaN has the largest. For `min` the order is turned
 * round by a constant, modulo 2^32, so that NaN comes first.
 */
export function floatExtremum(builder: FunctionBuilder, operator: 'min' | 'max', left: Value, right: Value): Value {
  const key = (value: Value): Value => {
    const bits = bitsOfValue(builder, value);
    const sign = builder.binary('shr-signed', bits, builder.constant(31));
    const ordered = builder.binary('xor', bits, builder.binary('shr-unsigned', sign, builder.constant(1)));
    return operator === 'max' ? ordered : builder.binary('sub', ordered, builder.constant(INFINITY_BITS + 1));
  };
  const test: Test = {
    condition: operator === 'max' ? 'gt-signed' : 'lt-unsigned',
    left: key(left),
    right: key(right),
  };
  return builder.select(test, left, right);
}

/** Math.sign: -1, -0, 0, 1 or NaN; subnormals count as zero. */
export function floatSign(builder: FunctionBuilder, value: Value): Value {
  const bits = bitsOfValue(builder, value);
  const sign = builder.binary('and', bits, builder.constant(SIGN_BIT));
  const magnitude = builder.binary('xor', bits, sign);
  const one = builder.binary('or', sign, builder.constant(0x3f800000));
  const small: Test = { condition: 'lt-signed', left: magnitude, right: builder.constant(SMALLEST_NORMAL_BITS) };
  const notNaN = builder.select(small, sign, one);
  const isNotNumber: Test = { condition: 'gt-signed', left: magnitude, right: builder.constant(INFINITY_BITS) };
  return builder.unary('unbits', builder.select(isNotNumber, builder.constant(NAN_BITS), notNaN));
}

/** u32 to f32, nearest even. The upper half goes through x / 2 with the lost bit kept sticky. */
export function floatOfUnsigned(builder: FunctionBuilder, value: Value): Value {
  const half = builder.binary(
    'or',
    builder.binary('shr-unsigned', value, builder.constant(1)),
    builder.binary('and', value, builder.constant(1)),
  );
  const halfFloat = builder.unary('float', half);
  const doubled = builder.binary('fadd', halfFloat, halfFloat);
  const test: Test = { condition: 'lt-signed', left: value, right: builder.constant(0) };
  return builder.select(test, doubled, builder.unary('float', value));
}

/** Math.clz32. The float of a word without the bit below its top bit has an exponent that says where the top bit is. */
export function countLeadingZeros(builder: FunctionBuilder, value: Value): Value {
  const below = builder.binary('shr-unsigned', value, builder.constant(1));
  const thinned = builder.binary('and', value, builder.binary('xor', below, builder.constant(-1)));
  const bits = builder.unary('bits', builder.unary('float', thinned));
  const exponent = builder.binary('shr-unsigned', bits, builder.constant(23));
  const count = builder.binary('sub', builder.constant(158), exponent);
  const zero = builder.constant(0);
  const notZero = builder.select({ condition: 'eq', left: value, right: zero }, builder.constant(32), count);
  return builder.select({ condition: 'lt-signed', left: value, right: zero }, zero, notZero);
}

/** The float of a word; whatever NaN it is becomes 0x7fc00000. */
export function canonicalFloat(builder: FunctionBuilder, word: Value): Value {
  const magnitude = builder.binary('and', word, builder.constant(0x7fffffff));
  const isNotNumber: Test = { condition: 'gt-signed', left: magnitude, right: builder.constant(INFINITY_BITS) };
  return builder.unary('unbits', builder.select(isNotNumber, builder.constant(NAN_BITS), word));
}

/** The opposite of a test. */
export function opposite({ condition, left, right }: Test): Test {
  return { condition: negated(condition), left, right };
}
