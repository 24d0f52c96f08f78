import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { ELEMENT_KIND_OF_ARRAY, kernelLibrary } from './kernel-library.ts';

/** The element kind if `type` is a typed array of the language, else null. */
export function typedArrayElement(type: ts.Type): ElementKind | null {
  const symbol = type.getSymbol();
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration?.getSourceFile().fileName !== kernelLibrary().globals) return null;
  const name = symbol.name;
  return Object.hasOwn(ELEMENT_KIND_OF_ARRAY, name)
    ? ELEMENT_KIND_OF_ARRAY[name as keyof typeof ELEMENT_KIND_OF_ARRAY]
    : null;
}

/** True for a typed array, also for one that a type parameter leaves open. */
export function isTypedArray(type: ts.Type): boolean {
  const bound = boundOf(type);
  if (bound !== null) return isTypedArray(bound);
  if (type.isUnion()) return type.types.every(isTypedArray);
  return typedArrayElement(type) !== null;
}

/** What is known of a type parameter, or of `T[number]`; null for other types. */
function boundOf(type: ts.Type): ts.Type | null {
  if ((type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess)) === 0) return null;
  return type.getConstraint() ?? null;
}

/** True for a number, of whatever brand or literal value. */
export function isNumberType(type: ts.Type): boolean {
  const bound = boundOf(type);
  if (bound !== null) return isNumberType(bound);
  if (type.isUnion()) return type.types.every(isNumberType);
  if (type.isIntersection()) return type.types.some(isNumberType);
  return (type.flags & ts.TypeFlags.NumberLike) !== 0;
}

/** True for a function with one signature and nothing else. */
export function isPlainFunction(type: ts.Type): boolean {
  const isBare = type.getCallSignatures().length === 1 && type.getConstructSignatures().length === 0;
  return isBare && type.getProperties().length === 0;
}

/**
 * True for what a core can hold: numbers, booleans, typed arrays, functions that the compiler knows; `void` and `never` as results. Also for `any`, which
 * is either refused where it is written or follows from an error that is reported.
 */
export function isLanguageType(type: ts.Type): boolean {
  const held = ts.TypeFlags.BooleanLike | ts.TypeFlags.Void | ts.TypeFlags.Never | ts.TypeFlags.Any;
  if ((type.flags & held) !== 0 || isNumberType(type)) return true;
  if (typedArrayElement(type) !== null || isPlainFunction(type)) return true;
  if (isRecordType(type) || isStringType(type) || numberArrayElement(type) !== null) return true;
  const items = arrayElement(type);
  if (items !== null) return isRecordOrNull(items);
  if (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return false;
  if ((type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess)) !== 0) {
    const bound = type.getConstraint();
    // What a type parameter without a bound stands for is looked at where the function is called.
    return bound === undefined || (bound.isUnion() ? bound.types.every(isLanguageType) : isLanguageType(bound));
  }
  if (!type.isUnion()) return false;
  if (isRecordOrNull(type)) return true;
  return type.types.every((part) => (part.flags & ts.TypeFlags.BooleanLike) !== 0);
}

const NULL = ts.TypeFlags.Null | ts.TypeFlags.Undefined;

function isRecordOrNull(type: ts.Type): boolean {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => (part.flags & NULL) === 0);
  return parts.length > 0 && parts.every((part) => isRecordType(boundOf(part) ?? part));
}

/** True for a number, a boolean, or a string of which all values are known. */
export function isWordType(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return (
    isNumberType(type) || isStringType(type) || parts.every((part) => (part.flags & ts.TypeFlags.BooleanLike) !== 0)
  );
}

/** The type without null and undefined. */
export function withoutNull(checker: ts.TypeChecker, type: ts.Type): ts.Type {
  return type.isUnion() && type.types.some((part) => (part.flags & NULL) !== 0)
    ? checker.getNonNullableType(type)
    : type;
}

/** True for a type of known fields: an interface, a type literal, a class, a tuple of fixed length. */
export function isRecordType(type: ts.Type): boolean {
  if (fixedArrayItems(type) !== null) return true;
  if (type.isIntersection()) return type.types.every(isRecordType);
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  if (isTupleType(type)) return true;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return false;
  if (type.getStringIndexType() !== undefined || type.getNumberIndexType() !== undefined) return false;
  const declarations = type.getSymbol()?.declarations ?? [];
  return declarations.every((declaration) => !declaration.getSourceFile().isDeclarationFile);
}

/** True for a tuple of fixed length. */
export function isTupleType(type: ts.Type): boolean {
  const { target } = type as ts.TypeReference;
  if (target === undefined || (target.objectFlags & ts.ObjectFlags.Tuple) === 0) return false;
  const { fixedLength, hasRestElement, minLength } = target as ts.TupleType;
  return !hasRestElement && fixedLength === minLength;
}

/** True for a string of which all possible values are written down: `'left' | 'right'`. */
export function isStringType(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral());
}

/** The type of the elements of `Point[]`, or of an array of tuples; null for all else. */
export function recordArrayElement(checker: ts.TypeChecker, type: ts.Type): ts.Type | null {
  const element = arrayElement(type);
  if (element === null) return null;
  const items = withoutNull(checker, element);
  return (items.isUnion() ? items.types : [items]).every(isRecordType) ? items : null;
}

/** True for the type of an array literal of numbers or records. */
export function isItemArray(type: ts.Type): boolean {
  const items = arrayElement(type);
  return items !== null && (isNumberType(items) || isRecordOrNull(items));
}

/** The type of the elements of `FixedArray<f32>`; null for all else. */
export function fixedArrayItems(type: ts.Type): ts.Type | null {
  const symbol = type.getSymbol();
  if (symbol?.name !== 'FixedArray') return null;
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  if (file !== kernelLibrary().modules.get('shoal/kernel')) return null;
  return (type as ts.TypeReference).typeArguments?.[0] ?? null;
}

/** The type of the elements of `number[]`; null for what is no array literal of numbers. */
export function numberArrayElement(type: ts.Type): ts.Type | null {
  const element = arrayElement(type);
  return element !== null && isNumberType(element) ? element : null;
}

function arrayElement(type: ts.Type): ts.Type | null {
  const symbol = type.getSymbol();
  if (symbol === undefined || (symbol.name !== 'Array' && symbol.name !== 'ReadonlyArray')) return null;
  if (symbol.declarations?.[0]?.getSourceFile().fileName !== kernelLibrary().globals) return null;
  const [element] = (type as ts.TypeReference).typeArguments ?? [];
  return element ?? null;
}
