/** Builds what may be missing: `a?.b`, `a?.[0]`, `a?.method()`, `a ?? b`. */
import ts from 'typescript';
import type {
  ArrayExpression,
  Expression,
  Local,
  NumberKind,
  RecordField,
  ScalarType,
  SourcePosition,
  Statement,
} from '../kernel-tree/tree.ts';
import { operationKind, present, scalarOf, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { variableDestination } from './tree-assignments.ts';
import { placeholder, positionOf, report, temporary } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { givenBy } from './tree-functions.ts';
import { ownerOf } from './tree-record-arrays.ts';
import { fieldDestination } from './tree-records.ts';

/** A value that may be missing. `missing` is evaluated first; `value` only where it is false. */
export interface Maybe {
  readonly missing: Expression;
  readonly value: Expression;
  /** What is known of the value where it is there. */
  readonly known: ValueType;
}

/** A chain with `?.` in it, none of whose objects was looked at yet; null for every other expression. */
function openChain(builder: ExpressionBuilder, node: ts.Expression): readonly ts.Expression[] | null {
  const guarded: ts.Expression[] = [];
  for (let at: ts.Node = node; ts.isOptionalChain(at); at = at.expression) {
    if (!ts.isNonNullExpression(at) && at.questionDotToken !== undefined) guarded.unshift(at.expression);
  }
  return guarded.length === 0 || guarded.some((owner) => builder.held.has(owner)) ? null : guarded;
}

/** Each object before a `?.` once, from the innermost outwards; then the chain as if it had no `?.`. */
function follow<T>(
  builder: ExpressionBuilder,
  guarded: readonly ts.Expression[],
  build: () => T,
): { readonly missing: Expression; readonly built: T } {
  const tests = guarded.map((owner): Expression => {
    const position = positionOf(builder.context, owner);
    const local = temporary('maybe', { tag: 'scalar', scalar: 'reference' }, position, true);
    const value = builder.value(owner);
    for (const held of [owner, skipWrappers(owner)]) {
      builder.held.set(held, { op: 'local', type: 'reference', local, position });
    }
    return isNull({ op: 'assign', type: 'reference', target: { op: 'local', local }, value, position });
  });
  const built = build();
  for (const owner of guarded) for (const held of [owner, skipWrappers(owner)]) builder.held.delete(held);
  return { missing: anyOf(tests), built };
}

/** The object that a chain gives, or null; null for what is no chain. */
export function buildOptional(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  const guarded = openChain(builder, node);
  if (guarded === null) return null;
  const position = positionOf(builder.context, node);
  const { missing, built } = follow(builder, guarded, () => builder.value(node));
  if (built.type === 'reference') {
    return choice(missing, { op: 'null', type: 'reference', position }, built, 'reference');
  }
  report(builder.context, 'SH1023', node);
  return placeholder(position);
}

/** A chain for what it does: `p?.step()`. Null for what is no chain. */
export function buildOptionalEffect(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  const guarded = openChain(builder, node);
  if (guarded === null) return null;
  const { missing, built } = follow(builder, guarded, () => builder.effect(node));
  const nothing = placeholder(missing.position);
  const done: Expression = { op: 'sequence', type: 'i32', items: [built, nothing], position: built.position };
  return choice(missing, nothing, done, 'i32');
}

/** `a?.data ?? b`, where that is an array; null for every other expression. */
export function buildArrayOr(builder: ExpressionBuilder, node: ts.Expression): ArrayExpression | null {
  if (!isCoalesce(node)) return null;
  const left = skipWrappers(node.left);
  const guarded = openChain(builder, left);
  if (guarded === null) return builder.array(left);
  const { missing, built } = follow(builder, guarded, () => builder.array(left));
  return { op: 'conditional-array', condition: missing, whenTrue: builder.array(node.right), whenFalse: built };
}

/** `a ?? b`. */
export function buildCoalesce(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression {
  const type = scalarOf(present(builder.context.kinds.typeOf(node)));
  return orElse(builder, node.left, type, () => builder.as(node.right, type, OTHER_SIDE));
}

const OTHER_SIDE: Destination = { text: 'the other side of `??`' };

/** What may be missing, and `otherwise` where it is. */
function orElse(
  builder: ExpressionBuilder,
  node: ts.Expression,
  type: ScalarType,
  otherwise: () => Expression,
): Expression {
  const inner = skipWrappers(node);
  if (isCoalesce(inner)) return orElse(builder, inner.left, type, () => orElse(builder, inner.right, type, otherwise));
  // A parameter that was left out.
  if (builder.context.kinds.typeOf(inner).tag === 'null') return otherwise();
  const maybe = maybeOf(builder, inner);
  if (maybe === null) return builder.as(node, type, OTHER_SIDE);
  const found = convert(builder.context, node, maybe.value, type, OTHER_SIDE, maybe.known);
  return choice(maybe.missing, otherwise(), found, type);
}

/** What may be missing in the language: an object, or a number, boolean or text behind `?.`. Null for all else. */
export function maybeOf(builder: ExpressionBuilder, node: ts.Expression): Maybe | null {
  const inner = skipWrappers(node);
  const type = builder.context.kinds.typeOf(inner);
  const guarded = openChain(builder, inner);
  if (type.tag === 'maybe' && guarded !== null) {
    const { missing, built } = follow(builder, guarded, () => maybeField(builder, inner) ?? builder.value(inner));
    if ('op' in built) return { missing, value: built, known: type.of };
    return { ...built, missing: anyOf([missing, built.missing]) };
  }
  if (type.tag === 'maybe') {
    const found = maybeVariable(builder, inner) ?? maybeField(builder, inner) ?? maybeCall(builder, inner);
    if (found !== null) return found;
  }
  if (type.tag === 'maybe' && ts.isConditionalExpression(inner)) {
    const { before, isThere, value } = holdMaybe(builder, inner, scalarOf(type), OTHER_SIDE);
    const position = positionOf(builder.context, inner);
    const missing: Expression = { op: 'logical-not', type: 'bool', value: isThere ?? truth(true, position), position };
    return { missing: { op: 'sequence', type: 'bool', items: [before, missing], position }, value, known: type.of };
  }
  if (type.tag === 'maybe' && isCoalesce(inner)) return eitherOf(builder, inner, type.of);
  if (type.tag !== 'record' && type.tag !== 'null') return null;
  const value = builder.value(inner);
  const local = temporary('maybe', { tag: 'scalar', scalar: 'reference' }, value.position, true);
  const { position } = value;
  const kept: Expression = { op: 'assign', type: 'reference', target: { op: 'local', local }, value, position };
  return { missing: isNull(kept), value: { op: 'local', type: 'reference', local, position }, known: type };
}

/** `a ?? b`, where `b` may be missing too. */
function eitherOf(builder: ExpressionBuilder, node: ts.BinaryExpression, known: ValueType): Maybe | null {
  const type = scalarOf(known);
  const position = positionOf(builder.context, node);
  const local = temporary('either', { tag: 'scalar', scalar: type }, position, true);
  const none = (side: ts.Expression): Expression => {
    const maybe = maybeOf(builder, side);
    const given = maybe === null ? builder.value(side) : maybe.value;
    const of = maybe === null ? builder.context.kinds.typeOf(side) : maybe.known;
    const value = convert(builder.context, side, given, type, OTHER_SIDE, of);
    const kept: Expression = { op: 'assign', type, target: { op: 'local', local }, value, position };
    const found: Expression = { op: 'sequence', type: 'bool', items: [kept, truth(false, position)], position };
    return maybe === null ? found : anyOf([maybe.missing, found]);
  };
  const missing: Expression = { op: 'and', type: 'bool', left: none(node.left), right: none(node.right), position };
  return { missing, value: { op: 'local', type, local, position }, known };
}

/** `a === b` and `a !== b` where a side may be missing; null for every other comparison. */
export function compareOptional(
  builder: ExpressionBuilder,
  leftNode: ts.Expression,
  rightNode: ts.Expression,
): Expression | null {
  const { kinds } = builder.context;
  const [left, right] = [kinds.typeOf(leftNode), kinds.typeOf(rightNode)];
  if (left.tag === 'null' && right.tag !== 'null') return isMissing(builder, rightNode, leftNode);
  if (right.tag === 'null' && left.tag !== 'null') return isMissing(builder, leftNode, rightNode);
  if (left.tag !== 'maybe' && right.tag !== 'maybe') return null;
  const position = positionOf(builder.context, leftNode);
  const kind = comparedKind(present(left), present(right));
  const [a, b] = [leftNode, rightNode].map((side) => holdMaybe(builder, side, kind, { text: 'the other operand' }));
  if (a === undefined || b === undefined) return null;
  const same: Expression = {
    op: 'compare',
    type: 'bool',
    operator: 'eq',
    kind,
    left: a.value,
    right: b.value,
    position,
  };
  let result: Expression;
  if (a.isThere === null || b.isThere === null) {
    result = { op: 'and', type: 'bool', left: (a.isThere ?? b.isThere) as Expression, right: same, position };
  } else {
    const alike: Expression = { ...same, kind: 'bool', left: a.isThere, right: b.isThere };
    const isMissing: Expression = { op: 'logical-not', type: 'bool', value: a.isThere, position };
    const right: Expression = { op: 'or', type: 'bool', left: isMissing, right: same, position };
    result = { op: 'and', type: 'bool', left: alike, right, position };
  }
  return { op: 'sequence', type: 'bool', items: [a.before, b.before, result], position };
}

/** `value === undefined`, `value === null`: of what is no object, only the one that its type names. */
function isMissing(builder: ExpressionBuilder, node: ts.Expression, none: ts.Expression): Expression | null {
  const { kinds, scope } = builder.context;
  const type = kinds.typeOf(node);
  if (type.tag === 'record' || type.tag === 'other') return null;
  const position = positionOf(builder.context, node);
  const seen = scope.sources.checker.getTypeAtLocation(node);
  const parts = seen.isUnion() ? seen.types : [seen];
  const has = (flag: ts.TypeFlags): boolean => parts.some(({ flags }) => (flags & flag) !== 0);
  const isNullWord = skipWrappers(none).kind === ts.SyntaxKind.NullKeyword;
  const [wanted, other] = isNullWord
    ? [ts.TypeFlags.Null, ts.TypeFlags.Undefined]
    : [ts.TypeFlags.Undefined, ts.TypeFlags.Null];
  // One word says whether it is there, not which of the two stands for it.
  if (has(wanted) && has(other)) report(builder.context, 'SH1023', node);
  const maybe = type.tag === 'maybe' && has(wanted) ? maybeOf(builder, node) : null;
  if (maybe !== null) return maybe.missing;
  return { op: 'sequence', type: 'bool', items: [builder.effect(node), truth(false, position)], position };
}

function comparedKind(left: ValueType, right: ValueType): ScalarType {
  if (left.tag === 'bool' && right.tag === 'bool') return 'bool';
  return left.tag === 'string' ? 'i32' : operationKind(left, right);
}

/** What may be missing, evaluated by `before`. */
export interface Held {
  readonly before: Expression;
  /** Null: always. */
  readonly isThere: Expression | null;
  /** 0 where nothing is there. */
  readonly value: Expression;
}

/** Evaluates what may be missing into variables. */
export function holdMaybe(builder: ExpressionBuilder, node: ts.Expression, kind: ScalarType, to: Destination): Held {
  const position = positionOf(builder.context, node);
  const local = temporary('held', { tag: 'scalar', scalar: kind }, position, true);
  const value: Expression = { op: 'local', type: kind, local, position };
  const { tag } = builder.context.kinds.typeOf(skipWrappers(node));
  if (tag !== 'maybe' && tag !== 'null') {
    const before: Expression = {
      op: 'assign',
      type: kind,
      target: { op: 'local', local },
      value: builder.as(node, kind, to),
      position,
    };
    return { before, isThere: null, value };
  }
  const flag = temporary('there', { tag: 'scalar', scalar: 'bool' }, position, true);
  const before: Expression = {
    op: 'assign',
    type: 'bool',
    target: { op: 'local', local: flag },
    value: fill(builder, node, { local, kind, to }),
    position,
  };
  return { before, isThere: { op: 'local', type: 'bool', local: flag, position }, value };
}

/** Stores what an expression gives; its truth is whether that is there. */
function fill(
  builder: ExpressionBuilder,
  node: ts.Expression,
  into: { readonly local: Local; readonly kind: ScalarType; readonly to: Destination },
): Expression {
  const { context } = builder;
  const { local, kind, to } = into;
  const inner = skipWrappers(node);
  const position = positionOf(context, inner);
  const stored = (value: Expression, isThere: boolean): Expression => {
    const kept: Expression = { op: 'assign', type: kind, target: { op: 'local', local }, value, position };
    return { op: 'sequence', type: 'bool', items: [kept, truth(isThere, position)], position };
  };
  if (ts.isConditionalExpression(inner)) {
    const [whenTrue, whenFalse] = [fill(builder, inner.whenTrue, into), fill(builder, inner.whenFalse, into)];
    return choice(builder.condition(inner.condition), whenTrue, whenFalse, 'bool');
  }
  const { tag } = context.kinds.typeOf(inner);
  if (tag === 'null') return stored(zeroOf(kind, position), false);
  const maybe = tag === 'maybe' ? maybeOf(builder, inner) : null;
  if (maybe === null) return stored(builder.as(inner, kind, to), true);
  const given = convert(context, inner, maybe.value, kind, to, maybe.known);
  return choice(maybe.missing, stored(zeroOf(kind, position), false), stored(given, true), 'bool');
}

/** A variable of a function that may hold nothing; null for every other expression. */
function maybeVariable(builder: ExpressionBuilder, node: ts.Expression): Maybe | null {
  const pair = variablePair(builder, node);
  if (pair === null) return null;
  const { local, given, type, known } = pair;
  const position = positionOf(builder.context, node);
  const isThere: Expression = { op: 'local', type: 'bool', local: given, position };
  const missing: Expression = { op: 'logical-not', type: 'bool', value: isThere, position };
  return { missing, value: { op: 'local', type, local, position }, known };
}

/** A call of a function that may give nothing; null for every other expression. */
function maybeCall(builder: ExpressionBuilder, node: ts.Expression): Maybe | null {
  if (!ts.isCallExpression(node)) return null;
  const value = builder.value(node);
  const given = givenBy(value);
  if (given === undefined || value.type === 'void') return null;
  const { position, type } = value;
  const local = temporary('found', { tag: 'scalar', scalar: type }, position, true);
  const kept: Expression = { op: 'assign', type, target: { op: 'local', local }, value, position };
  const isThere: Expression = { op: 'local', type: 'bool', local: given, position };
  const isNot: Expression = { op: 'logical-not', type: 'bool', value: isThere, position };
  return {
    missing: { op: 'sequence', type: 'bool', items: [kept, isNot], position },
    value: { op: 'local', type, local, position },
    known: present(builder.context.kinds.typeOf(node)),
  };
}

/** The two words of a variable that may hold nothing. */
function variablePair({ context }: ExpressionBuilder, node: ts.Expression) {
  const binding = ts.isIdentifier(node) ? context.scope.resolve(node) : null;
  if (binding?.tag !== 'local') return null;
  const given = context.givenOf(binding.declaration);
  if (given === null) return null;
  const known = present(context.kinds.variableType(binding.declaration));
  const local = context.localOf(binding.declaration);
  return { local, given, type: scalarOf(known), known, to: variableDestination(context, binding.declaration) };
}

/** The declaration of a variable that may hold nothing: with what it is given, or nothing. */
export function declareOptional(
  builder: ExpressionBuilder,
  node: ts.VariableDeclaration | ts.BindingElement,
  first: ts.Expression | null,
): Statement[] {
  const { context } = builder;
  const given = context.givenOf(node);
  if (given === null) throw new Error('only what may hold nothing is declared so');
  const local = context.localOf(node);
  const type = scalarOf(context.kinds.variableType(node));
  const position = positionOf(context, node);
  if (first === null) {
    const value = truth(false, position);
    return [
      { op: 'declare', local: given, value, position },
      { op: 'declare', local, value: zeroOf(type, position), position },
    ];
  }
  const held = holdMaybe(builder, first, type, variableDestination(context, node));
  return [
    { op: 'expression', value: held.before, position },
    { op: 'declare', local: given, value: held.isThere ?? truth(true, position), position },
    { op: 'declare', local, value: held.value, position },
  ];
}

/** A field that may be missing: `p.w` of `w?: f32`. Null for every other expression. */
function maybeField(builder: ExpressionBuilder, node: ts.Expression): Maybe | null {
  const place = optionalField(builder, node);
  if (place === null) return null;
  const { record, given, owner, field, type } = place;
  const position = positionOf(builder.context, node);
  const isThere: Expression = { op: 'field', type: 'bool', record, owner: owner.first, field: given, position };
  const value: Expression = { op: 'field', type: field.type, record, owner: owner.again, field, position };
  return { missing: { op: 'logical-not', type: 'bool', value: isThere, position }, value, known: present(type) };
}

/** `p.w = value` and `p.w ??= value` where `w` may be missing; null for every other assignment. */
export function assignOptional(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression | null {
  const operator = node.operatorToken.kind;
  const isOr = operator === ts.SyntaxKind.QuestionQuestionEqualsToken;
  if (!isOr && operator !== ts.SyntaxKind.EqualsToken) return null;
  const position = positionOf(builder.context, node);
  const pair = variablePair(builder, skipWrappers(node.left));
  if (pair !== null) {
    const { local, given, type, to } = pair;
    const { before, isThere, value } = holdMaybe(builder, node.right, type, to);
    const set = (into: Local, word: Expression): Expression => {
      const kind = word.type === 'void' ? 'i32' : word.type;
      return { op: 'assign', type: kind, target: { op: 'local', local: into }, value: word, position };
    };
    const items = [before, set(given, isThere ?? truth(true, position)), set(local, value)];
    const made: Expression = { op: 'sequence', type, items, position };
    if (!isOr) return made;
    const isGiven: Expression = { op: 'local', type: 'bool', local: given, position };
    return choice(isGiven, { op: 'local', type, local, position }, made, type);
  }
  const place = optionalField(builder, skipWrappers(node.left));
  if (place === null) return null;
  const { record, given, owner, field } = place;
  const stored = (): { readonly items: readonly Expression[]; readonly value: Expression } => {
    const { before, isThere, value } = holdMaybe(builder, node.right, field.type, place.to);
    const set = (into: RecordField, word: Expression): Expression => {
      const target = { op: 'field', record, owner: owner.again, field: into } as const;
      return { op: 'assign', type: into.type, target, value: word, position };
    };
    return { items: [before, set(field, value), set(given, isThere ?? truth(true, position))], value };
  };
  const { items, value } = stored();
  if (!isOr) return { op: 'sequence', type: field.type, items: [owner.first, ...items, value], position };
  const isThere: Expression = { op: 'field', type: 'bool', record, owner: owner.first, field: given, position };
  const old: Expression = { op: 'field', type: field.type, record, owner: owner.again, field, position };
  const made: Expression = { op: 'sequence', type: field.type, items: [...items, value], position };
  return choice(isThere, old, made, field.type);
}

/** Says of a field that it is there now; null for what always is. */
export function markGiven(builder: ExpressionBuilder, node: ts.Expression): readonly Expression[] | null {
  const position = positionOf(builder.context, node);
  const pair = variablePair(builder, skipWrappers(node));
  if (pair !== null) {
    const target = { op: 'local', local: pair.given } as const;
    return [{ op: 'assign', type: 'bool', target, value: truth(true, position), position }];
  }
  const place = optionalField(builder, skipWrappers(node));
  if (place === null) return null;
  const { record, given, owner } = place;
  const target = { op: 'field', record, owner: owner.first, field: given } as const;
  return [{ op: 'assign', type: 'bool', target, value: truth(true, position), position }];
}

/** A field that may be missing, of an object that is evaluated once. */
function optionalField(builder: ExpressionBuilder, node: ts.Expression) {
  const { context } = builder;
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return null;
  const { records } = context.kinds;
  const [shape, found] = [records.shapeAt(node.expression), records.fieldOf(node)];
  const given = shape === null || found === null ? null : context.records.givenFieldOf(shape, found);
  if (shape === null || found === null || given === null) return null;
  return {
    record: context.records.typeOf(shape),
    field: context.records.fieldOf(shape, found),
    given,
    owner: ownerOf(builder, node.expression),
    type: records.fieldType(found),
    to: fieldDestination(found),
  };
}

/** True for what is there and is true itself. */
export function truthOfMaybe(builder: ExpressionBuilder, node: ts.Expression): Expression | null {
  if (builder.context.kinds.typeOf(node).tag !== 'maybe') return null;
  const maybe = maybeOf(builder, node);
  if (maybe === null) return null;
  const { missing, value } = maybe;
  return choice(missing, truth(false, missing.position), builder.truth(node, value), 'bool');
}

/** Truth of `value === null`. */
export function isNull(value: Expression): Expression {
  const { position } = value;
  const right: Expression = { op: 'null', type: 'reference', position };
  return { op: 'compare', type: 'bool', operator: 'eq', kind: 'reference', left: value, right, position };
}

function isCoalesce(node: ts.Expression): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
}

function zeroOf(type: ScalarType, position: SourcePosition): Expression {
  return type === 'bool' ? truth(false, position) : { op: 'number', type: type as NumberKind, value: 0, position };
}

function truth(value: boolean, position: SourcePosition): Expression {
  return { op: 'bool', type: 'bool', value, position };
}

function anyOf(tests: readonly Expression[]): Expression {
  const [first, ...rest] = tests;
  if (first === undefined) throw new Error('a chain has an object that may be missing');
  return rest.reduce<Expression>(
    (left, right) => ({ op: 'or', type: 'bool', left, right, position: left.position }),
    first,
  );
}

function choice(condition: Expression, whenTrue: Expression, whenFalse: Expression, type: ScalarType): Expression {
  return { op: 'conditional', type, condition, whenTrue, whenFalse, position: condition.position };
}
