import type { ElementKind, NumberKind, ScalarType } from '../kernel-tree/tree.ts';
import type { Closure } from './function-instances.ts';
import type { RecordShape } from './record-shapes.ts';

/**
 * What is known of a value while kinds are inferred. The order is bottom below integers below f32; booleans, arrays
 * and what has no value stand beside them.
 */
export type ValueType =
  /** Nothing has flowed here yet. */
  | { readonly tag: 'bottom' }
  | IntegerType
  | { readonly tag: 'f32' }
  | { readonly tag: 'bool' }
  | { readonly tag: 'void' }
  | ArrayType
  /** A record of this shape, or null where its type says so. */
  | { readonly tag: 'record'; readonly shape: RecordShape }
  /** `null` or `undefined` where nothing says of what. */
  | { readonly tag: 'null' }
  /** A number, boolean or string, or nothing where its type says so: `p?.x`. */
  | { readonly tag: 'maybe'; readonly of: WordType }
  /** A string of which all possible values are known; held as a number that stands for it. */
  | { readonly tag: 'string' }
  /** One of these functions. */
  | { readonly tag: 'function'; readonly closures: readonly Closure[] }
  /** Not a value that kernels can hold. */
  | { readonly tag: 'other' };

/** What is one word when it is there, and no reference. */
export type WordType = Extract<ValueType, { readonly tag: 'int' | 'f32' | 'bool' | 'string' }>;

/** A typed array or array of numbers, or an array of references to records of this shape. */
export type ArrayType =
  | { readonly tag: 'array'; readonly element: ElementKind }
  | { readonly tag: 'array'; readonly element: 'reference'; readonly shape: RecordShape };

/**
 * An integer between `low` and `high`. `flex` has no signedness of its own yet: small numbers that fit i32 and u32
 * alike, and results of operations on them. Where nothing else decides, it is held as an i32.
 */
export interface IntegerType {
  readonly tag: 'int';
  readonly sign: 'flex' | 'i32' | 'u32';
  readonly low: number;
  readonly high: number;
}

export const I32_LOW: number = -(2 ** 31);
export const I32_HIGH: number = 2 ** 31 - 1;
export const U32_HIGH: number = 2 ** 32 - 1;

export const BOTTOM: ValueType = { tag: 'bottom' };
export const F32: ValueType = { tag: 'f32' };
export const BOOL: ValueType = { tag: 'bool' };
export const VOID: ValueType = { tag: 'void' };
export const NULL: ValueType = { tag: 'null' };
export const STRING: ValueType = { tag: 'string' };
export const OTHER: ValueType = { tag: 'other' };
export const I32: IntegerType = { tag: 'int', sign: 'i32', low: I32_LOW, high: I32_HIGH };
export const U32: IntegerType = { tag: 'int', sign: 'u32', low: 0, high: U32_HIGH };

/** An integer type; what fits i32 and u32 alike is always `flex`. */
export function integer(sign: IntegerType['sign'], low: number, high: number): IntegerType {
  return { tag: 'int', sign: low >= 0 && high <= I32_HIGH ? 'flex' : sign, low, high };
}

/** True if the value is the same number as an i32 and as a u32. */
export function fitsBoth(type: ValueType): boolean {
  return type.tag === 'int' && type.low >= 0 && type.high <= I32_HIGH;
}

/** Type of a number literal that adapts to where it stands. -0 is no integer: it would lose its sign. */
export function literalType(value: number): ValueType {
  if (!Number.isInteger(value) || Object.is(value, -0) || value < I32_LOW || value > U32_HIGH) return F32;
  return integer(value < 0 ? 'i32' : 'u32', value, value);
}

/** True for a function that is known at run time only: it is held as a word. */
export function isChoice(type: ValueType): boolean {
  return type.tag === 'function' && type.closures.length > 1;
}

/** Range of an element that was read, or of a value annotated with a kind. */
export function elementType(element: ElementKind): ValueType {
  switch (element) {
    case 'i8':
      return integer('i32', -128, 127);
    case 'u8':
      return integer('i32', 0, 255);
    case 'i16':
      return integer('i32', -32768, 32767);
    case 'u16':
      return integer('i32', 0, 65535);
    case 'i32':
      return I32;
    case 'u32':
      return U32;
    case 'f32':
      return F32;
  }
}

/** What is read from an array. */
export function itemType(array: ArrayType): ValueType {
  return array.element === 'reference' ? { tag: 'record', shape: array.shape } : elementType(array.element);
}

/** The type of a value that may be missing. What is no word is held as a reference that may be null, or not at all. */
export function maybe(type: ValueType): ValueType {
  return isWord(type) ? { tag: 'maybe', of: type } : type;
}

/** The type of what may be missing, where it is there. */
export function present(type: ValueType): ValueType {
  return type.tag === 'maybe' ? type.of : type;
}

function isWord(type: ValueType): type is WordType {
  return isNumber(type) || type.tag === 'bool' || type.tag === 'string';
}

/** How a value of the type is held where it is there. Only for values that fit into one word. */
export function scalarOf(given: ValueType): ScalarType {
  const type = present(given);
  if (type.tag === 'f32' || type.tag === 'bool') return type.tag;
  if (type.tag === 'record' || type.tag === 'null') return 'reference';
  return type.tag === 'int' && type.sign === 'u32' ? 'u32' : 'i32';
}

/** The kind in which an operator on two numbers works. */
export function operationKind(left: ValueType, right: ValueType): NumberKind {
  if (left.tag === 'f32' || right.tag === 'f32') return 'f32';
  return scalarOf(left) === 'u32' || scalarOf(right) === 'u32' ? 'u32' : 'i32';
}

/** The least type that holds values of both. i32 with u32 gives i32; that they do not mix is found when trees are built. */
export function join(a: ValueType, b: ValueType): ValueType {
  if (a.tag === 'bottom') return b;
  if (b.tag === 'bottom') return a;
  if (a.tag === 'int' && b.tag === 'int') {
    const sign = a.sign === 'flex' ? b.sign : b.sign === 'flex' ? a.sign : a.sign === b.sign ? a.sign : 'i32';
    return { tag: 'int', sign, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
  }
  if (isNumber(a) && isNumber(b)) return F32;
  if (a.tag === 'null' && b.tag === 'record') return b;
  if (b.tag === 'null' && a.tag === 'record') return a;
  if (a.tag === 'null' && isWord(present(b))) return maybe(present(b));
  if (b.tag === 'null' && isWord(present(a))) return maybe(present(a));
  if (a.tag === 'maybe' || b.tag === 'maybe') return maybe(join(present(a), present(b)));
  if (a.tag === 'function' && b.tag === 'function') {
    return { tag: 'function', closures: [...new Set([...a.closures, ...b.closures])] };
  }
  return sameType(a, b) ? a : OTHER;
}

export function isNumber(type: ValueType): boolean {
  return type.tag === 'int' || type.tag === 'f32';
}

export function sameType(a: ValueType, b: ValueType): boolean {
  if (a.tag === 'int' && b.tag === 'int') return a.sign === b.sign && a.low === b.low && a.high === b.high;
  if (a.tag === 'array' && b.tag === 'array') {
    return a.element === b.element && sameType(itemType(a), itemType(b));
  }
  if (a.tag === 'maybe' && b.tag === 'maybe') return sameType(a.of, b.of);
  if (a.tag === 'record' && b.tag === 'record') return a.shape.root === b.shape.root;
  if (a.tag === 'function' && b.tag === 'function') {
    return a.closures.length === b.closures.length && a.closures.every((closure) => b.closures.includes(closure));
  }
  return a.tag === b.tag;
}

const LOW_STEPS = [0, -128, -32768, I32_LOW];
const HIGH_STEPS = [0, 255, 65535, I32_HIGH, U32_HIGH];

/** `to` with its range rounded up where it grew beyond `from`, so that a fixpoint is reached in a few steps. */
export function widen(from: ValueType, to: ValueType): ValueType {
  if (to.tag === 'maybe') return maybe(widen(present(from), to.of));
  if (from.tag !== 'int' || to.tag !== 'int') return to;
  const low = to.low < from.low ? (LOW_STEPS.find((step) => step <= to.low) ?? I32_LOW) : to.low;
  const high = to.high > from.high ? (HIGH_STEPS.find((step) => step >= to.high) ?? U32_HIGH) : to.high;
  return { ...to, low, high };
}
