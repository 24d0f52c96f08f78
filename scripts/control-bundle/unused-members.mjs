/**
 * Members that the script has and does not use, which bundlers leave in: methods that nothing calls, fields that nothing
 * reads, and options that nobody sets, which are `undefined` wherever they are asked for.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/**
 * @param {string} text a script
 * @param {(name: string) => boolean} isOwn whether nobody else knows a property of this name
 */
export function dropUnusedMembers(text, isOwn) {
  const uses = usesByName(parsed(text), isOwn);
  const edits = [];
  for (const { declared, read, written } of uses.values()) {
    if (read.length === 0 && written.every(isWithoutEffect)) {
      edits.push(...declared.filter(isWithoutEffect).map((node) => [node.getStart(), endOf(node), '']));
      edits.push(...written.map((node) => [node.getStart(), node.getEnd(), '0']));
    } else if (declared.length + written.length === 0) {
      edits.push(...read.filter(isPlainAccess).map((node) => [node.getStart(), node.getEnd(), 'void 0']));
    }
  }
  if (edits.length === 0) return text;
  return dropUnusedMembers(edited(text, outermost(edits)), isOwn);
}

/** Of each name: members that have it, reading accesses, and assignments whose value is of no interest. */
function usesByName(source, isOwn) {
  const uses = new Map();
  const note = (name, kind, node) => {
    if (name === undefined || !ts.isIdentifier(name) || !isOwn(name.text)) return;
    const known = uses.get(name.text) ?? { declared: [], read: [], written: [] };
    uses.set(name.text, known);
    known[kind].push(node);
  };
  walk(source, (node) => {
    if (ts.isClassElement(node) || ts.isObjectLiteralElementLike(node)) note(node.name, 'declared', node);
    else if (ts.isBindingElement(node)) note(node.propertyName ?? node.name, 'read', node);
    else if (ts.isPropertyAccessExpression(node)) {
      const assignment = assignmentTo(node);
      if (assignment !== undefined && isValueUnused(assignment)) note(node.name, 'written', assignment);
      else note(node.name, 'read', node);
      // `a.b = c` as a value, and `a.b ??= c`: it has been set by someone.
      if (isTarget(node)) note(node.name, 'declared', node);
    }
  });
  return uses;
}

function isTarget(node) {
  const { parent } = node;
  if (ts.isPostfixUnaryExpression(parent) || ts.isPrefixUnaryExpression(parent)) return true;
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return false;
  const { kind } = parent.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** `a.b = c`, `a.b += c`, `a.b++` */
function assignmentTo(node) {
  const { parent } = node;
  if (ts.isPostfixUnaryExpression(parent)) return parent;
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return undefined;
  const isSimple = [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.PlusEqualsToken].includes(parent.operatorToken.kind);
  return isSimple ? parent : undefined;
}

function isValueUnused(node) {
  const { parent } = node;
  if (ts.isExpressionStatement(parent)) return true;
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.CommaToken) return false;
  return parent.left === node || isValueUnused(parent);
}

/** True for methods and for what is given a value without calling anything. */
function isWithoutEffect(node) {
  if (ts.isConstructorDeclaration(node) || ts.isSpreadAssignment(node) || ts.isPropertyAccessExpression(node))
    return false;
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node) || ts.isPostfixUnaryExpression(node)) return true;
  const value = ts.isBinaryExpression(node) ? node.right : node.initializer;
  let isPure = true;
  const look = (part) => {
    if (ts.isCallExpression(part) || ts.isNewExpression(part) || ts.isAwaitExpression(part)) isPure = false;
    if (!ts.isFunctionLike(part)) ts.forEachChild(part, look);
  };
  if (value !== undefined) look(value);
  return isPure;
}

/** `a.b.c` of which nothing has an effect, read as a value. */
function isPlainAccess(node) {
  if (!ts.isPropertyAccessExpression(node)) return false;
  let holder = node.expression;
  while (ts.isPropertyAccessExpression(holder)) holder = holder.expression;
  return ts.isIdentifier(holder) || holder.kind === ts.SyntaxKind.ThisKeyword;
}

/** With the comma of a literal's property. */
function endOf(node) {
  const { parent } = node;
  const rest = node.getSourceFile().text.slice(node.getEnd());
  return node.getEnd() + (ts.isObjectLiteralExpression(parent) ? (/^\s*,/.exec(rest)?.[0].length ?? 0) : 0);
}

/** Without edits that stand in others. */
function outermost(edits) {
  const found = [];
  for (const edit of [...edits].sort(([a, b], [c, d]) => a - c || d - b)) {
    if (edit[0] >= (found.at(-1)?.[1] ?? 0)) found.push(edit);
  }
  return found;
}
