import ts from 'typescript';
import type { ModuleFunction } from './reachable-functions.ts';

/** More would not fit into the memory of a core, with frames of one double word. */
export const MAX_DEPTH = 4096;

/** What the comment before a function says of its recursion: `null` nothing, `'invalid'` something that is no number. */
export function declaredDepth(node: ModuleFunction): number | 'invalid' | null {
  const text = node.getSourceFile().text;
  const statement = statementOf(node);
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  for (const { pos, end, kind } of comments.reverse()) {
    const comment = text.slice(pos, end);
    if (kind !== ts.SyntaxKind.MultiLineCommentTrivia || !comment.startsWith('/**')) continue;
    const found = /@depth\b[ \t]*([^\s*]*)/.exec(comment)?.[1];
    if (found === undefined) continue;
    const depth = /^\d+$/.test(found) ? Number(found) : 0;
    return depth >= 1 && depth <= MAX_DEPTH ? depth : 'invalid';
  }
  return null;
}

/** The statement that declares a function, which comments stand before. */
function statementOf(node: ModuleFunction): ts.Node {
  if (ts.isFunctionDeclaration(node)) return node;
  const holder = ts.findAncestor(node, (at) => ts.isVariableStatement(at) || ts.isBlock(at) || ts.isSourceFile(at));
  return holder !== undefined && ts.isVariableStatement(holder) ? holder : node;
}
