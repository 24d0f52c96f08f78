/** `===` as `==` where TypeScript knows that both sides are of one type: there they mean the same. */
import ts from 'typescript';

const LOOSE = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '!='],
]);

/** Types that only equal what is strictly equal, beside themselves and `undefined`. */
const KINDS = [
  ts.TypeFlags.StringLike,
  ts.TypeFlags.NumberLike,
  ts.TypeFlags.BooleanLike,
  ts.TypeFlags.BigIntLike,
  ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive,
];

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile} source
 * @returns {(readonly [start: number, end: number, put: string])[]} what changes in its text
 */
export function shortEquality(checker, source) {
  const edits = [];
  const visit = (node) => {
    const loose = ts.isBinaryExpression(node) ? LOOSE.get(node.operatorToken.kind) : undefined;
    if (
      loose !== undefined &&
      areOfOneKind(checker.getTypeAtLocation(node.left), checker.getTypeAtLocation(node.right))
    ) {
      edits.push([node.operatorToken.getStart(), node.operatorToken.getEnd(), loose]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits;
}

function areOfOneKind(left, right) {
  const parts = [left, right].flatMap((type) => (type.isUnion() ? type.types : [type]));
  return KINDS.some((kind) => parts.every(({ flags }) => (flags & (kind | ts.TypeFlags.Undefined)) !== 0));
}
