/** The arguments of a call: those that are written, parts of tuples that are spread, and what a rest parameter takes. */
import ts from 'typescript';
import type { ArrayExpression, Expression, Local } from '../kernel-tree/tree.ts';
import type { CallNode } from './class-kinds.ts';
import type { ValueType } from './number-kinds.ts';
import { wordOf } from './tree-array-copies.ts';
import { buildSpread } from './tree-array-spread.ts';
import { positionOf, report, type TreeContext } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import type { Part } from './tree-record-arrays.ts';
import { spreadRecord } from './tree-records.ts';

/** An argument of a call, ready to be given to a parameter of any candidate. */
export interface Passed {
  readonly node: ts.Expression;
  readonly type: ValueType;
  /** The value, where it was evaluated before and lies in a variable; else it is evaluated where it is passed. */
  readonly held: Local | null;
  /** An element of a tuple that is spread. */
  readonly part?: Part;
}

/** All arguments, with the elements of tuples one by one. An array that is spread is one: a rest parameter takes it. */
export function passedTo(builder: ExpressionBuilder, node: CallNode): Passed[] {
  const { kinds } = builder.context;
  const given = ts.isPropertyAccessExpression(node) ? [] : (node.arguments ?? []);
  return given.flatMap((argument): Passed[] => {
    if (!ts.isSpreadElement(argument)) return [{ node: argument, type: kinds.typeOf(argument), held: null }];
    const { expression } = argument;
    const type = kinds.typeOf(expression);
    if (type.tag === 'array') return [{ node: argument, type, held: null }];
    return spreadRecord(builder, expression).flatMap(({ value: part }) =>
      part === null ? [] : [{ node: expression, type: part.type, held: null, part }],
    );
  });
}

export function passedArray(builder: ExpressionBuilder, { node, held, part }: Passed): ArrayExpression {
  if (held !== null) return { op: 'local-array', local: held };
  return part !== undefined && 'array' in part ? part.array : builder.array(node);
}

export function passedScalar(
  builder: ExpressionBuilder,
  { node, held, part, type }: Passed,
  want: Parameters<typeof convert>[3],
  to: Destination,
): Expression {
  if (held !== null) return convert(builder.context, node, heldValue(builder.context, node, held), want, to, type);
  if (part === undefined || 'array' in part) return builder.as(node, want, to);
  return convert(builder.context, node, part.expression, want, to, part.type);
}

export function heldValue(context: TreeContext, node: ts.Node, local: Local): Expression {
  const type = local.type.tag === 'scalar' ? local.type.scalar : 'i32';
  return { op: 'local', type, local, position: positionOf(context, node) };
}

/** The array of what is passed from `start` on, for `...rest`: in the frame of the function that calls. */
export function restArray(
  builder: ExpressionBuilder,
  call: CallNode,
  passed: readonly Passed[],
  { start, type }: { readonly start: number; readonly type: ValueType },
): ArrayExpression {
  const element = type.tag === 'array' ? type.element : 'i32';
  const rest = passed.slice(start);
  const sources = new Set(rest.map(sourceOf));
  const before = passed[start - 1];
  const isWhole = before === undefined || !sources.has(sourceOf(before));
  if (isWhole && rest.every(({ held }) => held === null) && [...sources].some(ts.isSpreadElement)) {
    return buildSpread(builder, call as ts.Expression, element, [...sources]);
  }
  const values = rest.map((argument): Expression => {
    if (ts.isSpreadElement(argument.node)) report(builder.context, 'SH1012', argument.node);
    return passedScalar(builder, argument, wordOf(element), { text: 'an element', eitherSign: true });
  });
  return { op: 'new-array', element, length: values.length, values };
}

/** The argument that it is or is a part of. */
function sourceOf({ node, part }: Passed): ts.Expression {
  return part === undefined ? node : (node.parent as ts.SpreadElement);
}
