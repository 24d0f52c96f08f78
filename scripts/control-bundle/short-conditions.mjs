/**
 * `object !== undefined` as a condition, where TypeScript knows that there is an object or nothing: `object` says the same,
 * and `!object` what `object === undefined` says.
 */
import ts from 'typescript';

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile} source
 * @returns {(readonly [start: number, end: number, put: string])[]} what changes in its text
 */
export function shortConditions(checker, source) {
  const edits = [];
  const visit = (node) => {
    const kind = ts.isBinaryExpression(node) ? node.operatorToken.kind : undefined;
    const isSame = kind === ts.SyntaxKind.EqualsEqualsEqualsToken;
    if ((isSame || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken) && isUndefined(node.right)) {
      const { left } = node;
      if (isSimple(left) && isObjectOrNothing(checker.getTypeAtLocation(left)) && (isSame || isCondition(node))) {
        edits.push([left.getEnd(), node.getEnd(), '']);
        if (isSame) edits.push([node.getStart(), node.getStart(), '!']);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits;
}

function isUndefined(node) {
  return ts.isIdentifier(node) && node.text === 'undefined';
}

/** What `!` in front of it takes whole. */
function isSimple(node) {
  return (
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isParenthesizedExpression(node)
  );
}

function isObjectOrNothing(type) {
  const { Object: structured, NonPrimitive, Undefined } = ts.TypeFlags;
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(({ flags }) => (flags & (structured | NonPrimitive | Undefined)) !== 0);
}

/** True where only the truth of a value counts. */
function isCondition(node) {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isCondition(parent);
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  if (ts.isForStatement(parent) || ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  const joins = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return joins && isCondition(parent);
}
