import ts from 'typescript';
import { arrayMaking, arrayMethodCall } from './array-syntax.ts';
import { BOOL, BOTTOM, elementType, integer, OTHER, type ValueType, VOID } from './number-kinds.ts';
import type { KernelSources } from './typescript-program.ts';

/** No typed array of a core has more elements: addresses have 32 bits. */
const MAX_LENGTH = 2 ** 30;

/** `.length` of an array. */
export const LENGTH: ValueType = integer('i32', 0, MAX_LENGTH);

/** Type of an expression that makes a typed array or calls a method of one; null for all others. */
export function arrayExpressionType(
  sources: KernelSources,
  node: ts.Expression,
  evaluate: (node: ts.Expression) => ValueType,
): ValueType | null {
  const making = arrayMaking(sources, node);
  if (making !== null) {
    if (making.from === 'elements') {
      for (const element of making.elements) evaluate(ts.isSpreadElement(element) ? element.expression : element);
    } else if (making.from === 'array') evaluate(making.array);
    else if (making.length !== null) evaluate(making.length);
    return { tag: 'array', element: making.element };
  }
  const call = arrayMethodCall(sources.checker, node);
  if (call === null) return null;
  const array = evaluate(call.array);
  call.arguments.forEach(evaluate);
  if (array.tag === 'bottom') return BOTTOM;
  if (array.tag !== 'array' || array.element === 'reference') return OTHER;
  switch (call.result) {
    case 'element':
      return elementType(array.element);
    case 'index':
      return integer('i32', -1, MAX_LENGTH);
    case 'bool':
      return BOOL;
    case 'void':
      return VOID;
    default:
      return array;
  }
}
