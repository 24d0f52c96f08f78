/** What is known of arrays that grow within a capacity: `fixedArray<f32>(16)`. */
import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { elementType, integer, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import type { RecordShape, ShapeField } from './record-shapes.ts';
import type { KernelSources } from './typescript-program.ts';

export type ListCall = 'fixedArray' | 'push' | 'pop';

const CALLS: Readonly<Record<string, ListCall>> = {
  fixedArray: 'fixedArray',
  'FixedArray.push': 'push',
  'FixedArray.pop': 'pop',
};

/** Which function of lists a call means; null for all others. */
export function listCall(sources: KernelSources, node: ts.Expression): ListCall | null {
  if (!ts.isCallExpression(node)) return null;
  const name = sources.libraryName(skipWrappers(node.expression)) ?? '';
  return Object.hasOwn(CALLS, name) ? (CALLS[name] ?? null) : null;
}

/** The shape of a list; null for what is none. */
export function listShape(type: ValueType): RecordShape | null {
  return type.tag === 'record' && type.shape.form === 'list' ? type.shape : null;
}

/** The two fields of a list. */
export function listFields(shape: RecordShape): { readonly items: ShapeField; readonly length: ShapeField } {
  const [items, length] = [shape.fields.get('items'), shape.fields.get('length')];
  if (items === undefined || length === undefined) throw new Error(`${shape.name} is no list`);
  return { items, length };
}

/** The kind of the elements of a list. */
export function listElement(shape: RecordShape): ElementKind {
  const { declared } = listFields(shape).items;
  if (declared.tag !== 'known' || declared.type.tag !== 'array' || declared.type.element === 'reference') {
    throw new Error(`${shape.name} is no list of numbers`);
  }
  return declared.type.element;
}

/** Type of the elements of a list; null for what is none. */
export function listItem(type: ValueType): ValueType | null {
  const shape = listShape(type);
  return shape === null ? null : elementType(listElement(shape));
}

/** Type of a call of a function of lists, or of `list.capacity`; null for every other expression. */
export function listExpressionType(
  sources: KernelSources,
  node: ts.Expression,
  evaluate: (node: ts.Expression) => ValueType,
): ValueType | null {
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'capacity') {
    return listShape(evaluate(node.expression)) === null ? null : integer('i32', 0, 2 ** 30);
  }
  const call = listCall(sources, node);
  if (call === null || call === 'fixedArray' || !ts.isCallExpression(node)) return null;
  const callee = skipWrappers(node.expression);
  const owner = ts.isPropertyAccessExpression(callee) ? evaluate(callee.expression) : null;
  node.arguments.forEach((argument) => void evaluate(argument));
  if (owner === null || owner.tag === 'bottom') return owner;
  return call === 'push' ? integer('i32', 1, 2 ** 30) : listItem(owner);
}
