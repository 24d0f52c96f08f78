import ts from 'typescript';
import type { Expression, Local, RecordType } from '../kernel-tree/tree.ts';
import { type ClassHierarchy, classHierarchy, isClassItself, type MemberUse, memberUses } from './class-hierarchy.ts';
import type { CallNode } from './class-kinds.ts';
import { type ValueType, VOID } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { type Passed, passedTo } from './tree-arguments.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { buildFunctionCall, type Case, chosenCall } from './tree-functions.ts';
import { combine } from './tree-operators.ts';
import { compoundOperator, isLogicalAssignment } from './tree-patterns.ts';

/** Calls `object.method(…)`; null for a call of what is no method. */
export function buildMethodCall(builder: ExpressionBuilder, node: ts.CallExpression): Expression | null {
  const callee = skipWrappers(node.expression);
  const { checker } = builder.context.scope.sources;
  if (memberUses(checker, callee) !== 'method' || !ts.isPropertyAccessExpression(callee)) return null;
  return callMember(builder, node, { access: callee, use: 'call', passed: passedTo(builder, node), self: null });
}

/** `object.name` where that is a getter; null for all else. */
export function buildGetter(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  if (!isAccessor(builder.context, node)) return null;
  return callMember(builder, node, { access: node, use: 'get', passed: [], self: null });
}

/** `object.name = value` and `object.name += value` where that is a setter; null for all else. */
export function buildSetter(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression | null {
  const { kinds } = builder.context;
  const access = skipWrappers(node.left);
  if (!isAccessor(builder.context, access)) return null;
  if (isLogicalAssignment(node.operatorToken.kind)) {
    report(builder.context, 'SH1028', node);
    return placeholder(positionOf(builder.context, node));
  }
  const operator = compoundOperator(node.operatorToken.kind);
  if (operator === ts.SyntaxKind.Unknown) {
    return setMember(builder, access, kinds.typeOf(node.right), () => builder.value(node.right));
  }
  return setMember(builder, access, kinds.typeOf(node), (self) => {
    const left = callMember(builder, access, { access, use: 'get', passed: [], self });
    return combine(builder, { operator, leftNode: node.left, rightNode: node.right, left, node });
  });
}

/** `object.name++` and `--` where that is a setter; null for all else. */
export function buildAccessorStep(
  builder: ExpressionBuilder,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  yields: 'old' | 'new',
): Expression | null {
  const { context } = builder;
  const access = skipWrappers(node.operand);
  if (!isAccessor(context, access)) return null;
  const position = positionOf(context, node);
  let old: Local | null = null;
  const set = setMember(builder, access, context.kinds.typeOf(node), (self) => {
    const before = callMember(builder, access, { access, use: 'get', passed: [], self });
    const type = before.type === 'f32' || before.type === 'u32' ? before.type : 'i32';
    old = temporary('old', { tag: 'scalar', scalar: type }, position, true);
    const left: Expression = { op: 'assign', type, target: { op: 'local', local: old }, value: before, position };
    const right: Expression = { op: 'number', type, value: 1, position };
    const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? 'add' : 'sub';
    return { op: 'binary', type, operator, left, right, position };
  });
  return yields === 'new' || old === null ? set : sequence([set, localValue(old, position)]);
}

/** Gives a value that was taken from another to a setter; null where the target is none. */
export function assignToSetter(
  builder: ExpressionBuilder,
  target: ts.Expression,
  value: Expression,
  known: ValueType,
): Expression | null {
  const access = skipWrappers(target);
  return isAccessor(builder.context, access) ? setMember(builder, access, known, () => value) : null;
}

function isAccessor(context: TreeContext, node: ts.Node): node is ts.PropertyAccessExpression {
  return memberUses(context.scope.sources.checker, node) === 'accessor';
}

function setMember(
  builder: ExpressionBuilder,
  access: ts.PropertyAccessExpression,
  type: ValueType,
  valueFor: (self: Local | null) => Expression,
): Expression {
  const { context } = builder;
  const position = positionOf(context, access);
  const items: Expression[] = [];
  let self: Local | null = null;
  if (!isClassItself(context.scope.sources.checker, access.expression)) {
    self = temporary('object', { tag: 'scalar', scalar: 'reference' }, position, true);
    items.push(keep(self, builder.value(access.expression)));
  }
  const value = valueFor(self);
  const held = temporary(
    'given',
    { tag: 'scalar', scalar: value.type === 'void' ? 'i32' : value.type },
    position,
    true,
  );
  items.push(keep(held, value));
  items.push(callMember(builder, access, { access, use: 'set', passed: [{ node: access, type, held }], self }));
  return sequence([...items, localValue(held, position)]);
}

interface MemberCall {
  readonly access: ts.PropertyAccessExpression;
  readonly use: MemberUse;
  readonly passed: readonly Passed[];
  /** The object, where it was evaluated before. */
  readonly self: Local | null;
}

/** A direct call where only one member can be meant, or a choice by the class of the object. */
function callMember(builder: ExpressionBuilder, node: ts.Expression, call: MemberCall): Expression {
  const { context } = builder;
  const { access, use, passed } = call;
  const { sources } = context.scope;
  const position = positionOf(context, node);
  const classes = classHierarchy(sources);
  const found = classes.implementations(access, use, sources.checker);
  const { instances } = context.inference;
  const cases = found.flatMap(({ member, owner, classes: owners }): Case[] => {
    const type = instances.functionType(member, context.instance, owner);
    const words = owners.map((made) => classes.numberOf(made));
    return type.tag === 'function' ? type.closures.map((closure) => ({ closure, words })) : [];
  });
  const [only, ...others] = cases;
  if (only === undefined) {
    report(context, 'SH2115', access.name, { name: sourceText(access.name), text: sourceText(access.expression) });
    return placeholder(position);
  }
  const hasObject = !isClassItself(sources.checker, access.expression);
  const object = (): Expression =>
    call.self === null ? builder.value(access.expression) : localValue(call.self, position);
  const target = node as CallNode;
  if (others.length === 0) {
    return buildFunctionCall(builder, target, [only.closure], { self: hasObject ? object() : null, passed });
  }
  const shape = context.kinds.records.shapeAt(access.expression);
  const record = shape === null ? null : context.records.typeOf(shape);
  if (record?.classField === undefined) throw new Error(`no class in ${sourceText(access)}`);
  const self = temporary('object', { tag: 'scalar', scalar: 'reference' }, position);
  return chosenCall(builder, target, cases, {
    before: [{ op: 'declare', local: self, value: object(), position }],
    choice: classOf(record, record.classField, self),
    self,
    passed,
    result: use === 'set' ? VOID : context.kinds.typeOf(node),
  });
}

function classOf(record: RecordType, field: RecordType['fields'][number], self: Local): Expression {
  return { op: 'field', type: 'i32', record, owner: localValue(self, self.position), field, position: self.position };
}

function keep(local: Local, value: Expression): Expression {
  const type = local.type.tag === 'scalar' ? local.type.scalar : 'i32';
  return { op: 'assign', type, target: { op: 'local', local }, value, position: value.position };
}

function localValue(local: Local, position: Expression['position']): Expression {
  const type = local.type.tag === 'scalar' ? local.type.scalar : 'i32';
  return { op: 'local', type, local, position };
}

function sequence(items: readonly Expression[]): Expression {
  const last = items.at(-1) as Expression;
  return { op: 'sequence', type: last.type, items, position: last.position };
}

/** The value of the field that tells the class of a new object. */
export function classNumber(
  context: TreeContext,
  record: RecordType,
  owner: ts.Type | null,
  position: Expression['position'],
): readonly { readonly field: RecordType['fields'][number]; readonly value: Expression }[] {
  if (record.classField === undefined) return [];
  const classes: ClassHierarchy = classHierarchy(context.scope.sources);
  const value = owner === null ? 0 : classes.numberOf(owner);
  return [{ field: record.classField, value: { op: 'number', type: 'i32', value, position } }];
}
