import ts from 'typescript';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  NumberKind,
  SourcePosition,
} from '../kernel-tree/tree.ts';
import { fitsBoth, operationKind, scalarOf, type ValueType } from './number-kinds.ts';
import { placeholder, positionOf, report, sourceText } from './tree-context.ts';
import { cast, convert, type Destination, inBrackets } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { compareOptional } from './tree-optional.ts';
import { type IntegerQuotient, integerQuotient, isZero, operandsOf } from './tree-patterns.ts';

const COMPARISONS: Readonly<Partial<Record<ts.SyntaxKind, ComparisonOperator>>> = {
  [ts.SyntaxKind.LessThanToken]: 'lt',
  [ts.SyntaxKind.LessThanEqualsToken]: 'le',
  [ts.SyntaxKind.GreaterThanToken]: 'gt',
  [ts.SyntaxKind.GreaterThanEqualsToken]: 'ge',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: 'eq',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: 'ne',
};

const BITS: Readonly<Partial<Record<ts.SyntaxKind, ArithmeticOperator>>> = {
  [ts.SyntaxKind.AmpersandToken]: 'and',
  [ts.SyntaxKind.BarToken]: 'or',
  [ts.SyntaxKind.CaretToken]: 'xor',
  [ts.SyntaxKind.LessThanLessThanToken]: 'shl',
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: 'shr',
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: 'shr',
};

/** Operands of a binary operator. `left` is read already where the operator is part of an assignment. */
export interface Operands {
  readonly operator: ts.SyntaxKind;
  readonly leftNode: ts.Expression;
  readonly rightNode: ts.Expression;
  readonly left: Expression | null;
  /** The whole, for its place and for messages. */
  readonly node: ts.Expression;
}

/** `a operator b`, neither an assignment nor logical. */
export function buildBinary(builder: ExpressionBuilder, node: ts.BinaryExpression): Expression {
  const quotient = integerQuotient(node, (e) => builder.context.kinds.typeOf(e));
  if (quotient !== null) return buildQuotient(builder, quotient, positionOf(builder.context, node));
  const { left: leftNode, right: rightNode } = node;
  return combine(builder, { operator: node.operatorToken.kind, leftNode, rightNode, left: null, node });
}

/** One operator on two values, in the kind that the rules give. */
export function combine(builder: ExpressionBuilder, operands: Operands): Expression {
  const { operator } = operands;
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) return compare(builder, operands, comparison);
  const bits = BITS[operator];
  if (bits !== undefined) return bitwise(builder, operands, bits);
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return additive(builder, operands, 'add');
    case ts.SyntaxKind.MinusToken:
      return additive(builder, operands, 'sub');
    case ts.SyntaxKind.AsteriskToken:
      return arithmetic(builder, operands, kindOf(builder, operands), 'mul');
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return power(builder, operands);
    case ts.SyntaxKind.SlashToken:
      return arithmetic(builder, operands, 'f32', 'div');
    case ts.SyntaxKind.PercentToken:
      return remainder(builder, operands);
    default:
      report(builder.context, 'SH2110', operands.node, { text: sourceText(operands.node) });
      return placeholder(positionOf(builder.context, operands.node));
  }
}

function kindOf(builder: ExpressionBuilder, { leftNode, rightNode }: Operands): NumberKind {
  const { kinds } = builder.context;
  return operationKind(kinds.typeOf(leftNode), kinds.typeOf(rightNode));
}

/** Both operands in one kind, left one first. Reports i32 with u32. */
function bothAs(builder: ExpressionBuilder, operands: Operands, kind: NumberKind): readonly [Expression, Expression] {
  const { leftNode, rightNode } = operands;
  const isMixed = kind === 'u32' && reportMixed(builder, operands);
  const to: Destination = { text: 'the other operand', eitherSign: isMixed };
  const left = convert(builder.context, leftNode, operands.left ?? builder.value(leftNode), kind, to);
  return [left, builder.as(rightNode, kind, to)];
}

function reportMixed(builder: ExpressionBuilder, { operator, leftNode, rightNode, node }: Operands): boolean {
  const { kinds } = builder.context;
  const isSigned = (e: ts.Expression): boolean => {
    const type = kinds.typeOf(e);
    return type.tag === 'int' && scalarOf(type) === 'i32' && !fitsBoth(type);
  };
  const signed = isSigned(leftNode) ? leftNode : isSigned(rightNode) ? rightNode : null;
  if (signed === null) return false;
  report(builder.context, 'SH2105', node, {
    left: sourceText(leftNode),
    operator: ts.tokenToString(operator) ?? '',
    right: sourceText(rightNode),
    fix: `${inBrackets(signed)} >>> 0`,
    kind: 'u32',
  });
  return true;
}

function arithmetic(
  builder: ExpressionBuilder,
  operands: Operands,
  type: NumberKind,
  operator: ArithmeticOperator,
): Expression {
  const [left, right] = bothAs(builder, operands, type);
  return { op: 'binary', type, operator, left, right, position: positionOf(builder.context, operands.node) };
}

/** `+` and `-`: fused with an f32 product that is a direct operand; the right one if both are. */
function additive(builder: ExpressionBuilder, operands: Operands, operator: 'add' | 'sub'): Expression {
  const type = kindOf(builder, operands);
  const { leftNode, rightNode } = operands;
  if (type === 'f32') {
    const to: Destination = { text: 'the other operand' };
    const product = floatProduct(builder, rightNode);
    if (product !== null) {
      const c = convert(builder.context, leftNode, operands.left ?? builder.value(leftNode), 'f32', to);
      return fused(builder, operands, { form: operator, product, c: () => c, cFirst: true });
    }
    const first = operands.left === null ? floatProduct(builder, leftNode) : null;
    if (first !== null) {
      const form = operator === 'add' ? 'add' : 'rsub';
      return fused(builder, operands, {
        form,
        product: first,
        c: () => builder.as(rightNode, 'f32', to),
        cFirst: false,
      });
    }
  }
  return arithmetic(builder, operands, type, operator);
}

function floatProduct(builder: ExpressionBuilder, node: ts.Expression): ts.BinaryExpression | null {
  const product = operandsOf(node, ts.SyntaxKind.AsteriskToken);
  return product !== null && builder.context.kinds.typeOf(product).tag === 'f32' ? product : null;
}

function fused(
  builder: ExpressionBuilder,
  operands: Operands,
  parts: {
    readonly form: 'add' | 'sub' | 'rsub';
    readonly product: ts.BinaryExpression;
    readonly c: () => Expression;
    readonly cFirst: boolean;
  },
): Expression {
  const to: Destination = { text: 'the other operand' };
  return {
    op: 'fused',
    type: 'f32',
    form: parts.form,
    a: builder.as(parts.product.left, 'f32', to),
    b: builder.as(parts.product.right, 'f32', to),
    c: parts.c(),
    cFirst: parts.cFirst,
    position: positionOf(builder.context, operands.node),
  };
}

/** A call of Math.pow, or the product that a square is. */
function power(builder: ExpressionBuilder, operands: Operands): Expression {
  const { context } = builder;
  const { node, leftNode } = operands;
  const position = positionOf(context, node);
  const pow = context.scope.sources.mathFunction(node);
  if (pow === null) {
    return arithmetic(builder, { ...operands, rightNode: leftNode }, 'f32', 'mul');
  }
  const [base, exponent] = bothAs(builder, operands, 'f32');
  const instance = context.inference.instances.root(pow);
  context.noteCall(instance, node);
  return {
    op: 'call',
    type: 'f32',
    callee: context.functionOf(instance),
    arguments: [
      { tag: 'scalar', value: base },
      { tag: 'scalar', value: exponent },
    ],
    position,
  };
}

function remainder(builder: ExpressionBuilder, operands: Operands): Expression {
  const kind = kindOf(builder, operands);
  const position = positionOf(builder.context, operands.node);
  const rest = arithmetic(builder, operands, kind, 'rem');
  const text = sourceText(operands.node);
  return rest.op === 'binary' && kind !== 'f32'
    ? { ...rest, zeroDivisor: { kind: 'division-by-zero', position, text } }
    : rest;
}

/** Integer division. */
export function buildQuotient(
  builder: ExpressionBuilder,
  { left: leftNode, right: rightNode, division, result }: IntegerQuotient,
  position: SourcePosition,
): Expression {
  const operands: Operands = { operator: ts.SyntaxKind.SlashToken, leftNode, rightNode, left: null, node: division };
  const type = kindOf(builder, operands);
  const [left, right] = bothAs(builder, operands, type);
  const value: Expression = {
    op: 'binary',
    type,
    operator: 'div',
    left,
    right,
    zeroDivisor: result === 'same' ? { kind: 'division-by-zero', position, text: sourceText(division) } : 'zero',
    position,
  };
  return result === 'same' ? value : cast(value, result);
}

function bitwise(builder: ExpressionBuilder, operands: Operands, operator: ArithmeticOperator): Expression {
  const { leftNode, rightNode } = operands;
  const { context } = builder;
  const isUnsigned = operands.operator === ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken;
  const type = isUnsigned ? 'u32' : 'i32';
  const to: Destination = { text: 'a bit operator', eitherSign: true, truncates: true };
  const left = convert(context, leftNode, operands.left ?? builder.value(leftNode), type, to);
  const isCast = isUnsigned || operands.operator === ts.SyntaxKind.BarToken;
  if (isCast && isZero(rightNode)) return left;
  const right = builder.as(rightNode, type, to);
  return { op: 'binary', type, operator, left, right, position: positionOf(context, operands.node) };
}

function compare(builder: ExpressionBuilder, operands: Operands, operator: ComparisonOperator): Expression {
  const { leftNode, rightNode, node } = operands;
  const { context } = builder;
  const position = positionOf(context, node);
  const [left, right] = [context.kinds.typeOf(leftNode), context.kinds.typeOf(rightNode)];
  if (left.tag === 'array' || right.tag === 'array') {
    report(context, 'SH2112', node);
    return placeholder(position, 'bool');
  }
  if (operator === 'eq' || operator === 'ne') {
    const same = compareOptional(builder, leftNode, rightNode);
    if (same !== null) return operator === 'eq' ? same : { op: 'logical-not', type: 'bool', value: same, position };
  }
  const isReference = (type: ValueType): boolean => type.tag === 'record' || type.tag === 'null';
  if (isReference(left) && isReference(right) && (operator === 'eq' || operator === 'ne')) {
    const [a, b] = [builder.value(leftNode), builder.value(rightNode)];
    return { op: 'compare', type: 'bool', operator, kind: 'reference', left: a, right: b, position };
  }
  if (left.tag === 'string' && right.tag === 'string' && (operator === 'eq' || operator === 'ne')) {
    const [a, b] = [builder.value(leftNode), builder.value(rightNode)];
    return { op: 'compare', type: 'bool', operator, kind: 'i32', left: a, right: b, position };
  }
  if (left.tag === 'bool' && right.tag === 'bool') {
    const to: Destination = { text: 'the other operand' };
    return {
      op: 'compare',
      type: 'bool',
      operator,
      kind: 'bool',
      left: builder.as(leftNode, 'bool', to),
      right: builder.as(rightNode, 'bool', to),
      position,
    };
  }
  const kind = kindOf(builder, operands);
  const both = bothAs(builder, operands, kind);
  return { op: 'compare', type: 'bool', operator, kind, left: both[0], right: both[1], position };
}

/** `-x`. */
export function buildNegation(builder: ExpressionBuilder, node: ts.PrefixUnaryExpression): Expression {
  const known = builder.context.kinds.typeOf(node.operand);
  const type = known.tag === 'f32' ? 'f32' : scalarOf(known) === 'u32' ? 'u32' : 'i32';
  const value = builder.as(node.operand, type, { text: 'the operand of `-`' });
  return { op: 'unary', type, operator: 'neg', value, position: positionOf(builder.context, node) };
}
