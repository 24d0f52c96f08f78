import ts from 'typescript';
import type { Expression, ScalarType, Target } from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import { listShape } from './fixed-arrays.ts';
import { declaredVariable } from './kind-annotations.ts';
import { binaryType } from './kind-rules.ts';
import { isNamedValue, type Variable } from './kind-scope.ts';
import { literalType, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import { cast, checkRange, convert, type Destination, narrowOf } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { listDestination } from './tree-fixed-arrays.ts';
import { assignToSetter, buildAccessorStep, buildSetter } from './tree-members.ts';
import { combine } from './tree-operators.ts';
import { assignOptional, isNull, markGiven } from './tree-optional.ts';
import { compoundOperator, isLogicalAssignment } from './tree-patterns.ts';
import { buildArrayStore } from './tree-record-arrays.ts';
import { fieldPlace } from './tree-records.ts';

/** A place that a value is stored in. */
interface Place {
  readonly target: Target;
  /** Kind of what is read from it. */
  readonly type: ScalarType;
  readonly to: Destination;
}

/** Where the value of a variable goes, with the promise of its kind. */
export function variableDestination(context: TreeContext, declaration: Variable): Destination {
  const declared = declaredVariable(context.scope.sources.checker, declaration);
  const text = `\`${declaration.name.getText()}\``;
  return { text, ...(declared.tag === 'kind' ? narrowOf(declared.kind) : {}) };
}

function placeOf(builder: ExpressionBuilder, node: ts.Expression): Place | null {
  const { context } = builder;
  const inner = skipWrappers(node);
  if (isNamedValue(inner) && context.scope.isFrozen(inner)) {
    report(context, 'SH3034', node, { text: sourceText(node) });
    return null;
  }
  const field = fieldPlace(builder, inner);
  if (field !== null) return field;
  if (ts.isElementAccessExpression(inner)) {
    const array = builder.array(inner.expression);
    const { index, check } = builder.index(inner, array);
    const known = context.kinds.typeOf(inner.expression);
    const list = listShape(known);
    const element = list !== null ? elementKindOf(array) : known.tag === 'array' ? known.element : 'i32';
    const text = `\`${sourceText(inner)}\``;
    return {
      target: { op: 'element', array, index, check },
      type: element === 'f32' || element === 'u32' || element === 'reference' ? element : 'i32',
      to: list === null ? { text, eitherSign: true } : listDestination(list, text),
    };
  }
  const isName = ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner);
  const binding = isName ? context.scope.resolve(inner) : null;
  if (binding?.tag === 'local') {
    const local = context.localOf(binding.declaration);
    if (local.type.tag === 'scalar') {
      const to = variableDestination(context, binding.declaration);
      return { target: { op: 'local', local }, type: local.type.scalar, to };
    }
  } else if (binding?.tag === 'state' || binding?.tag === 'object') {
    const global =
      binding.tag === 'state'
        ? context.stateOf(binding.declaration, binding.initial)
        : context.objectOf(binding.declaration, binding.value);
    if (global.type.tag === 'scalar') {
      const to = variableDestination(context, binding.declaration);
      return { target: { op: 'global', global }, type: global.type.scalar, to };
    }
  }
  const isModuleArray = binding?.tag === 'array';
  const text = sourceText(isModuleArray ? node : node.parent);
  report(context, isModuleArray ? 'SH3007' : 'SH3010', node, { name: text, text });
  return null;
}

/** The value that a place stores. Integer elements take either kind of integer and keep the low bits. */
function stored(
  builder: ExpressionBuilder,
  place: Place,
  node: ts.Expression,
  value: Expression,
  rewritten?: string,
): Expression {
  const isInteger = place.type !== 'f32' && place.type !== 'bool' && place.type !== 'reference';
  const keepsKind = place.target.op === 'element' && isInteger && value.type === 'u32';
  const to = rewritten === undefined ? place.to : { ...place.to, rewritten };
  return convert(builder.context, node, value, keepsKind ? 'u32' : place.type, to);
}

/** `target = value` and `target op= value`. */
export function buildAssignment(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression {
  const position = positionOf(builder.context, node);
  const set = buildSetter(builder, node);
  if (set !== null) return set;
  const optional = assignOptional(builder, node);
  if (optional !== null) return optional;
  const array = buildArrayStore(builder, node);
  if (array !== null) return array;
  const place = placeOf(builder, node.left);
  if (place === null) return placeholder(position);
  const operator = compoundOperator(node.operatorToken.kind);
  if (node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const value = stored(builder, place, node.right, builder.value(node.right));
    return { op: 'assign', type: wordOf(value), target: place.target, value, position };
  }
  const isLogical = isLogicalAssignment(node.operatorToken.kind);
  if (isLogical) return update(builder, node, place, 'new', (left) => chosen(builder, node, place, left));
  const sign = ts.tokenToString(operator) ?? '';
  const name = sourceText(node.left);
  const rewritten = `${name} = (${name} ${sign} ${sourceText(node.right)})`;
  return update(builder, node, place, 'new', (left) => {
    const value = combine(builder, { operator, leftNode: node.left, rightNode: node.right, left, node });
    return stored(builder, place, node, value, rewritten);
  });
}

/** What `target &&= value`, `||=` or `??=` stores: what was there, or the value. */
function chosen(builder: ExpressionBuilder, node: ts.BinaryExpression, place: Place, left: Expression): Expression {
  const given = stored(builder, place, node.right, builder.value(node.right));
  // Integer elements take either kind of integer.
  const value = given.type === 'u32' && place.type === 'i32' ? cast(given, 'i32') : given;
  const { position } = left;
  const isThere: Expression =
    place.type === 'reference'
      ? { op: 'logical-not', type: 'bool', value: isNull(left), position }
      : builder.truth(node.left, left);
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  const [whenTrue, whenFalse] = isAnd ? [value, left] : [left, value];
  return { op: 'conditional', type: place.type, condition: isThere, whenTrue, whenFalse, position };
}

/** `++` and `--`. */
export function buildStep(
  builder: ExpressionBuilder,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  yields: 'old' | 'new',
): Expression {
  const position = positionOf(builder.context, node);
  const step = buildAccessorStep(builder, node, yields);
  if (step !== null) return step;
  const place = placeOf(builder, node.operand);
  if (place === null) return placeholder(position);
  const isUp = node.operator === ts.SyntaxKind.PlusPlusToken;
  const name = sourceText(node.operand);
  const rewritten = `${name} = (${name} ${isUp ? '+' : '-'} 1)`;
  return update(builder, node, place, yields, (left) => {
    const type = left.type === 'f32' || left.type === 'u32' ? left.type : 'i32';
    const operator = isUp ? 'add' : 'sub';
    const right: Expression = { op: 'number', type, value: 1, position };
    const value: Expression = { op: 'binary', type, operator, left, right, position };
    if (place.to.narrow !== undefined) {
      const sign = isUp ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
      const known = binaryType(sign, builder.context.kinds.typeOf(node.operand), literalType(1));
      checkRange(builder.context, node, known, { ...place.to, rewritten });
    }
    return value;
  });
}

/** Reads the place once, computes from it, stores. */
function update(
  builder: ExpressionBuilder,
  node: ts.Expression,
  place: Place,
  yields: 'old' | 'new',
  compute: (current: Expression) => Expression,
): Expression {
  const position = positionOf(builder.context, node);
  const { target, type } = place;
  if (target.op !== 'element' && target.op !== 'field' && yields === 'new') {
    // A variable has no parts to evaluate: it is read where it stands, before the rest.
    const value = compute({ ...target, type, position } as Expression);
    return { op: 'assign', type: wordOf(value), target, value, position };
  }
  const current = temporary('current', { tag: 'scalar', scalar: type }, position);
  const value = compute({ op: 'local', type, local: current, position });
  return { op: 'update', type: yields === 'old' ? type : wordOf(value), target, current, value, yields, position };
}

function wordOf(value: Expression): ScalarType {
  return value.type === 'void' ? 'i32' : value.type;
}

/** Stores a value that was taken from another, of which `known` is known. */
export function assignTo(
  builder: ExpressionBuilder,
  node: ts.Expression,
  value: Expression,
  known: ValueType,
): Expression | null {
  const set = assignToSetter(builder, node, value, known);
  if (set !== null) return set;
  if (known.tag === 'maybe') {
    report(builder.context, 'SH3017', node, { text: sourceText(node) });
    return null;
  }
  const place = placeOf(builder, node);
  if (place === null) return null;
  const isInteger = place.type !== 'f32' && place.type !== 'bool' && place.type !== 'reference';
  const keepsKind = place.target.op === 'element' && isInteger && value.type === 'u32';
  const stored = convert(builder.context, node, value, keepsKind ? 'u32' : place.type, place.to, known);
  const position = positionOf(builder.context, node);
  const given = markGiven(builder, node);
  const assigned: Expression = { op: 'assign', type: wordOf(stored), target: place.target, value: stored, position };
  if (given === null) return assigned;
  return { op: 'sequence', type: assigned.type, items: [...given, assigned], position };
}
