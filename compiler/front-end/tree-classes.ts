import ts from 'typescript';
import type { ArrayExpression, Expression, Local } from '../kernel-tree/tree.ts';
import { baseClass, classNamed, constructorOf, fieldsOf, memberKey, parameterFields } from './class-members.ts';
import { baseTypeOf, classOfType, declaredClassType } from './class-types.ts';
import { programChecker } from './function-types.ts';
import { type RecordShape, recordShapes } from './record-shapes.ts';
import { placeholder, positionOf, type TreeContext, temporary } from './tree-context.ts';
import { convert } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { buildFunctionCall } from './tree-functions.ts';
import { classNumber } from './tree-members.ts';
import { storeArray } from './tree-record-arrays.ts';
import { fieldDestination, leftOut, reportLeftOut } from './tree-records.ts';

/** `this`, `new C(…)` and `super(…)`; null for every other expression. */
export function buildClassExpression(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) {
    return selfOf(builder, builder.self, node);
  }
  if (ts.isNewExpression(node)) return buildNewObject(builder, node);
  return null;
}

function selfOf(builder: ExpressionBuilder, local: Local, node: ts.Node): Expression {
  return { op: 'local', type: 'reference', local, position: positionOf(builder.context, node) };
}

function buildNewObject(builder: ExpressionBuilder, node: ts.NewExpression): Expression | null {
  const { context } = builder;
  const owner = classNamed(context.scope.sources.checker, node.expression);
  const shape = context.kinds.records.shapeAt(node);
  const position = positionOf(context, node);
  if (owner === null || shape === null) return null;
  const made = temporary('made', { tag: 'scalar', scalar: 'reference' }, position, true);
  // What a constructor may leave out is looked at as if it did.
  reportLeftOut(context, shape, initialised(context, owner), node);
  const type = context.records.typeOf(shape);
  const madeType = context.scope.sources.checker.getTypeAtLocation(node);
  const values = [...leftOut(context, shape, new Set(), position), ...classNumber(context, type, madeType, position)];
  const record: Expression = { op: 'new-record', type: 'reference', record: type, values, position };
  const first: Expression = {
    op: 'assign',
    type: 'reference',
    target: { op: 'local', local: made },
    value: record,
    position,
  };
  const items = [first, ...construct(builder, node, madeType, made), selfOf(builder, made, node)];
  return { op: 'sequence', type: 'reference', items, position };
}

/** Names of the fields of a class, and those above, that have a value from the beginning. */
function initialised(context: TreeContext, owner: ts.ClassDeclaration): ReadonlySet<string> {
  const names = new Set<string>();
  const { checker } = context.scope.sources;
  for (let at: ts.ClassDeclaration | null = owner; at !== null; at = baseClass(checker, at)) {
    for (const field of fieldsOf(at)) if (field.initializer !== undefined) names.add(memberKey(field.name));
  }
  return names;
}

/** What fills a new object of a class: its constructor, or those above and its fields. */
function construct(
  builder: ExpressionBuilder,
  node: ts.NewExpression | ts.CallExpression,
  type: ts.Type,
  self: Local,
): Expression[] {
  const { context } = builder;
  const owner = classOfType(type);
  const explicit = owner === null ? null : constructorOf(owner);
  if (explicit !== null) {
    const callee = context.inference.instances.functionType(explicit, context.instance, type);
    const closures = callee.tag === 'function' ? callee.closures : [];
    return [buildFunctionCall(builder, node, closures, { self: selfOf(builder, self, node) })];
  }
  const base = baseTypeOf(programChecker(context.scope.sources.checker), type);
  const above = base === null ? [] : construct(builder, node, base, self);
  return [...above, ...initialFields(builder, type, self)];
}

/** First values of the fields of one class. */
function initialFields(builder: ExpressionBuilder, type: ts.Type, self: Local): Expression[] {
  const { context } = builder;
  const owner = classOfType(type);
  if (owner === null) return [];
  const shape = recordShapes(context.scope.sources.checker).shapeOf(type);
  const before = builder.ownSelf;
  builder.ownSelf = self;
  const list = fieldsOf(owner).flatMap((field) => {
    if (field.initializer === undefined) return [];
    return assignField(builder, { field, shape }, self, (want, to) =>
      builder.as(field.initializer as ts.Expression, want, to),
    );
  });
  builder.ownSelf = before;
  const explicit = constructorOf(owner);
  if (explicit === null) return list;
  const given = parameterFields(explicit).flatMap((parameter) => {
    const local = context.localOf(parameter);
    const scalar = local.type.tag === 'scalar' ? local.type.scalar : 'i32';
    const value: Expression = { op: 'local', type: scalar, local, position: positionOf(context, parameter) };
    const known = context.kinds.variableType(parameter);
    const name = parameter.name as ts.Identifier;
    return assignField(builder, { field: parameter, shape }, self, (want, to) =>
      convert(context, name, value, want, to, known),
    );
  });
  return [...given, ...list];
}

function assignField(
  builder: ExpressionBuilder,
  {
    field,
    shape,
  }: {
    readonly field: ts.PropertyDeclaration | ts.ParameterDeclaration;
    readonly shape: RecordShape | null;
  },
  self: Local,
  value: (want: Parameters<typeof convert>[3], to: ReturnType<typeof fieldDestination>) => Expression,
): Expression[] {
  const { context } = builder;
  const found = shape?.fields.get(memberKey(field.name));
  if (!shape || found === undefined) return [];
  if (context.kinds.records.fieldType(found).tag === 'array') {
    const object = selfOf(builder, self, field);
    const array: ArrayExpression | null = ts.isParameter(field)
      ? { op: 'local-array', local: context.localOf(field) }
      : field.initializer === undefined
        ? null
        : builder.array(field.initializer);
    return array === null
      ? []
      : storeArray(builder, { first: object, again: object }, { shape, field: found }, { node: field, array });
  }
  const held = context.records.fieldOf(shape, found);
  const target = {
    op: 'field',
    record: context.records.typeOf(shape),
    owner: selfOf(builder, self, field),
    field: held,
  } as const;
  const position = positionOf(context, field);
  const isThere = context.records.givenFieldOf(shape, found);
  const always: Expression = { op: 'bool', type: 'bool', value: true, position };
  const marked: Expression[] =
    isThere === null
      ? []
      : [{ op: 'assign', type: 'bool', target: { ...target, field: isThere }, value: always, position }];
  return [
    ...marked,
    { op: 'assign', type: held.type, target, value: value(held.type, fieldDestination(found)), position },
  ];
}

/** What a constructor does before its own statements; where there is a class above, `super(…)` does it. */
export function startConstructor(builder: ExpressionBuilder): Expression[] {
  const { node } = builder.context.instance;
  if (!ts.isConstructorDeclaration(node)) return [];
  if (baseClass(builder.context.scope.sources.checker, node.parent) !== null) return [];
  return initialFields(builder, declaredClassType(builder.context.scope.sources.checker, node.parent), builder.self);
}

/** `super(…)`: the constructor above, then the fields of this class. */
export function buildSuperCall(builder: ExpressionBuilder, node: ts.CallExpression): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const { node: own } = context.instance;
  if (!ts.isConstructorDeclaration(own)) return placeholder(position);
  const { checker } = context.scope.sources;
  const type = declaredClassType(checker, own.parent);
  const base = baseTypeOf(programChecker(checker), type);
  const above = base === null ? [] : construct(builder, node, base, builder.self);
  const items = [...above, ...initialFields(builder, type, builder.self), placeholder(position)];
  return { op: 'sequence', type: 'i32', items, position };
}

const selves = new WeakMap<TreeContext, Local>();

/** The variable `this` of a function of a class. */
export function selfLocalOf(context: TreeContext): Local {
  let local = selves.get(context);
  if (local === undefined) {
    local = temporary('self', { tag: 'scalar', scalar: 'reference' }, positionOf(context, context.instance.node));
    selves.set(context, local);
  }
  return local;
}
