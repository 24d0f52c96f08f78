/** Expressions that make typed arrays, and calls of their methods. */
import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { ELEMENT_KIND_OF_ARRAY } from './kernel-library.ts';
import { skipWrappers } from './reachable-functions.ts';
import { isTypedArray, numberArrayElement, withoutNull } from './syntax-types.ts';
import type { KernelSources } from './typescript-program.ts';

/** What a new typed array is made of. */
export type ArrayMaking = {
  readonly element: ElementKind;
} /** `new Int32Array(9)`; without a length it is empty. */ & (
  | { readonly from: 'length'; readonly length: ts.Expression | null }
  /** `new Int32Array([1, 2])`, `Int32Array.of(1, 2)`. */
  | { readonly from: 'elements'; readonly elements: readonly ts.Expression[] }
  /** `new Int32Array(other)`, `Int32Array.from(other)`. */
  | { readonly from: 'array'; readonly array: ts.Expression }
);

/** What `new Int32Array(…)`, `Int32Array.of(…)` or `Int32Array.from(…)` makes; null for every other expression. */
export function arrayMaking(sources: KernelSources, node: ts.Expression): ArrayMaking | null {
  if (ts.isNewExpression(node)) {
    const element = elementOfClass(sources, node.expression);
    const [first] = node.arguments ?? [];
    return element === null ? null : madeFrom(sources, element, first ?? null);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const element = elementOfClass(sources, node.expression.expression);
  if (element === null) return null;
  const [first] = node.arguments;
  if (node.expression.name.text === 'of') return { element, from: 'elements', elements: node.arguments };
  const isPlain = node.expression.name.text === 'from' && node.arguments.length === 1 && first !== undefined;
  return isPlain ? madeFrom(sources, element, first) : null;
}

function madeFrom(sources: KernelSources, element: ElementKind, node: ts.Expression | null): ArrayMaking {
  const inner = node === null ? null : skipWrappers(node);
  if (node === null || inner === null) return { element, from: 'length', length: null };
  if (ts.isArrayLiteralExpression(inner)) return { element, from: 'elements', elements: inner.elements };
  return isArrayType(sources.checker.getTypeAtLocation(node))
    ? { element, from: 'array', array: node }
    : { element, from: 'length', length: node };
}

function isArrayType(type: ts.Type): boolean {
  return isTypedArray(type) || numberArrayElement(type) !== null;
}

/** `Int32Array` as a name of the library. */
function elementOfClass(sources: KernelSources, node: ts.Expression): ElementKind | null {
  const name = ts.isIdentifier(node) ? sources.libraryName(node) : null;
  if (name === null || !Object.hasOwn(ELEMENT_KIND_OF_ARRAY, name)) return null;
  return ELEMENT_KIND_OF_ARRAY[name as keyof typeof ELEMENT_KIND_OF_ARRAY];
}

/** What a method of arrays gives: the array itself, a part of it, a copy, or a word. */
export type MethodResult = 'self' | 'part' | 'copy' | 'element' | 'index' | 'bool' | 'void';

/** Methods of typed arrays that kernels have. */
export const ARRAY_METHODS: Readonly<Record<string, MethodResult>> = {
  at: 'element',
  copyWithin: 'self',
  fill: 'self',
  includes: 'bool',
  indexOf: 'index',
  lastIndexOf: 'index',
  reverse: 'self',
  set: 'void',
  slice: 'copy',
  sort: 'self',
  subarray: 'part',
};

export interface ArrayMethodCall {
  readonly name: string;
  readonly result: MethodResult;
  readonly array: ts.Expression;
  readonly arguments: readonly ts.Expression[];
}

/** A call of a method of an array; null for every other expression. */
export function arrayMethodCall(checker: ts.TypeChecker, node: ts.Expression): ArrayMethodCall | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { expression, name } = node.expression;
  const result = Object.hasOwn(ARRAY_METHODS, name.text) ? ARRAY_METHODS[name.text] : undefined;
  if (result === undefined || !isArrayType(withoutNull(checker, checker.getTypeAtLocation(expression)))) return null;
  return { name: name.text, result, array: expression, arguments: node.arguments };
}
