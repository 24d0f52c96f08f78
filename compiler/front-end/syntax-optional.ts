/** Checks where `?.` and `??` stand: what is before them can be missing, and what they give goes where it can be that. */
import ts from 'typescript';
import { arrayMethodCall } from './array-syntax.ts';
import { skipWrappers } from './reachable-functions.ts';
import { isRecordType, isTypedArray, isWordType, numberArrayElement, withoutNull } from './syntax-types.ts';
import type { SyntaxWalk } from './syntax-whitelist.ts';

/** Checks one link of a chain. True if the rest of the link is to be checked like one without `?.`. */
export function checkChain(
  walk: SyntaxWalk,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression,
): boolean {
  if (!ts.isOptionalChain(node)) return true;
  const isGuarded = node.questionDotToken !== undefined;
  const hasObject = !isGuarded || isRecord(walk.checker, walk.checker.getTypeAtLocation(node.expression));
  if (hasObject && (isLink(node) || isTaken(walk.checker, node))) return true;
  walk.sink.report('SH1023', node);
  return false;
}

/** Type of the object of an access: in a chain it is there. */
export function ownerType(
  checker: ts.TypeChecker,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): ts.Type {
  const type = checker.getTypeAtLocation(node.expression);
  return ts.isOptionalChain(node) ? withoutNull(checker, type) : type;
}

/** True for what the same chain goes on with. */
function isLink(node: ts.Expression): boolean {
  const { parent } = node;
  return ts.isOptionalChain(parent) && parent.expression === node;
}

/** True where what a chain gives may be missing. */
function isTaken(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const type = withoutNull(checker, checker.getTypeAtLocation(node));
  if (isRecord(checker, type) || (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0) return true;
  if (isTypedArray(type) || numberArrayElement(type) !== null) {
    return isLeftOfOther(node) || isUnused(outermost(node));
  }
  return isLeftOfOther(node) || isTested(node) || isKept(node);
}

/** True on the left of `??`, or on the right of one that is itself on the left. */
function isLeftOfOther(node: ts.Expression): boolean {
  const whole = outermost(node);
  const { parent } = whole;
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return false;
  return parent.left === whole || isLeftOfOther(parent) || isTested(parent) || isKept(parent);
}

/** True where only whether a value is there and what it equals counts, or nobody wants it. */
function isTested(node: ts.Expression): boolean {
  const whole = outermost(node);
  const { parent } = whole;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isConditionalExpression(parent)) return parent.condition === whole;
  if (ts.isForStatement(parent) || isUnused(whole)) return true;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  switch (parent.operatorToken.kind) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return true;
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      return isTested(parent);
    case ts.SyntaxKind.CommaToken:
      return isTested(parent);
    default:
      return false;
  }
}

/** True where a variable, field or result may be nothing. */
function isKept(node: ts.Expression): boolean {
  const whole = outermost(node);
  const { parent } = whole;
  if (ts.isConditionalExpression(parent)) return isKept(parent);
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return true;
  if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) return true;
  if (!ts.isBinaryExpression(parent) || parent.right !== whole) return false;
  const { kind } = parent.operatorToken;
  return kind === ts.SyntaxKind.EqualsToken || (kind === ts.SyntaxKind.QuestionQuestionToken && isKept(parent));
}

function isUnused(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isExpressionStatement(parent)) return true;
  const isPart = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isPart && (parent.left === node || isUnused(parent));
}

/** False for `??` and `??=` where the left side is always there. */
export function choosesKnown(checker: ts.TypeChecker, node: ts.BinaryExpression): boolean {
  const operator = node.operatorToken.kind;
  if (operator !== ts.SyntaxKind.QuestionQuestionToken && operator !== ts.SyntaxKind.QuestionQuestionEqualsToken) {
    return true;
  }
  return mayBeMissing(checker, node.left);
}

function mayBeMissing(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  if (ts.isOptionalChain(inner)) return true;
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return mayBeMissing(checker, inner.right);
  }
  // An element that is not there ends the call.
  if (arrayMethodCall(checker, inner) !== null) return false;
  return [checker.getTypeAtLocation(inner), declaredTypeOf(checker, inner)].some((type) => isNullable(checker, type));
}

/** True for an object, number, boolean or string that may be missing. */
export function isNullable(checker: ts.TypeChecker, type: ts.Type): boolean {
  const known = withoutNull(checker, type);
  return known !== type && (isRecord(checker, known) || isWordType(known));
}

/** What the declaration of a variable or field says, whatever is known of it where it is named. */
export function declaredTypeOf(checker: ts.TypeChecker, node: ts.Expression): ts.Type {
  const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
  return symbol === undefined ? checker.getTypeAtLocation(node) : checker.getTypeOfSymbol(symbol);
}

/** True for what has fields: also a union of records. */
export function isRecord(checker: ts.TypeChecker, given: ts.Type): boolean {
  const known = withoutNull(checker, given);
  const isOpen = (known.flags & ts.TypeFlags.TypeParameter) !== 0;
  const type = withoutNull(checker, isOpen ? (checker.getBaseConstraintOfType(known) ?? known) : known);
  return isRecordType(type) || (type.isUnion() && type.types.every(isRecordType));
}

/** What brackets and assertions around an expression make of it. */
export function outermost(node: ts.Expression): ts.Expression {
  const { parent } = node;
  return ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)
    ? outermost(parent)
    : node;
}
