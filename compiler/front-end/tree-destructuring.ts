import ts from 'typescript';
import type { ArrayExpression, Expression, Local, SourcePosition, Statement } from '../kernel-tree/tree.ts';
import { mostElements } from './array-lengths.ts';
import { integer, itemType, OTHER, present, scalarOf, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { nameOfProperty } from './record-kinds.ts';
import { type RestElement, restParts, restTarget, restType, startOf } from './rest-elements.ts';
import { copyOf, integerNumber, wordOf } from './tree-array-copies.ts';
import { assignTo, variableDestination } from './tree-assignments.ts';
import { positionOf, report, sourceText, type TreeContext, temporary, variableTypeOf } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import { ExpressionBuilder } from './tree-expressions.ts';
import { type Owner, type Part, readPart } from './tree-record-arrays.ts';
import { recordOfParts } from './tree-records.ts';

/** What is taken apart, in a variable. */
export interface Source {
  readonly local: Local;
  readonly type: ValueType;
}

/** `const { x, y: [a] } = value`: the value once, then each variable. */
export function declarePattern(
  builder: ExpressionBuilder,
  pattern: ts.BindingPattern,
  initializer: ts.Expression,
): Statement[] {
  const { source, before } = hold(builder, initializer);
  return [...before, ...bind(builder, pattern, source, initializer)];
}

/** The variables of a pattern, of a value that is in a variable already. */
export function declareParts(builder: ExpressionBuilder, pattern: ts.BindingPattern, source: Source): Statement[] {
  return bind(builder, pattern, source, pattern);
}

/** Parameters that are patterns, at the beginning of a function. */
export function declareParameterPatterns(context: TreeContext): Statement[] {
  const builder = new ExpressionBuilder(context);
  return context.instance.node.parameters.flatMap((parameter) => {
    if (ts.isIdentifier(parameter.name)) return [];
    const source = { local: context.localOf(parameter), type: context.kinds.variableType(parameter) };
    return bind(builder, parameter.name, source, parameter);
  });
}

/** `[a, b] = value` and `({ x } = value)`; null for every other assignment. */
export function assignPattern(builder: ExpressionBuilder, node: ts.BinaryExpression): Statement[] | null {
  const target = skipWrappers(node.left);
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !isPattern(target)) return null;
  const { source, before } = hold(builder, node.right);
  return [...before, ...assign(builder, target, source, node.right)];
}

export function isPattern(node: ts.Node): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

/** A part of a pattern that is assigned to: a name or index and where it goes, or `...rest`. */
interface PatternTarget {
  readonly name: string;
  readonly target: ts.Expression;
  readonly node: ts.Node;
  readonly rest?: RestElement;
}

/** Names and targets of a pattern that is assigned to. */
export function* patternTargets(
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
): Iterable<PatternTarget> {
  if (ts.isArrayLiteralExpression(pattern)) {
    for (const [index, element] of pattern.elements.entries()) {
      if (ts.isSpreadElement(element)) yield { name: '', target: element.expression, node: element, rest: element };
      else if (!ts.isOmittedExpression(element)) yield { name: String(index), target: element, node: element };
    }
    return;
  }
  for (const property of pattern.properties) {
    if (ts.isSpreadAssignment(property)) {
      yield { name: '', target: property.expression, node: property, rest: property };
      continue;
    }
    const name = nameOfProperty(property);
    if (name === null) continue;
    if (ts.isPropertyAssignment(property)) yield { name, target: property.initializer, node: property };
    else if (ts.isShorthandPropertyAssignment(property)) yield { name, target: property.name, node: property };
  }
}

/** Name of the field or index that an element of a pattern takes. */
export function boundName(element: ts.BindingElement, index: number): string {
  if (ts.isArrayBindingPattern(element.parent)) return String(index);
  const name = element.propertyName ?? element.name;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : '';
}

function hold(builder: ExpressionBuilder, node: ts.Expression): { source: Source; before: Statement[] } {
  const { context } = builder;
  const type = context.kinds.typeOf(node);
  const position = positionOf(context, node);
  const local = temporary('parts', variableTypeOf(type), position);
  const before: Statement[] =
    type.tag === 'array'
      ? [{ op: 'declare-array', local, value: builder.array(node), position }]
      : [{ op: 'declare', local, value: builder.value(node), position }];
  return { source: { local, type }, before };
}

function partOf(builder: ExpressionBuilder, source: Source, name: string, node: ts.Node): Part | null {
  const { context } = builder;
  const position = positionOf(context, node);
  if (source.type.tag === 'record') {
    const { shape } = source.type;
    const found = shape.fields.get(name);
    if (found === undefined) {
      report(context, 'SH2110', node, { text: sourceText(node) });
      return null;
    }
    return readPart(context, ownerOf(source, position), shape, found);
  }
  if (source.type.tag !== 'array') {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return null;
  }
  const array: ArrayExpression = { op: 'local-array', local: source.local };
  if (name === 'length') {
    return { expression: { op: 'length', type: 'i32', array, position }, type: integer('i32', 0, 2 ** 30) };
  }
  const type = itemType(source.type);
  const scalar = scalarOf(type);
  const index: Expression = { op: 'number', type: 'i32', value: Number(name), position };
  const check = context.boundsChecks
    ? ({ kind: 'index-out-of-range', position, text: `${sourceText(node)} at [${name}]` } as const)
    : null;
  const kind = scalar === 'f32' || scalar === 'u32' || scalar === 'reference' ? scalar : 'i32';
  return { expression: { op: 'element', type: kind, array, index, check, position }, type };
}

function bind(builder: ExpressionBuilder, pattern: ts.BindingPattern, source: Source, place: ts.Node): Statement[] {
  const { context } = builder;
  return pattern.elements.flatMap((element, index): Statement[] => {
    if (ts.isOmittedExpression(element)) return [];
    if (element.dotDotDotToken !== undefined) return bindRest(builder, element, source, place);
    const part = partOf(builder, source, boundName(element, index), element);
    if (part === null) return [];
    const position = positionOf(context, element);
    if (!ts.isIdentifier(element.name)) {
      const inner = held(part, position);
      return [...inner.before, ...bind(builder, element.name, inner.source, place)];
    }
    if (element.initializer !== undefined && source.type.tag === 'array') {
      report(context, 'SH3029', element, { text: sourceText(element) });
    }
    const local = context.localOf(element);
    if ('array' in part) return [{ op: 'declare-array', local, value: part.array, position }];
    const isThere = context.givenOf(element);
    if (isThere !== null) {
      const always: Expression = { op: 'bool', type: 'bool', value: true, position };
      const to = variableDestination(context, element);
      const want = scalarOf(context.kinds.variableType(element));
      const value = convert(context, element.name, part.expression, want, to, present(part.type));
      return [
        { op: 'declare', local: isThere, value: part.given ?? always, position },
        { op: 'declare', local, value, position },
      ];
    }
    if (local.type.tag === 'array') return [];
    const type = element.initializer === undefined ? part.type : present(part.type);
    const kind = context.kinds.variableType(element);
    const given =
      element.initializer === undefined
        ? part.expression
        : withDefault(builder, part, { name: element.name, initializer: element.initializer, kind });
    const to = variableDestination(context, element);
    const value = convert(context, element.name, given, local.type.scalar, to, type);
    return [{ op: 'declare', local, value, position }];
  });
}

/** `...rest`: a new object or tuple of the fields that are left, or a copy of the elements. */
function bindRest(builder: ExpressionBuilder, element: ts.BindingElement, source: Source, place: ts.Node): Statement[] {
  const { context } = builder;
  const position = positionOf(context, element);
  const type = restType(context.scope, element, source.type);
  const local = ts.isIdentifier(element.name)
    ? context.localOf(element)
    : temporary('rest', variableTypeOf(type), position);
  const inner = ts.isIdentifier(element.name) ? [] : bind(builder, element.name, { local, type }, place);
  const value = restOf(builder, element, source, place);
  if (value === null) return inner;
  const declared: Statement =
    'array' in value
      ? { op: 'declare-array', local, value: value.array, position }
      : { op: 'declare', local, value: value.expression, position };
  return [declared, ...inner];
}

/** What `...rest` takes: a copy of elements, or a new object or tuple. Null, if reported, where it is none of these. */
function restOf(builder: ExpressionBuilder, element: RestElement, source: Source, place: ts.Node): Part | null {
  const { context } = builder;
  const position = positionOf(context, element);
  const type = restType(context.scope, element, source.type);
  if (type.tag === 'array' && source.type.tag === 'record') {
    const { shape } = source.type;
    const owner = ownerOf(source, position);
    const fields = [...shape.fields.values()].slice(startOf(element));
    const values = fields.flatMap((field): Expression[] => {
      const part = readPart(context, owner, shape, field);
      const to = { text: 'an element', eitherSign: true };
      const target = restTarget(element) as ts.Expression;
      return 'array' in part ? [] : [convert(context, target, part.expression, wordOf(type.element), to, part.type)];
    });
    return { type, array: { op: 'new-array', element: type.element, length: values.length, values } };
  }
  if (type.tag === 'array' && type.element !== 'reference') {
    const start = startOf(element);
    const most = ts.isExpression(place) ? mostElements(context.scope, place) : null;
    const whole: ArrayExpression = { op: 'local-array', local: source.local };
    const left: ArrayExpression = { op: 'subarray', array: whole, begin: integerNumber(start, position), end: null };
    const capacity = most === null ? null : Math.max(0, most - start);
    return { type, array: copyOf(builder, element, left, { element: type.element, capacity }) };
  }
  if (type.tag !== 'record' || source.type.tag !== 'record') {
    report(context, 'SH1012', element);
    return null;
  }
  const { shape } = source.type;
  const owner = ownerOf(source, position);
  const given = restParts(context.scope, element, source.type).map(({ from, into }) => {
    return { name: into.name, value: readPart(context, owner, shape, from) };
  });
  return { type, expression: recordOfParts(builder, restTarget(element), type.shape, given) };
}

/** The default of a field that may be null; other fields always have a value. */
function withDefault(
  builder: ExpressionBuilder,
  { type, expression: value, given }: Extract<Part, { readonly expression: Expression }>,
  {
    name,
    initializer,
    kind,
  }: {
    readonly name: ts.Identifier;
    readonly initializer: ts.Expression;
    readonly kind: ValueType;
  },
): Expression {
  if (given !== undefined) {
    // The node is only where it stands: the default in its place would be taken for the value.
    const to: Destination = { text: 'the default' };
    const whenTrue = convert(builder.context, name, value, scalarOf(kind), to, present(type));
    const whenFalse = builder.as(initializer, scalarOf(kind), { text: 'the field' });
    return { op: 'conditional', type: scalarOf(kind), condition: given, whenTrue, whenFalse, position: value.position };
  }
  if (type.tag !== 'record') return value;
  const { position } = value;
  const missing: Expression = {
    op: 'compare',
    type: 'bool',
    operator: 'eq',
    kind: 'reference',
    left: value,
    right: { op: 'null', type: 'reference', position },
    position,
  };
  const whenTrue = builder.value(initializer);
  return { op: 'conditional', type: 'reference', condition: missing, whenTrue, whenFalse: value, position };
}

function ownerOf({ local }: Source, position: SourcePosition): Owner {
  const owner: Expression = { op: 'local', type: 'reference', local, position };
  return { first: owner, again: owner };
}

function held(part: Part, position: SourcePosition): { source: Source; before: Statement[] } {
  const local = temporary('parts', variableTypeOf(part.type), position);
  const declared: Statement =
    'array' in part
      ? { op: 'declare-array', local, value: part.array, position }
      : { op: 'declare', local, value: part.expression, position };
  return { source: { local, type: part.type }, before: [declared] };
}

function assign(
  builder: ExpressionBuilder,
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  source: Source,
  place: ts.Node,
): Statement[] {
  const { context } = builder;
  return [...patternTargets(pattern)].flatMap(({ name, target, node, rest }): Statement[] => {
    const part = rest === undefined ? partOf(builder, source, name, node) : restOf(builder, rest, source, place);
    if (part === null) return [];
    const position = positionOf(context, node);
    const inner = skipWrappers(target);
    if (isPattern(inner)) {
      const parts = held(part, position);
      return [...parts.before, ...assign(builder, inner, parts.source, place)];
    }
    if ('array' in part) {
      const binding = ts.isIdentifier(inner) ? context.scope.resolve(inner) : null;
      if (binding?.tag === 'local' && rest !== undefined) {
        return [{ op: 'assign-array', local: context.localOf(binding.declaration), value: part.array, position }];
      }
      report(context, 'SH3010', node, { text: sourceText(node) });
      return [];
    }
    const value = assignTo(builder, target, part.expression, part.type);
    return value === null ? [] : [{ op: 'expression', value, position }];
  });
}

/** Type of the part of a value that a name or index takes. */
export function partType(
  type: ValueType,
  name: string,
  fieldType: (
    field: NonNullable<ReturnType<Extract<ValueType, { tag: 'record' }>['shape']['fields']['get']>>,
  ) => ValueType,
): ValueType {
  if (type.tag === 'array') return name === 'length' ? integer('i32', 0, 2 ** 30) : itemType(type);
  const field = type.tag === 'record' ? type.shape.fields.get(name) : undefined;
  return field === undefined ? OTHER : fieldType(field);
}
