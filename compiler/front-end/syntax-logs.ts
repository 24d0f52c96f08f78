import ts from 'typescript';
import { textPieces } from './log-arguments.ts';
import { isNumberType, isStringType } from './syntax-types.ts';
import type { SyntaxWalk } from './syntax-whitelist.ts';

/** Members of JavaScript's console that kernels have. */
const CONSOLE_MEMBERS: ReadonlySet<string> = new Set(['log', 'assert']);

/** `console.log`, or another member, read as a value or called. */
export function checkConsoleMember(
  walk: SyntaxWalk,
  node: ts.PropertyAccessExpression,
  isCalled: boolean,
  whole: ts.Expression,
): void {
  const name = node.name.text;
  if (!CONSOLE_MEMBERS.has(name)) walk.sink.report('SH1040', node, { name }, whole);
  else if (!isCalled) walk.sink.report('SH1006', node, { name: node.getText() });
}

/**
 * Checks the arguments of `console.log`, `console.assert` and `assert`, which may hold text. `library` is the name of
 * the function; false for every other one.
 */
export function checkLogArguments(walk: SyntaxWalk, node: ts.CallExpression, library: string | null): boolean {
  const [first, second] = node.arguments;
  if (library === 'assert') {
    if (first !== undefined) walk.visit(first);
    if (second !== undefined && !ts.isStringLiteralLike(second)) walk.sink.report('SH1043', second);
    return true;
  }
  if (library !== 'Console.log' && library !== 'Console.assert') return false;
  for (const [index, argument] of node.arguments.entries()) {
    if (ts.isSpreadElement(argument) || (library === 'Console.assert' && index === 0)) walk.visit(argument);
    else for (const piece of textPieces(walk.checker, argument)) if (typeof piece !== 'string') checkPiece(walk, piece);
  }
  return true;
}

function checkPiece(walk: SyntaxWalk, node: ts.Expression): void {
  const wrong = walk.sink.diagnostics.length;
  walk.visit(node);
  const type = walk.checker.getTypeAtLocation(node);
  // What a type parameter stands for is looked at in each call of the function.
  const isOpen = (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess | ts.TypeFlags.Any)) !== 0;
  const isFine = isOpen || isNumberType(type) || isStringType(type) || (type.flags & ts.TypeFlags.BooleanLike) !== 0;
  if (!isFine && walk.sink.diagnostics.length === wrong) walk.sink.report('SH1041', node, { text: node.getText() });
}
