/** Builds new arrays, and copies of arrays, of lengths that are known. */
import type ts from 'typescript';
import { BYTES } from '../kernel-tree/record-lifetimes.ts';
import type {
  Argument,
  ArrayElement,
  ArrayExpression,
  ElementKind,
  Expression,
  Local,
  NumberKind,
  SourcePosition,
} from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import { positionOf, report, sourceText, temporary } from './tree-context.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';

/** Bytes of an array that a function makes: more would fit no core. */
const MAX_MADE_BYTES = 32 * 1024;

/** A new array of zeros; `length` is null if it is not known at build time. */
export function zeros(
  builder: ExpressionBuilder,
  node: ts.Node,
  element: ElementKind,
  length: number | null,
): ArrayExpression {
  const text = sourceText(node);
  const none: ArrayExpression = { op: 'new-array', element, length: 0, values: [] };
  if (length === null) {
    report(builder.context, 'SH3050', node, { text });
    return none;
  }
  if (!Number.isInteger(length) || length < 0) {
    report(builder.context, 'SH3051', node, { text, length });
    return none;
  }
  const bytes = length * BYTES[element];
  if (bytes > MAX_MADE_BYTES) {
    report(builder.context, 'SH3052', node, { text, bytes, limit: MAX_MADE_BYTES });
    return none;
  }
  return { op: 'new-array', element, length, values: [] };
}

/** A new array with the elements of another; `capacity`: so many there are at most, null if nothing says. */
export function copyOf(
  builder: ExpressionBuilder,
  node: ts.Node,
  source: ArrayExpression,
  { element, capacity }: { readonly element: ElementKind; readonly capacity: number | null },
): ArrayExpression {
  const { context } = builder;
  const position = positionOf(context, node);
  if (capacity === null) {
    report(context, 'SH3053', node, { text: sourceText(node) });
    return { op: 'new-array', element, length: 0, values: [] };
  }
  const from = temporary('source', { tag: 'array', element: numberKindOf(source) }, position);
  const to = temporary('copy', { tag: 'array', element }, position);
  const taken: ArrayExpression = { op: 'changed-array', local: from, value: source, effects: [] };
  return {
    op: 'changed-array',
    local: to,
    value: {
      op: 'subarray',
      array: zeros(builder, node, element, capacity),
      begin: integerNumber(0, position),
      end: { op: 'length', type: 'i32', array: taken, position },
    },
    effects: [copying(builder, to, from, integerNumber(0, position), position)],
  };
}

/** `to.set(from, offset)` where it is known to fit. */
export function copying(
  builder: ExpressionBuilder,
  to: Local,
  from: Local,
  offset: Expression,
  position: SourcePosition,
): Expression {
  const kindOf = (local: Local): ElementKind => numberKindOf({ op: 'local-array', local });
  const [toKind, fromKind] = [kindOf(to), kindOf(from)];
  const name = toKind === fromKind ? 'copy' : fromKind === 'f32' ? 'truncate' : 'convert';
  const f = builder.context.arrayFunction(name, toKind, fromKind);
  const values: Argument[] = [
    { tag: 'array', value: { op: 'local-array', local: to } },
    { tag: 'array', value: { op: 'local-array', local: from } },
    { tag: 'scalar', value: offset },
  ];
  return { op: 'call', type: f.result, callee: f, arguments: values, position };
}

export function integerNumber(value: number, position: SourcePosition): Expression {
  return { op: 'number', type: 'i32', value, position };
}

/** How an element is held as a value. */
export function wordOf<Element extends ArrayElement>(element: Element): NumberKind | Extract<Element, 'reference'> {
  return element === 'f32' || element === 'u32' || element === 'reference' ? (element as never) : 'i32';
}

/** The kind of the elements of an array of numbers: methods are of those. */
export function numberKindOf(array: ArrayExpression): ElementKind {
  const kind = elementKindOf(array);
  return kind === 'reference' ? 'i32' : kind;
}
