/** Functions of the script as arrows, which take half the characters. They come first, as declared functions do. */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** @param {string} text a script */
export function arrowFunctions(text) {
  const source = parsed(text);
  const arrows = [];
  const edits = [];
  for (const node of source.statements) {
    if (!ts.isFunctionDeclaration(node) || node.asteriskToken !== undefined || usesOwnThis(node.body)) continue;
    const parameters = node.parameters.map((parameter) => parameter.getText()).join(', ');
    const isAsync = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
    arrows.push(`const ${node.name.text} = ${isAsync ? 'async ' : ''}(${parameters}) => ${node.body.getText()};\n`);
    edits.push([node.getStart(), node.getEnd(), '']);
  }
  return arrows.join('') + edited(text, edits);
}

/** True if `this` or `arguments` of the function itself stand in its body, or may. */
function usesOwnThis(body) {
  let found = false;
  walk(body, (node) => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments')) found = true;
    return !ts.isClassLike(node) && (ts.isArrowFunction(node) || !ts.isFunctionLike(node));
  });
  return found;
}
