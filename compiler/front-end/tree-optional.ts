import ts from 'typescript';
import type { Expression, ScalarType } from '../kernel-tree/tree.ts';
import { scalarOf } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { placeholder, positionOf, report, sourceText, temporary } from './tree-context.ts';
import type { Destination } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { fieldOfOwner } from './tree-records.ts';

/** `a?.b`, also with more fields behind it, where that gives an object or none; null for every other expression. */
export function buildOptionalField(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  if (!isOptionalField(node)) return null;
  const position = positionOf(builder.context, node);
  return chain(builder, node, 'reference', {
    found: (value) => value,
    missing: () => ({ op: 'null', type: 'reference', position }),
  });
}

/** `a ?? b`: `a` is an object that may be null, or a field of one: `p?.x ?? 0`. */
export function buildCoalesce(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression {
  const type = scalarOf(builder.context.kinds.typeOf(node));
  return orElse(builder, node.left, type, () => builder.as(node.right, type, OTHER_SIDE));
}

const OTHER_SIDE: Destination = { text: 'the other side of `??`' };

/** What may be missing, and `missing` where it is. */
function orElse(
  builder: ExpressionBuilder,
  node: ts.Expression,
  type: ScalarType,
  missing: () => Expression,
): Expression {
  const inner = skipWrappers(node);
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return orElse(builder, inner.left, type, () => orElse(builder, inner.right, type, missing));
  }
  const found = (value: Expression): Expression =>
    value.type === 'reference'
      ? ifNull(value, type, missing, (known) => known)
      : builder.convertTo(node, value, type, OTHER_SIDE);
  return isOptionalField(inner) ? chain(builder, inner, type, { found, missing }) : found(builder.value(node));
}

/** True for a field of what may be null: `a?.b` and `a?.b.c`. */
export function isOptionalField(node: ts.Node): node is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(node) && ts.isOptionalChain(node);
}

/** Truth of `value === null`. */
export function isNull(value: Expression): Expression {
  const { position } = value;
  const right: Expression = { op: 'null', type: 'reference', position };
  return { op: 'compare', type: 'bool', operator: 'eq', kind: 'reference', left: value, right, position };
}

/** Goes from the object outwards; where there is a `?.` and nothing before it, the rest is left out. */
function chain(
  builder: ExpressionBuilder,
  node: ts.PropertyAccessExpression,
  type: ScalarType,
  ends: { readonly found: (value: Expression) => Expression; readonly missing: () => Expression },
): Expression {
  const field = (owner: Expression): Expression => {
    const found = fieldOfOwner(builder, node, owner);
    if (found !== null) return ends.found(found);
    report(builder.context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(owner.position);
  };
  const rest = (owner: Expression): Expression =>
    node.questionDotToken === undefined ? field(owner) : ifNull(owner, type, ends.missing, field);
  const before = skipWrappers(node.expression);
  if (isOptionalField(before)) return chain(builder, before, type, { found: rest, missing: ends.missing });
  return rest(builder.value(before));
}

/** Evaluates a reference once, and chooses by it. */
function ifNull(
  value: Expression,
  type: ScalarType,
  missing: () => Expression,
  then: (known: Expression) => Expression,
): Expression {
  const { position } = value;
  const local = temporary('maybe', { tag: 'scalar', scalar: 'reference' }, position, true);
  const known: Expression = { op: 'local', type: 'reference', local, position };
  const keep: Expression = { op: 'assign', type: 'reference', target: { op: 'local', local }, value, position };
  const choice: Expression = {
    op: 'conditional',
    type,
    condition: isNull(known),
    whenTrue: missing(),
    whenFalse: then(known),
    position,
  };
  return { op: 'sequence', type, items: [keep, choice], position };
}
