/**
 * `this` takes four characters wherever it stands, and no bundler shortens it; a local name takes one. The shortest way
 * to one is a parameter that nobody gives: `method(item, self_of_class = this)`.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** No name of the sources. */
const SELF = 'self_of_class';
/** Fewer do not pay for `,a=this`, or for `let a=this;`. */
const LEAST_USES_OF_PARAMETER = 3;
const LEAST_USES_OF_VARIABLE = 4;

/**
 * @param {string} text a script, whole: all calls of its own methods stand in it
 * @param {(name: string) => boolean} isOwn whether a method of this name is called by the script only
 */
export function aliasThis(text, isOwn) {
  const source = parsed(text);
  const mostGiven = argumentsByMethod(source);
  const edits = [];
  walk(source, (node) => {
    if (!isMethod(node)) return;
    const uses = usesOfThis(node.body);
    const isParameter = isCalledByUs(node, isOwn) && (mostGiven.get(node.name.text) ?? 0) <= node.parameters.length;
    if (uses.length < (isParameter ? LEAST_USES_OF_PARAMETER : LEAST_USES_OF_VARIABLE)) return;
    const at = isParameter ? node.parameters.end : node.body.getStart() + 1;
    const separator = node.parameters.length > 0 && !node.parameters.hasTrailingComma ? ', ' : '';
    edits.push([at, at, isParameter ? `${separator}${SELF} = this` : `let ${SELF} = this;`]);
    edits.push(...uses.map((use) => [use.getStart(), use.getEnd(), SELF]));
  });
  return edited(text, edits);
}

/** A method that can have another parameter, and that the script alone calls. */
function isCalledByUs(node, isOwn) {
  if (!ts.isMethodDeclaration(node) || !ts.isIdentifier(node.name) || !isOwn(node.name.text)) return false;
  return !isHeldByOthers(node.parent) && !node.parameters.some(({ dotDotDotToken }) => dotDotDotToken !== undefined);
}

/** By name of a method: how many arguments it is given at most; Infinity if that cannot be seen. */
function argumentsByMethod(source) {
  const most = new Map();
  walk(source, (node) => {
    if (!ts.isPropertyAccessExpression(node)) return;
    const { parent } = node;
    const isCall = ts.isCallExpression(parent) && parent.expression === node;
    const isSeen = isCall && !parent.arguments.some(ts.isSpreadElement);
    const given = isSeen ? parent.arguments.length : Infinity;
    most.set(node.name.text, Math.max(given, most.get(node.name.text) ?? 0));
  });
  return most;
}

/** Others call methods of instances that they hold as they like; such a class has kept its private members. */
function isHeldByOthers({ members }) {
  return members.some(({ name }) => name !== undefined && ts.isPrivateIdentifier(name));
}

/** A member of a class with a body in which `this` is there from the beginning: not before `super()`. */
function isMethod(node) {
  if (node.parent === undefined || !ts.isClassLike(node.parent) || node.body === undefined) return false;
  if (!ts.isConstructorDeclaration(node)) return ts.isMethodDeclaration(node) || ts.isAccessor(node);
  return !node.parent.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
}

/** Every `this` of a body that means the same object. */
function usesOfThis(body) {
  const uses = [];
  walk(body, (node) => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) uses.push(node);
    return !ts.isClassLike(node) && (ts.isArrowFunction(node) || !ts.isFunctionLike(node));
  });
  return uses;
}
