/** `...rest` in a pattern: what of the value it takes. */
import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { elementBrand } from './kind-annotations.ts';
import type { KernelScope } from './kind-scope.ts';
import { BOTTOM, OTHER, type ValueType } from './number-kinds.ts';
import { type RecordShape, recordShapes, type ShapeField } from './record-shapes.ts';

/** `...rest` in a declaration, and in an assignment. */
export type RestElement = ts.BindingElement | ts.SpreadElement | ts.SpreadAssignment;

/** The fields that `...rest` takes, and those of the object or tuple that it makes of them; none of other values. */
export function restParts(
  scope: KernelScope,
  element: RestElement,
  type: ValueType,
): readonly { readonly from: ShapeField; readonly into: ShapeField }[] {
  const shape = restShape(scope, element);
  if (type.tag !== 'record' || shape === null) return [];
  const start = ts.isSpreadAssignment(element) || ts.isObjectBindingPattern(element.parent) ? null : startOf(element);
  return [...shape.fields.values()].flatMap((into) => {
    const from = type.shape.fields.get(start === null ? into.name : String(Number(into.name) + start));
    return from === undefined ? [] : [{ from, into }];
  });
}

/** Type of the variable: an object or tuple, or a copy of the elements of an array. */
export function restType(scope: KernelScope, element: RestElement, type: ValueType): ValueType {
  if (type.tag === 'bottom') return BOTTOM;
  if (type.tag === 'array' && type.element !== 'reference') return { tag: 'array', element: widened(type.element) };
  const shape = restShape(scope, element);
  // Elements of a tuple go into an array where that is what takes them.
  const { checker } = scope.sources;
  const kind = elementBrand(checker, checker.getTypeAtLocation(restTarget(element)));
  if (type.tag === 'record' && kind !== null) return { tag: 'array', element: kind };
  return type.tag !== 'record' || shape === null ? OTHER : { tag: 'record', shape };
}

/** Kind of the elements of an array of JavaScript that takes those of a typed array: nothing wraps in it. */
export function widened(element: ElementKind): ElementKind {
  return element === 'f32' || element === 'u32' ? element : 'i32';
}

/** How many elements stand before it. */
export function startOf(element: RestElement): number {
  const { parent } = element;
  if (!ts.isArrayBindingPattern(parent) && !ts.isArrayLiteralExpression(parent)) return 0;
  const elements: readonly ts.Node[] = parent.elements;
  return elements.indexOf(element);
}

/** What takes it: the name of a new variable, or the target of an assignment. */
export function restTarget(element: RestElement): ts.Node {
  return ts.isBindingElement(element) ? element.name : element.expression;
}

function restShape(scope: KernelScope, element: RestElement): RecordShape | null {
  const { checker } = scope.sources;
  return recordShapes(checker).shapeOf(checker.getTypeAtLocation(restTarget(element)));
}
