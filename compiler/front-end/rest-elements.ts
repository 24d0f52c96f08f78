/** `...rest` in a pattern: what of the value it takes. */
import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import type { KernelScope } from './kind-scope.ts';
import { BOTTOM, OTHER, type ValueType } from './number-kinds.ts';
import { type RecordShape, recordShapes, type ShapeField } from './record-shapes.ts';

/** The fields that `...rest` takes, and those of the object or tuple that it makes of them; none of other values. */
export function restParts(
  scope: KernelScope,
  element: ts.BindingElement,
  type: ValueType,
): readonly { readonly from: ShapeField; readonly into: ShapeField }[] {
  const shape = restShape(scope, element);
  if (type.tag !== 'record' || shape === null) return [];
  const start = ts.isArrayBindingPattern(element.parent) ? element.parent.elements.indexOf(element) : null;
  return [...shape.fields.values()].flatMap((into) => {
    const from = type.shape.fields.get(start === null ? into.name : String(Number(into.name) + start));
    return from === undefined ? [] : [{ from, into }];
  });
}

/** Type of the variable: an object or tuple, or a copy of the elements of an array. */
export function restType(scope: KernelScope, element: ts.BindingElement, type: ValueType): ValueType {
  if (type.tag === 'bottom') return BOTTOM;
  if (type.tag === 'array' && type.element !== 'reference') return { tag: 'array', element: widened(type.element) };
  const shape = restShape(scope, element);
  return type.tag !== 'record' || shape === null ? OTHER : { tag: 'record', shape };
}

/** Kind of the elements of an array of JavaScript that takes those of a typed array: nothing wraps in it. */
export function widened(element: ElementKind): ElementKind {
  return element === 'f32' || element === 'u32' ? element : 'i32';
}

function restShape(scope: KernelScope, element: ts.BindingElement): RecordShape | null {
  const { checker } = scope.sources;
  return recordShapes(checker).shapeOf(checker.getTypeAtLocation(element.name));
}
