import ts from 'typescript';
import type { Expression, RecordField, ScalarType, SourcePosition, Target } from '../kernel-tree/tree.ts';
import { present } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { nameOfProperty, spreadFields, stringOf, valueOfProperty } from './record-kinds.ts';
import { type RecordShape, recordShapes, type ShapeField } from './record-shapes.ts';
import { isNullName } from './record-syntax.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import { convert, type Destination, narrowOf } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { classNumber } from './tree-members.ts';
import { holdMaybe } from './tree-optional.ts';
import { arrayValues, type Part, readPart } from './tree-record-arrays.ts';

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
  if (place === null) return null;
  // Behind `?.` it was asked whether it is there.
  if (context.kinds.typeOf(node).tag === 'maybe' && !ts.isOptionalChain(node)) {
    report(context, 'SH3016', node, { text: sourceText(node) });
  }
  return { ...place.target, type: place.target.field.type, position };
}

function buildObject(builder: ExpressionBuilder, node: ts.ObjectLiteralExpression): Expression {
  const shape = builder.context.kinds.records.shapeAt(node);
  const values = node.properties.flatMap((property): Given[] => {
    if (ts.isSpreadAssignment(property)) return spreadRecord(builder, property.expression);
    const value = valueOfProperty(property);
    const name = nameOfProperty(property);
    return value === null || name === null ? [] : [{ name, node: value, value: null }];
  });
  return buildNew(builder, node, shape, values);
}

/** A value of a literal: written there (null), or a field of an object that is spread. */
export interface Given {
  readonly name: string;
  readonly node: ts.Expression;
  readonly value: Part | null;
}

/** The fields of `...node`: the object once, with the first of them. */
export function spreadRecord(builder: ExpressionBuilder, node: ts.Expression): Given[] {
  const { context } = builder;
  const position = positionOf(context, node);
  const shape = context.kinds.records.shapeAt(node);
  if (shape === null) {
    report(context, 'SH1012', node);
    return [];
  }
  const local = temporary('spread', { tag: 'scalar', scalar: 'reference' }, position, true);
  const source: Expression = { op: 'local', type: 'reference', local, position };
  const target = { op: 'local', local } as const;
  const keep: Expression = { op: 'assign', type: 'reference', target, value: builder.value(node), position };
  return spreadFields(context.scope, node, shape).map((found, index): Given => {
    const owner = { first: index === 0 ? keep : source, again: source };
    return { name: found.name, node, value: readPart(context, owner, shape, found) };
  });
}

function buildTuple(builder: ExpressionBuilder, node: ts.ArrayLiteralExpression): Expression | null {
  const shape = recordShapes(builder.context.scope.sources.checker).tupleOf(node);
  if (shape === null) return null;
  const values = node.elements
    .flatMap((element): Omit<Given, 'name'>[] =>
      ts.isSpreadElement(element) ? spreadRecord(builder, element.expression) : [{ node: element, value: null }],
    )
    .map((given, index) => ({ ...given, name: String(index) }));
  return buildNew(builder, node, shape, values);
}

/** A new object or tuple whose fields have values that were read before. */
export function recordOfParts(
  builder: ExpressionBuilder,
  node: ts.Node,
  shape: RecordShape,
  parts: readonly { readonly name: string; readonly value: Part }[],
): Expression {
  // The value is built, so its node is only where it stands.
  const given = parts.map((part) => ({ ...part, node: node as ts.Expression }));
  return buildNew(builder, node, shape, given);
}

function buildNew(
  builder: ExpressionBuilder,
  node: ts.Node,
  shape: RecordShape | null,
  given: readonly Given[],
): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  if (shape === null) {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(position);
  }
  const values = given.flatMap(({ name, node: at, value }) => {
    const field = shape.fields.get(name);
    if (field === undefined) return [];
    const held = context.records.fieldOf(shape, field);
    const type = context.kinds.records.fieldType(field);
    if (type.tag === 'array') {
      const array = value !== null && 'array' in value ? value.array : builder.array(at);
      return arrayValues(builder, at, { shape, field }, array);
    }
    if (value !== null && 'array' in value) return [];
    const to = fieldDestination(field);
    const isThere = context.records.givenFieldOf(shape, field);
    if (isThere !== null) return optionalValues(builder, { at, value }, { held, isThere, to });
    const stored =
      value === null
        ? builder.as(at, held.type, to)
        : convert(context, at, value.expression, held.type, to, value.type);
    return [{ field: held, value: stored }];
  });
  const names = given.map(({ name }) => name);
  for (const [index, { name, node: at, value }] of given.entries()) {
    // One that is missing leaves what an object before it has.
    const isOptional = value !== null && 'given' in value && value.given !== undefined;
    if (isOptional && names.indexOf(name) < index) report(context, 'SH1012', at);
  }
  reportLeftOut(context, shape, new Set(names), node);
  const record = context.records.typeOf(shape);
  return {
    op: 'new-record',
    type: 'reference',
    record,
    values: [
      ...values,
      ...leftOut(context, shape, new Set(names), position),
      ...classNumber(context, record, null, position),
    ],
    position,
  };
}

/** The two words of a field that may be missing. */
function optionalValues(
  builder: ExpressionBuilder,
  { at, value }: { readonly at: ts.Expression; readonly value: Part | null },
  into: { readonly held: RecordField; readonly isThere: RecordField; readonly to: Destination },
): { readonly field: RecordField; readonly value: Expression }[] {
  const { held, isThere, to } = into;
  const position = positionOf(builder.context, at);
  const always: Expression = { op: 'bool', type: 'bool', value: true, position };
  if (value !== null && 'expression' in value) {
    const word = convert(builder.context, at, value.expression, held.type, to, present(value.type));
    return [
      { field: isThere, value: value.given ?? always },
      { field: held, value: word },
    ];
  }
  const kept = holdMaybe(builder, at, held.type, to);
  const first: Expression = { op: 'sequence', type: held.type, items: [kept.before, kept.value], position };
  return [
    { field: held, value: first },
    { field: isThere, value: kept.isThere ?? always },
  ];
}

/** Fields that are missing from the beginning. */
export function leftOut(
  context: TreeContext,
  shape: RecordShape,
  given: ReadonlySet<string>,
  position: SourcePosition,
): { readonly field: RecordField; readonly value: Expression }[] {
  return [...shape.fields.values()].flatMap((field) => {
    const isThere = given.has(field.name) ? null : context.records.givenFieldOf(shape, field);
    return isThere === null ? [] : [{ field: isThere, value: { op: 'bool', type: 'bool', value: false, position } }];
  });
}

/** Optional fields that are functions: nothing in their word means that they are missing. */
export function reportLeftOut(
  context: TreeContext,
  shape: RecordShape,
  given: ReadonlySet<string>,
  node: ts.Node,
): void {
  for (const field of shape.fields.values()) {
    if (!field.isOptional || given.has(field.name)) continue;
    if (context.kinds.records.fieldType(field).tag === 'array') report(context, 'SH3030', node, { name: field.name });
    else if (field.declared.tag === 'function') {
      report(context, 'SH3028', node, { name: field.name });
    }
  }
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
  const { records } = context.kinds;
  const shape = records.shapeAt(access.expression);
  const found = records.fieldOf(access);
  if (shape === null || found === null) return null;
  const field = context.records.fieldOf(shape, found);
  const owner = builder.value(access.expression);
  const target = { op: 'field', record: context.records.typeOf(shape), owner, field } as const;
  return { target, type: field.type, to: fieldDestination(found), field };
}
