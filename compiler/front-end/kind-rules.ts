import ts from 'typescript';
import {
  BOOL,
  BOTTOM,
  F32,
  I32,
  I32_HIGH,
  I32_LOW,
  type IntegerType,
  integer,
  isNumber,
  OTHER,
  operationKind,
  U32,
  U32_HIGH,
  type ValueType,
} from './number-kinds.ts';

/** The rules of docs/numbers.md for the kind of a result, with ranges. Refusals are made when trees are built. */

/** Type of `left operator right` for operators that are not assignments and not logical. */
export function binaryType(operator: ts.SyntaxKind, left: ValueType, right: ValueType): ValueType {
  if (left.tag === 'bottom' || right.tag === 'bottom') return BOTTOM;
  switch (operator) {
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return BOOL;
  }
  if (!isNumber(left) || !isNumber(right)) return OTHER;
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.MinusToken:
    case ts.SyntaxKind.AsteriskToken:
      return arithmeticType(operator, left, right);
    case ts.SyntaxKind.SlashToken:
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return F32;
    case ts.SyntaxKind.PercentToken:
      return remainderType(left, right);
    case ts.SyntaxKind.AmpersandToken:
      return andType(asI32(left), asI32(right));
    case ts.SyntaxKind.BarToken:
    case ts.SyntaxKind.CaretToken:
      return orType(operator, asI32(left), asI32(right));
    case ts.SyntaxKind.LessThanLessThanToken:
      return shiftLeftType(asI32(left), shiftCount(right));
    case ts.SyntaxKind.GreaterThanGreaterThanToken: {
      const { low, high } = asI32(left);
      const count = shiftCount(right);
      if (count !== null) return integer('i32', low >> count, high >> count);
      return integer('i32', Math.min(low, 0), Math.max(high, 0));
    }
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken: {
      const { low, high } = asU32(left);
      const count = shiftCount(right);
      return count === null ? integer('u32', 0, high) : integer('u32', low >>> count, high >>> count);
    }
    default:
      return OTHER;
  }
}

function arithmeticType(operator: ts.SyntaxKind, left: ValueType, right: ValueType): ValueType {
  if (left.tag !== 'int' || right.tag !== 'int') return F32;
  if (operator === ts.SyntaxKind.PlusToken) return inKind(left, right, left.low + right.low, left.high + right.high);
  if (operator === ts.SyntaxKind.MinusToken) return inKind(left, right, left.low - right.high, left.high - right.low);
  const corners = [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high];
  return inKind(left, right, Math.min(...corners), Math.max(...corners));
}

/** Result of an integer operation: wraps, so a range that leaves the kind is the whole kind. */
function inKind(left: IntegerType, right: IntegerType, low: number, high: number): IntegerType {
  const kind = operationKind(left, right);
  const domain = kind === 'u32' ? U32 : I32;
  const sign = left.sign === 'flex' && right.sign === 'flex' ? 'flex' : domain.sign;
  return low < domain.low || high > domain.high
    ? { ...domain, sign }
    : integer(sign, low === 0 ? 0 : low, high === 0 ? 0 : high);
}

function remainderType(left: ValueType, right: ValueType): ValueType {
  if (left.tag !== 'int' || right.tag !== 'int') return F32;
  const below = Math.max(Math.abs(right.low), Math.abs(right.high)) - 1;
  const low = left.low < 0 ? Math.max(left.low, -below) : 0;
  return inKind(left, right, Math.min(0, low), Math.max(0, Math.min(left.high, below)));
}

/** Type of the truncated quotient of two integers. */
export function quotientType(left: ValueType, right: ValueType): ValueType {
  if (left.tag !== 'int' || right.tag !== 'int') return OTHER;
  if (left.low >= 0 && right.low >= 0) return inKind(left, right, 0, left.high);
  return inKind(left, right, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}

/** What JavaScript's ToInt32 makes of a value. */
export function asI32(type: ValueType): IntegerType {
  if (type.tag !== 'int' || type.low < I32_LOW || type.high > I32_HIGH) return I32;
  return integer('i32', type.low, type.high);
}

/** What JavaScript's ToUint32 makes of a value. */
export function asU32(type: ValueType): IntegerType {
  if (type.tag !== 'int' || type.low < 0 || type.high > U32_HIGH) return U32;
  return integer('u32', type.low, type.high);
}

function shiftCount(type: ValueType): number | null {
  return type.tag === 'int' && type.low === type.high ? type.low & 31 : null;
}

function andType(left: IntegerType, right: IntegerType): IntegerType {
  if (left.low >= 0) return integer('i32', 0, right.low >= 0 ? Math.min(left.high, right.high) : left.high);
  return right.low >= 0 ? integer('i32', 0, right.high) : I32;
}

function orType(operator: ts.SyntaxKind, left: IntegerType, right: IntegerType): IntegerType {
  // `x | 0` is how a value becomes an i32: its range stays.
  if (right.low === 0 && right.high === 0) return left;
  if (left.low < 0 || right.low < 0) return I32;
  const ones = 2 ** (32 - Math.clz32(Math.max(left.high, right.high))) - 1;
  return integer('i32', operator === ts.SyntaxKind.BarToken ? Math.max(left.low, right.low) : 0, ones);
}

function shiftLeftType(left: IntegerType, count: number | null): IntegerType {
  if (count === null || left.low < 0 || left.high * 2 ** count > I32_HIGH) return I32;
  return integer('i32', left.low * 2 ** count, left.high * 2 ** count);
}

/** Type of `-x`. */
export function negatedType(type: ValueType): ValueType {
  if (type.tag === 'bottom' || type.tag === 'f32') return type;
  return type.tag === 'int' ? arithmeticType(ts.SyntaxKind.MinusToken, integer('flex', 0, 0), type) : OTHER;
}

/** Type of `~x`. */
export function complementType(type: ValueType): ValueType {
  if (type.tag === 'bottom') return type;
  if (!isNumber(type)) return OTHER;
  const { low, high } = asI32(type);
  return integer('i32', ~high, ~low);
}

/** Type of `Math.<name>(…)`; undefined if kernels have no such function. */
export function mathType(name: string, values: readonly ValueType[]): ValueType | undefined {
  if (values.some((type) => type.tag === 'bottom')) return BOTTOM;
  const [first] = values;
  if (first === undefined) return OTHER;
  switch (name) {
    case 'sqrt':
    case 'fround':
      return F32;
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'round':
      return first;
    case 'imul':
      return I32;
    case 'clz32':
      return integer('i32', 0, 32);
    case 'abs':
      return absoluteType(first);
    case 'sign':
      return first.tag === 'int' ? integer('i32', first.low < 0 ? -1 : 0, first.high > 0 ? 1 : 0) : first;
    case 'min':
    case 'max':
      return values.slice(1).reduce((a, b) => extremeType(name, a, b), first);
    default:
      return undefined;
  }
}

function absoluteType(type: ValueType): ValueType {
  if (type.tag !== 'int') return type;
  const { low, high, sign } = type;
  if (low >= 0) return type;
  if (low === I32_LOW) return { ...I32, sign };
  return integer(sign, high < 0 ? -high : 0, Math.max(-low, high));
}

function extremeType(name: 'min' | 'max', a: ValueType, b: ValueType): ValueType {
  if (a.tag !== 'int' || b.tag !== 'int') return isNumber(a) && isNumber(b) ? F32 : OTHER;
  return inKind(a, b, Math[name](a.low, b.low), Math[name](a.high, b.high));
}
