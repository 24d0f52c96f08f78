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

/** True for a number, of whatever brand or literal value. */
export function isNumberType(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isNumberType);
  if (type.isIntersection()) return type.types.some(isNumberType);
  return (type.flags & ts.TypeFlags.NumberLike) !== 0 && (type.flags & ts.TypeFlags.EnumLike) === 0;
}

/**
 * True for what a core can hold: numbers, booleans, typed arrays; `void` and `never` as results. Also for `any`, which
 * is either refused where it is written or follows from an error that is reported.
 */
export function isLanguageType(type: ts.Type): boolean {
  const held = ts.TypeFlags.BooleanLike | ts.TypeFlags.Void | ts.TypeFlags.Never | ts.TypeFlags.Any;
  if ((type.flags & held) !== 0 || isNumberType(type)) return true;
  if (typedArrayElement(type) !== null) return true;
  return type.isUnion() && type.types.every((part) => (part.flags & ts.TypeFlags.BooleanLike) !== 0);
}
