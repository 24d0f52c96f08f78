import ts from 'typescript';
import { skipWrappers } from './reachable-functions.ts';

/** A text, or an expression whose value stands in its place. */
export type TextPiece = string | ts.Expression;

/** Pieces of a template, or of a sum with text in it; one piece for every other expression. */
export function textPieces(checker: ts.TypeChecker, node: ts.Expression): readonly TextPiece[] {
  const inner = skipWrappers(node);
  if (ts.isStringLiteralLike(inner)) return [inner.text];
  if (ts.isTemplateExpression(inner)) {
    const spans = inner.templateSpans.flatMap((span) => [...textPieces(checker, span.expression), span.literal.text]);
    return [inner.head.text, ...spans].filter((piece) => piece !== '');
  }
  if (isTextSum(checker, inner)) return [...textPieces(checker, inner.left), ...textPieces(checker, inner.right)];
  return [node];
}

/** True for what makes a text: a template, or a sum with text in it. */
export function makesText(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  return ts.isTemplateExpression(inner) || isTextSum(checker, inner);
}

function isTextSum(checker: ts.TypeChecker, node: ts.Expression): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;
}
