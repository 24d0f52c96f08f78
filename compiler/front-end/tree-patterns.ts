import ts from 'typescript';
import type { ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';

/** Forms of source text that docs/numbers.md gives a meaning of their own. */

export function isAssignmentOperator(operator: ts.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

const COMPOUND: Readonly<Partial<Record<ts.SyntaxKind, ts.SyntaxKind>>> = {
  [ts.SyntaxKind.PlusEqualsToken]: ts.SyntaxKind.PlusToken,
  [ts.SyntaxKind.MinusEqualsToken]: ts.SyntaxKind.MinusToken,
  [ts.SyntaxKind.AsteriskEqualsToken]: ts.SyntaxKind.AsteriskToken,
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken]: ts.SyntaxKind.AsteriskAsteriskToken,
  [ts.SyntaxKind.SlashEqualsToken]: ts.SyntaxKind.SlashToken,
  [ts.SyntaxKind.PercentEqualsToken]: ts.SyntaxKind.PercentToken,
  [ts.SyntaxKind.AmpersandEqualsToken]: ts.SyntaxKind.AmpersandToken,
  [ts.SyntaxKind.BarEqualsToken]: ts.SyntaxKind.BarToken,
  [ts.SyntaxKind.CaretEqualsToken]: ts.SyntaxKind.CaretToken,
  [ts.SyntaxKind.LessThanLessThanEqualsToken]: ts.SyntaxKind.LessThanLessThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
};

/** True for `&&=`, `||=` and `??=`. */
export function isLogicalAssignment(operator: ts.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    operator === ts.SyntaxKind.BarBarEqualsToken ||
    operator === ts.SyntaxKind.QuestionQuestionEqualsToken
  );
}

/** `+` of `+=`; Unknown for `=`. */
export function compoundOperator(operator: ts.SyntaxKind): ts.SyntaxKind {
  return COMPOUND[operator] ?? ts.SyntaxKind.Unknown;
}

/** The two operands of `operator`, wrappers around the expression left out; null if it is something else. */
export function operandsOf(expression: ts.Expression, operator: ts.SyntaxKind): ts.BinaryExpression | null {
  const inner = skipWrappers(expression);
  return ts.isBinaryExpression(inner) && inner.operatorToken.kind === operator ? inner : null;
}

/** Integer ÷ integer, and what is made of it. */
export interface IntegerQuotient {
  readonly left: ts.Expression;
  readonly right: ts.Expression;
  readonly division: ts.BinaryExpression;
  /** `same`: the kind of the operands, as Math.trunc gives it. */
  readonly result: 'i32' | 'u32' | 'same';
}

/** `(a / b) | 0`, `(a / b) >>> 0`, `~~(a / b)`, `Math.trunc(a / b)` with integers; else null. */
export function integerQuotient(
  node: ts.Expression,
  typeOf: (node: ts.Expression) => ValueType,
): IntegerQuotient | null {
  const quotient = quotientForm(node);
  if (quotient === null) return null;
  const division = operandsOf(quotient.value, ts.SyntaxKind.SlashToken);
  if (division === null) return null;
  const { left, right } = division;
  if (typeOf(left).tag !== 'int' || typeOf(right).tag !== 'int') return null;
  return { left, right, division, result: quotient.result };
}

function quotientForm(
  node: ts.Expression,
): { readonly value: ts.Expression; readonly result: IntegerQuotient['result'] } | null {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    const isU32 = operator === ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken;
    if ((operator !== ts.SyntaxKind.BarToken && !isU32) || !isZero(node.right)) return null;
    return { value: node.left, result: isU32 ? 'u32' : 'i32' };
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const inner = skipWrappers(node.operand);
    const isTwice =
      node.operator === ts.SyntaxKind.TildeToken &&
      ts.isPrefixUnaryExpression(inner) &&
      inner.operator === ts.SyntaxKind.TildeToken;
    return isTwice ? { value: inner.operand, result: 'i32' } : null;
  }
  if (!ts.isCallExpression(node)) return null;
  const [value] = node.arguments;
  const isTrunc = value !== undefined && node.arguments.length === 1 && node.expression.getText() === 'Math.trunc';
  return isTrunc ? { value, result: 'same' } : null;
}

/** True for the literal 0. */
export function isZero(node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  return ts.isNumericLiteral(inner) && Number(inner.text) === 0;
}

/** The target of an assignment, `++` or `--`; null for everything else. */
export function assignedTarget(node: ts.Node): ts.Expression | null {
  if (ts.isBinaryExpression(node)) return isAssignmentOperator(node.operatorToken.kind) ? node.left : null;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (!ts.isPrefixUnaryExpression(node)) return null;
  const isStep = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  return isStep ? node.operand : null;
}
