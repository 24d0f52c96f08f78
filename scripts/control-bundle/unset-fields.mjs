/** Fields that a class only names, or begins with `undefined`: reading one that is not there yet gives the same. */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/**
 * @param {string} text a script
 * @param {(name: string) => boolean} isOwn whether nobody else asks for the fields of this name
 */
export function dropUnsetFields(text, isOwn) {
  const edits = [];
  walk(parsed(text), (node) => {
    if (!ts.isPropertyDeclaration(node) || !ts.isIdentifier(node.name) || !isOwn(node.name.text)) return;
    if (node.initializer === undefined || ts.isVoidExpression(node.initializer))
      edits.push([node.getStart(), node.getEnd(), '']);
  });
  return edited(text, edits);
}
