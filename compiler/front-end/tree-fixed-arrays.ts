/** Builds arrays that grow within a capacity: records of their elements, in an array, and their length. */
import ts from 'typescript';
import type { ArrayExpression, Expression, ScalarType, SourcePosition, Statement } from '../kernel-tree/tree.ts';
import { constantNumber } from './array-lengths.ts';
import { listCall, listElement, listFields, listShape } from './fixed-arrays.ts';
import { brandOf } from './kind-annotations.ts';
import { skipWrappers } from './reachable-functions.ts';
import type { RecordShape } from './record-shapes.ts';
import { fixedArrayItems } from './syntax-types.ts';
import { integerNumber, wordOf, zeros } from './tree-array-copies.ts';
import { placeholder, positionOf, report, sourceText, temporary } from './tree-context.ts';
import { type Destination, narrowOf } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { arrayValues, type Owner, ownerOf, readPart } from './tree-record-arrays.ts';

/** `fixedArray<f32>(16)`, `list.push(v)`, `list.pop()`, `list.capacity`; null for every other expression. */
export function buildList(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  const { context } = builder;
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'capacity') {
    const shape = listShape(context.kinds.typeOf(node.expression));
    return shape === null ? null : capacityOf(builder, shape, ownerOf(builder, node.expression));
  }
  const call = listCall(context.scope.sources, node);
  if (call === null || !ts.isCallExpression(node)) return null;
  if (call === 'fixedArray') return makeList(builder, node);
  const callee = skipWrappers(node.expression);
  const shape = ts.isPropertyAccessExpression(callee) ? listShape(context.kinds.typeOf(callee.expression)) : null;
  if (shape === null || !ts.isPropertyAccessExpression(callee)) {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(positionOf(context, node));
  }
  return call === 'push' ? push(builder, node, callee, shape) : pop(builder, node, callee, shape);
}

/** A list where an array is wanted: the elements that it has now. Null for every other expression. */
export function buildListArray(builder: ExpressionBuilder, node: ts.Expression): ArrayExpression | null {
  const shape = listShape(builder.context.kinds.typeOf(node));
  if (shape === null) return null;
  const owner = ownerOf(builder, node);
  const begin = integerNumber(0, owner.first.position);
  const { length } = partsOf(builder, shape, { first: owner.again, again: owner.again });
  return { op: 'subarray', array: partsOf(builder, shape, owner).items, begin, end: length };
}

/** The parts of a list that is in a variable, or is evaluated by the first use of it. */
export function partsOf(
  { context }: ExpressionBuilder,
  shape: RecordShape,
  owner: Owner,
): { readonly items: ArrayExpression; readonly length: Expression } {
  const fields = listFields(shape);
  const items = readPart(context, owner, shape, fields.items);
  const length = readPart(context, owner, shape, fields.length);
  if (!('array' in items) || 'array' in length) throw new Error(`${shape.name} is no list`);
  return { items: items.array, length: length.expression };
}

/** Where an element of a list goes: unlike one of a typed array, it does not wrap. */
export function listDestination(shape: RecordShape, text: string): Destination {
  return { text, ...narrowOf(listElement(shape)) };
}

function makeList(builder: ExpressionBuilder, node: ts.CallExpression): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const { checker } = context.scope.sources;
  const shape = context.kinds.records.shapeAt(node);
  const [capacity] = node.arguments;
  const items = fixedArrayItems(checker.getTypeAtLocation(node));
  if (shape?.form !== 'list' || capacity === undefined || items === null || brandOf(checker, items) === null) {
    report(context, 'SH3070', node, { text: sourceText(node) });
    return placeholder(position);
  }
  const fields = listFields(shape);
  const array = zeros(builder, node, listElement(shape), constantNumber(context.scope, capacity));
  const length = { field: context.records.fieldOf(shape, fields.length), value: integerNumber(0, position) };
  const values = [...arrayValues(builder, node, { shape, field: fields.items }, array), length];
  return { op: 'new-record', type: 'reference', record: context.records.typeOf(shape), values, position };
}

function push(
  builder: ExpressionBuilder,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  shape: RecordShape,
): Expression {
  const { before, owner, items, length, type, position } = listOf(builder, node, callee, shape);
  const [argument] = node.arguments;
  if (argument === undefined) return placeholder(position);
  const value = temporary('value', { tag: 'scalar', scalar: type }, position);
  const to = listDestination(shape, 'the parameter of `push`');
  const target = { op: 'element', array: items, index: length, check: null } as const;
  const capacity = capacityOf(builder, shape, owner);
  const result = temporary('count', { tag: 'scalar', scalar: 'i32' }, position, true);
  return {
    op: 'inline',
    type: 'i32',
    name: 'push',
    target: { name: 'push' },
    result,
    body: [
      before,
      { op: 'declare', local: value, value: builder.as(argument, type, to), position },
      refuse(node, compare('ge', length, capacity), 'the array is full', position),
      effect({ op: 'assign', type, target, value: { op: 'local', type, local: value, position }, position }),
      effect(assign(result, plus(length, 1))),
      effect(setLength(builder, shape, owner, { op: 'local', type: 'i32', local: result, position })),
    ],
    position,
  };
}

function pop(
  builder: ExpressionBuilder,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  shape: RecordShape,
): Expression {
  const { before, owner, items, length, type, position } = listOf(builder, node, callee, shape);
  const result = temporary('last', { tag: 'scalar', scalar: type }, position, true);
  const last: Expression = { op: 'element', type, array: items, index: length, check: null, position };
  return {
    op: 'inline',
    type,
    name: 'pop',
    target: { name: 'pop' },
    result,
    body: [
      before,
      refuse(node, compare('le', length, integerNumber(0, position)), 'the array is empty', position),
      effect(setLength(builder, shape, owner, plus(length, -1))),
      effect({ op: 'assign', type, target: { op: 'local', local: result }, value: last, position }),
    ],
    position,
  };
}

/** The array whose method is called, evaluated once, and its parts. */
function listOf(
  builder: ExpressionBuilder,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  shape: RecordShape,
) {
  const { before, owner } = held(builder, callee.expression);
  const position = positionOf(builder.context, node);
  return { before, owner, ...partsOf(builder, shape, owner), type: wordOf(listElement(shape)), position };
}

function held(builder: ExpressionBuilder, node: ts.Expression): { readonly before: Statement; readonly owner: Owner } {
  const position = positionOf(builder.context, node);
  const local = temporary('list', { tag: 'scalar', scalar: 'reference' }, position);
  const owner: Expression = { op: 'local', type: 'reference', local, position };
  return {
    before: { op: 'declare', local, value: builder.value(node), position },
    owner: { first: owner, again: owner },
  };
}

function capacityOf({ context }: ExpressionBuilder, shape: RecordShape, { first }: Owner): Expression {
  const field = context.records.lengthFieldOf(shape, listFields(shape).items);
  const record = context.records.typeOf(shape);
  return { op: 'field', type: 'i32', record, owner: first, field, position: first.position };
}

function setLength({ context }: ExpressionBuilder, shape: RecordShape, owner: Owner, value: Expression): Expression {
  const field = context.records.fieldOf(shape, listFields(shape).length);
  const target = { op: 'field', record: context.records.typeOf(shape), owner: owner.again, field } as const;
  return { op: 'assign', type: 'i32', target, value, position: value.position };
}

function refuse(node: ts.Node, condition: Expression, message: string, position: SourcePosition): Statement {
  const text = sourceText(node);
  const site = { kind: 'throw', position, text, errorClass: 'RangeError', message } as const;
  return { op: 'if', condition, whenTrue: [{ op: 'throw', site, position }], whenFalse: [], position };
}

function compare(operator: 'ge' | 'le', left: Expression, right: Expression): Expression {
  return { op: 'compare', type: 'bool', operator, kind: 'i32', left, right, position: left.position };
}

function plus(left: Expression, by: number): Expression {
  const right = integerNumber(by, left.position);
  return { op: 'binary', type: 'i32', operator: 'add', left, right, position: left.position };
}

function assign(local: Extract<Expression, { op: 'local' }>['local'], value: Expression): Expression {
  const type: ScalarType = local.type.tag === 'scalar' ? local.type.scalar : 'i32';
  return { op: 'assign', type, target: { op: 'local', local }, value, position: value.position };
}

function effect(value: Expression): Statement {
  return { op: 'expression', value, position: value.position };
}
