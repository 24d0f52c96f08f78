/**
 * `throw` as a call: `if (wrong) throw error` becomes `wrong && throw_it(error)`, which stands in conditions and behind
 * commas, where a bundler can join it with what is around it.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** No name of the sources. */
const THROW = 'throw_it';

/** @param {string} text a script */
export function callsThatThrow(text) {
  const edits = [];
  walk(parsed(text), (node) => {
    if (!ts.isThrowStatement(node)) return;
    const { expression } = node;
    // Of `throw close(), error` the error alone is thrown.
    const isList = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken;
    const thrown = isList ? expression.right : expression;
    edits.push(
      [node.getStart(), expression.getStart(), ''],
      [thrown.getStart(), thrown.getStart(), `${THROW}(`],
      [expression.getEnd(), node.getEnd(), ');'],
    );
  });
  return `const ${THROW} = (error) => { throw error; };\n${edited(text, edits)}`;
}
