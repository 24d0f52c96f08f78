/** Fields of objects and tuples that are arrays: where their elements are, and how many, in two words. */
import ts from 'typescript';
import type { ArrayExpression, Expression, RecordField } from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import type { ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import type { RecordShape, ShapeField } from './record-shapes.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';

/** What is read from a field. */
export type Part =
  | {
      readonly type: ValueType;
      readonly expression: Expression;
      /** Whether it is there, where it may be missing. Evaluated before the value. */
      readonly given?: Expression;
    }
  | { readonly type: ValueType; readonly array: ArrayExpression };

/** An object that is evaluated by the first of two expressions, and known by the second. */
export interface Owner {
  readonly first: Expression;
  readonly again: Expression;
}

/** A field of a shape. */
export interface FieldOf {
  readonly shape: RecordShape;
  readonly field: ShapeField;
}

/** The value of a field, or the array that it holds. */
export function readPart(context: TreeContext, owner: Owner, shape: RecordShape, found: ShapeField): Part {
  const type = context.kinds.records.fieldType(found);
  const record = context.records.typeOf(shape);
  const read = (field: RecordField, from: Expression): Expression => {
    return { op: 'field', type: field.type, record, owner: from, field, position: owner.first.position };
  };
  const given = context.records.givenFieldOf(shape, found);
  if (given !== null) {
    const expression = read(context.records.fieldOf(shape, found), owner.again);
    return { type, expression, given: read(given, owner.first) };
  }
  const expression = read(context.records.fieldOf(shape, found), owner.first);
  if (type.tag !== 'array') return { type, expression };
  const length = read(context.records.lengthFieldOf(shape, found), owner.again);
  return { type, array: { op: 'held-array', element: type.element, reference: expression, length } };
}

/** `object.data` where that is an array; null for every other expression. */
export function buildFieldArray(builder: ExpressionBuilder, node: ts.Expression): ArrayExpression | null {
  const place = arrayField(builder.context, node);
  if (place === null) return null;
  const { access, ...at } = place;
  const part = readPart(builder.context, ownerOf(builder, access.expression), at.shape, at.field);
  return 'array' in part ? part.array : null;
}

/** `object.data = array`; null where the target is no such field. */
export function buildArrayStore(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression | null {
  const place = arrayField(builder.context, node.left);
  if (place === null) return null;
  const position = positionOf(builder.context, node);
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isExpressionStatement(node.parent)) {
    report(builder.context, 'SH3010', node, { text: sourceText(node) });
    return placeholder(position);
  }
  const owner = ownerOf(builder, place.access.expression);
  const items = storeArray(builder, owner, place, { node: node.right, array: builder.array(node.right) });
  return { op: 'sequence', type: 'i32', items: [...items, placeholder(position)], position };
}

/** Stores an array into a field of an object. */
export function storeArray(
  builder: ExpressionBuilder,
  owner: Owner,
  at: FieldOf,
  { node, array }: { readonly node: ts.Node; readonly array: ArrayExpression },
): Expression[] {
  const record = builder.context.records.typeOf(at.shape);
  return arrayValues(builder, node, at, array).map(({ field, value }, index): Expression => {
    const target = { op: 'field', record, owner: index === 0 ? owner.first : owner.again, field } as const;
    return { op: 'assign', type: field.type, target, value, position: value.position };
  });
}

/** The two words of an array in a record. */
export function arrayValues(
  builder: ExpressionBuilder,
  node: ts.Node,
  { shape, field }: FieldOf,
  array: ArrayExpression,
): { readonly field: RecordField; readonly value: Expression }[] {
  const { context } = builder;
  const position = positionOf(context, node);
  const type = context.kinds.records.fieldType(field);
  if (field.isOptional) report(context, 'SH3030', node, { name: field.name });
  const element = elementKindOf(array);
  if (type.tag !== 'array' || type.element !== element) report(context, 'SH2110', node, { text: sourceText(node) });
  const local = temporary('kept', { tag: 'array', element }, position);
  const taken: ArrayExpression = { op: 'changed-array', local, value: array, effects: [] };
  const length: Expression = { op: 'length', type: 'i32', array: { op: 'local-array', local }, position };
  return [
    {
      field: context.records.fieldOf(shape, field),
      value: { op: 'array-reference', type: 'reference', array: taken, position },
    },
    { field: context.records.lengthFieldOf(shape, field), value: length },
  ];
}

function arrayField(
  context: TreeContext,
  node: ts.Expression,
): (FieldOf & { readonly access: ts.PropertyAccessExpression | ts.ElementAccessExpression }) | null {
  const access = skipWrappers(node);
  if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return null;
  const { records } = context.kinds;
  const shape = records.shapeAt(access.expression);
  const field = records.fieldOf(access);
  if (shape === null || field === null || records.fieldType(field).tag !== 'array') return null;
  return { access, shape, field };
}

/** Evaluates an object once, for the two words that are read of it. */
export function ownerOf(builder: ExpressionBuilder, node: ts.Expression): Owner {
  const value = builder.value(node);
  if (value.op === 'local' || value.op === 'global' || value.op === 'global-record') {
    return { first: value, again: value };
  }
  const { position } = value;
  const local = temporary('owner', { tag: 'scalar', scalar: 'reference' }, position, true);
  const first: Expression = { op: 'assign', type: 'reference', target: { op: 'local', local }, value, position };
  return { first, again: { op: 'local', type: 'reference', local, position } };
}
