import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { isFunctionType } from './function-types.ts';
import { BOOL, elementType, maybe, NULL, OTHER, STRING, type ValueType, VOID } from './number-kinds.ts';
import { recordShapes } from './record-shapes.ts';
import {
  isNumberType,
  isStringType,
  isWordType,
  numberArrayElement,
  typedArrayElement,
  withoutNull,
} from './syntax-types.ts';

/** What a declaration says of a variable, parameter or result. */
export type DeclaredType =
  /** The kind is written down: `i32`, `u8`, … */
  | { readonly tag: 'kind'; readonly kind: ElementKind; readonly type: ValueType }
  /** `number`, or nothing: inferred. */
  | { readonly tag: 'number' }
  /** A function: which one is inferred. */
  | { readonly tag: 'function' }
  /** A boolean, a typed array, nothing at all, or what kernels cannot hold. */
  | { readonly tag: 'known'; readonly type: ValueType };

/** Widest first: the brand of a kind also names the kinds that fit into it. */
const KINDS: readonly ElementKind[] = ['f32', 'u32', 'i32', 'i16', 'u16', 'i8', 'u8'];

/** The kind that a type's brand says, whatever the names of its aliases are. */
export function brandOf(checker: ts.TypeChecker, type: ts.Type): ElementKind | null {
  const brand = type.getProperty('__kind');
  if (brand === undefined) return null;
  const said = checker.getTypeOfSymbol(brand);
  const names = (said.isUnion() ? said.types : [said]).map((t) => (t.isStringLiteral() ? t.value : ''));
  return KINDS.find((kind) => names.includes(kind)) ?? null;
}

/** Reads a TypeScript type. `written` is false if TypeScript found it by itself: then a brand decides nothing. */
export function declaredType(checker: ts.TypeChecker, type: ts.Type, written: boolean): DeclaredType {
  const present = withoutNull(checker, type);
  if (present !== type && isWordType(present)) {
    const known = declaredType(checker, present, written);
    return known.tag === 'kind' || known.tag === 'known' ? { tag: 'known', type: maybe(known.type) } : known;
  }
  if (isNumberType(type)) {
    const kind = written ? brandOf(checker, type) : null;
    return kind === null ? { tag: 'number' } : { tag: 'kind', kind, type: elementType(kind) };
  }
  if (isFunctionType(type)) return { tag: 'function' };
  const items = numberArrayElement(type);
  if (items !== null && (!written || brandOf(checker, items) === null)) return { tag: 'number' };
  return { tag: 'known', type: withoutNumbers(checker, type) };
}

function withoutNumbers(checker: ts.TypeChecker, type: ts.Type): ValueType {
  const shape = recordShapes(checker).shapeOf(type);
  if (shape !== null) return { tag: 'record', shape };
  if (isStringType(type)) return STRING;
  if ((type.flags & ts.TypeFlags.Null) !== 0) return NULL;
  const parts = type.isUnion() ? type.types : [type];
  if (parts.every((t) => (t.flags & ts.TypeFlags.BooleanLike) !== 0)) return BOOL;
  const nothing = ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;
  if (parts.every((t) => (t.flags & nothing) !== 0)) return VOID;
  const items = numberArrayElement(type);
  if (items !== null) {
    const kind = brandOf(checker, items);
    if (kind !== null) return { tag: 'array', element: kind };
  }
  const shapeOfItems = recordShapes(checker).itemsOf(type);
  if (shapeOfItems !== null) return { tag: 'array', element: 'reference', shape: shapeOfItems };
  const element = typedArrayElement(type);
  return element === null ? OTHER : { tag: 'array', element };
}

/** The type that a declaration fixes; null if it is inferred. */
export function fixedType(declared: DeclaredType): ValueType | null {
  return declared.tag === 'number' || declared.tag === 'function' ? null : declared.type;
}

/** What is written at a variable or parameter. */
export function declaredVariable(
  checker: ts.TypeChecker,
  node: ts.VariableDeclaration | ts.PropertyDeclaration | ts.ParameterDeclaration | ts.BindingElement,
): DeclaredType {
  const type = checker.getTypeAtLocation(node.name);
  return declaredType(
    checker,
    isLeftOutSometimes(node) ? withoutNull(checker, type) : type,
    !ts.isBindingElement(node) && node.type !== undefined,
  );
}

/** True for `n?: i32`: where it is left out, that is known for the whole function. */
export function isLeftOutSometimes(node: ts.Node): node is ts.ParameterDeclaration {
  return ts.isParameter(node) && node.questionToken !== undefined;
}

/** What is written as the result of a function. */
export function declaredResult(checker: ts.TypeChecker, node: ts.SignatureDeclaration): DeclaredType {
  if (ts.isConstructorDeclaration(node)) return { tag: 'known', type: VOID };
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return { tag: 'known', type: OTHER };
  return declaredType(checker, checker.getReturnTypeOfSignature(signature), node.type !== undefined);
}

/** The kind that the brand of the elements of `f32[]` says; null for `number[]` and for what is no such array. */
export function elementBrand(checker: ts.TypeChecker, type: ts.Type): ElementKind | null {
  const items = numberArrayElement(type);
  return items === null ? null : brandOf(checker, items);
}
