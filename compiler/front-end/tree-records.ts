import ts from 'typescript';
import type { Expression, RecordField, ScalarType, Target } from '../kernel-tree/tree.ts';
import { skipWrappers } from './reachable-functions.ts';
import { nameOfProperty, stringOf, tupleShape, valueOfProperty } from './record-kinds.ts';
import type { RecordShape, ShapeField } from './record-shapes.ts';
import { isNullName } from './record-syntax.ts';
import { placeholder, positionOf, report, sourceText } from './tree-context.ts';
import { type Destination, narrowOf } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { classNumber } from './tree-members.ts';

/** Literals of records, tuples and strings, null, and reads of fields; null for every other expression. */
export function buildRecord(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  const { context } = builder;
  const position = positionOf(context, node);
  if (ts.isObjectLiteralExpression(node)) return buildObject(builder, node);
  if (ts.isArrayLiteralExpression(node)) return buildTuple(builder, node);
  const text = stringOf(context.scope, node);
  if (text !== null) return { op: 'number', type: 'i32', value: context.records.stringNumber(text), position };
  if (node.kind === ts.SyntaxKind.NullKeyword || isNullName(context.scope, node)) {
    return { op: 'null', type: 'reference', position };
  }
  const place = fieldPlace(builder, node);
  return place === null ? null : { ...place.target, type: place.target.field.type, position };
}

function buildObject(builder: ExpressionBuilder, node: ts.ObjectLiteralExpression): Expression {
  const shape = builder.context.inference.records.shapeAt(node);
  const values = node.properties.flatMap((property) => {
    const value = valueOfProperty(property);
    const name = nameOfProperty(property);
    return value === null || name === null ? [] : [{ name, value }];
  });
  return buildNew(builder, node, shape, values);
}

function buildTuple(builder: ExpressionBuilder, node: ts.ArrayLiteralExpression): Expression | null {
  const shape = tupleShape(builder.context.scope, node);
  if (shape === null) return null;
  const values = node.elements.map((value, index) => ({ name: String(index), value }));
  return buildNew(builder, node, shape, values);
}

function buildNew(
  builder: ExpressionBuilder,
  node: ts.Expression,
  shape: RecordShape | null,
  given: readonly { readonly name: string; readonly value: ts.Expression }[],
): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  if (shape === null) {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(position);
  }
  const values = given.flatMap(({ name, value }) => {
    const field = shape.fields.get(name);
    if (field === undefined) return [];
    if (field.declared.tag === 'function') report(context, 'SH3024', value, { name });
    const held = context.records.fieldOf(shape, field);
    return [{ field: held, value: builder.as(value, held.type, fieldDestination(field)) }];
  });
  const record = context.records.typeOf(shape);
  return {
    op: 'new-record',
    type: 'reference',
    record,
    values: [...values, ...classNumber(context, record, null, position)],
    position,
  };
}

/** Where the value of a field goes, with the promise of its kind. */
export function fieldDestination(field: ShapeField): Destination {
  const text = /^\d+$/.test(field.name) ? `element ${field.name}` : `the field \`${field.name}\``;
  return { text, ...(field.declared.tag === 'kind' ? narrowOf(field.declared.kind) : {}) };
}

/** A field that is read or written; null if the expression is none. */
export function fieldPlace(
  builder: ExpressionBuilder,
  node: ts.Expression,
): {
  readonly target: Extract<Target, { op: 'field' }>;
  readonly type: ScalarType;
  readonly to: Destination;
  readonly field: RecordField;
} | null {
  const { context } = builder;
  const access = skipWrappers(node);
  if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return null;
  const { records } = context.inference;
  const shape = records.shapeAt(access.expression);
  const found = records.fieldOf(access);
  if (shape === null || found === null) return null;
  const field = context.records.fieldOf(shape, found);
  const owner = builder.value(access.expression);
  const target = { op: 'field', record: context.records.typeOf(shape), owner, field } as const;
  return { target, type: field.type, to: fieldDestination(found), field };
}
