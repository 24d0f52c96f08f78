/** What a for-of loop goes over, as it is written, and what its variables are given. */
import ts from 'typescript';
import { LENGTH } from './array-kinds.ts';
import { listItem } from './fixed-arrays.ts';
import type { KernelScope } from './kind-scope.ts';
import { BOTTOM, I32_HIGH, I32_LOW, integer, itemType, join, OTHER, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import type { RecordKinds } from './record-kinds.ts';
import { isItemArray, isTypedArray } from './syntax-types.ts';
import type { KernelSources } from './typescript-program.ts';

/** Methods of arrays that give an iterator; kernels have them in for-of only. */
export type ArrayIterator = 'keys' | 'values' | 'entries';

export type LoopSource =
  /** `range(end)`, `range(begin, end)` or `range(begin, end, step)`. */
  | {
      readonly tag: 'range';
      /** Null: 0. */
      readonly begin: ts.Expression | null;
      readonly end: ts.Expression;
      /** Null: 1. */
      readonly step: ts.Expression | null;
    }
  /** An array, or what one of its methods gives; or a tuple. */
  | { readonly tag: 'items'; readonly of: ts.Expression; readonly iterator: ArrayIterator };

export function loopSource(sources: KernelSources, node: ts.ForOfStatement): LoopSource {
  const inner = skipWrappers(node.expression);
  if (ts.isCallExpression(inner)) {
    const callee = skipWrappers(inner.expression);
    const [first, second, step] = inner.arguments;
    if (first !== undefined && ts.isIdentifier(callee) && sources.libraryName(callee) === 'range') {
      return second === undefined
        ? { tag: 'range', begin: null, end: first, step: null }
        : { tag: 'range', begin: first, end: second, step: step ?? null };
    }
    const iterator = ts.isPropertyAccessExpression(callee) ? iteratorNamed(callee.name.text) : null;
    if (iterator !== null && ts.isPropertyAccessExpression(callee)) {
      const type = sources.checker.getTypeAtLocation(callee.expression);
      if (isTypedArray(type) || isItemArray(type)) return { tag: 'items', of: callee.expression, iterator };
    }
  }
  return { tag: 'items', of: node.expression, iterator: 'values' };
}

function iteratorNamed(name: string): ArrayIterator | null {
  return name === 'keys' || name === 'values' || name === 'entries' ? name : null;
}

/** A variable of a for-of loop, or the pattern that takes its value apart. */
export type LoopVariable = ts.VariableDeclaration | ts.BindingElement;

/** The variables for the place of an item and for the item itself; null where there is none. */
export function loopVariables(
  node: ts.ForOfStatement,
  source: LoopSource,
): { readonly place: LoopVariable | null; readonly item: LoopVariable | null } {
  const [declaration] = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations : [];
  if (declaration === undefined) return { place: null, item: null };
  if (source.tag === 'range' || source.iterator === 'keys') return { place: declaration, item: null };
  if (source.iterator === 'values') return { place: null, item: declaration };
  if (!ts.isArrayBindingPattern(declaration.name)) return { place: null, item: null };
  const [place, item] = declaration.name.elements.map((e) => (ts.isOmittedExpression(e) ? null : e));
  return { place: place ?? null, item: item ?? null };
}

type Evaluate = (node: ts.Expression) => ValueType;
type Fields = Pick<RecordKinds, 'fieldType'>;

/** Types of the variables of a loop. */
export function loopTypes(
  source: LoopSource,
  scope: KernelScope,
  fields: Fields,
  evaluate: Evaluate,
): { readonly place: ValueType; readonly item: ValueType } {
  if (source.tag === 'range') return { place: rangeType(source, scope, evaluate), item: OTHER };
  return { place: LENGTH, item: itemOf(evaluate(source.of), fields) };
}

function rangeType(source: Extract<LoopSource, { tag: 'range' }>, scope: KernelScope, evaluate: Evaluate): ValueType {
  const begin = source.begin === null ? integer('i32', 0, 0) : evaluate(source.begin);
  const end = evaluate(source.end);
  if (source.step !== null) evaluate(source.step);
  if (begin.tag === 'bottom' || end.tag === 'bottom') return BOTTOM;
  // Where one of them is no i32, that is refused when the tree is built.
  if (begin.tag !== 'int' || end.tag !== 'int') return integer('i32', I32_LOW, I32_HIGH);
  const falls = Number(source.step === null ? 1 : scope.constantOf(source.step)) < 0;
  const low = falls ? Math.min(end.low + 1, begin.high) : begin.low;
  const high = falls ? begin.high : Math.max(end.high - 1, begin.low);
  return integer('i32', Math.max(low, I32_LOW), Math.min(high, I32_HIGH));
}

/** What is read from an array or a tuple at an index that is not known. */
export function itemOf(type: ValueType, fields: Fields): ValueType {
  if (type.tag === 'array') return itemType(type);
  if (type.tag !== 'record') return type.tag === 'bottom' ? BOTTOM : OTHER;
  const ofList = listItem(type);
  if (ofList !== null) return ofList;
  return [...type.shape.fields.values()].map((field) => fields.fieldType(field)).reduce(join, BOTTOM);
}
