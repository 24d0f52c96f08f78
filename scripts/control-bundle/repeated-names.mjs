/**
 * Names and texts that the language has given and that stand in many places of the script: they get a variable, whose
 * name takes a character or two. `a.length` becomes `a[length_text]`, `Object` `Object_global`.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** What a variable's name takes, about. */
const NAME_BYTES = 2;
/** What a variable must save. */
const LEAST_SAVING = 1;

/**
 * @param {string} text a script
 * @param {(name: string) => boolean} isShortened whether a property gets a short name anyway
 */
export function nameRepeated(text, isShortened) {
  const source = parsed(text);
  const declared = declaredNames(source);
  /** Places by what stands there, as an expression. */
  const places = new Map();
  const note = (value, place, put) => {
    const known = places.get(value) ?? [];
    places.set(value, known);
    known.push([place, put]);
  };
  walk(source, (node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name) && !isShortened(node.name.text)) {
      const start = node.expression.getEnd();
      const optional = node.questionDotToken === undefined ? '' : '?.';
      note(JSON.stringify(node.name.text), [start, node.getEnd()], (name) => `${optional}[${name}]`);
    } else if (ts.isStringLiteral(node) && !isKey(node)) {
      note(JSON.stringify(node.text), [node.getStart(), node.getEnd()], (name) => name);
    } else if (ts.isVoidExpression(node)) {
      note('void 0', [node.getStart(), node.getEnd()], (name) => name);
    } else if (ts.isIdentifier(node) && isGlobalUse(node) && !declared.has(node.text)) {
      if (node.text === 'undefined') note('void 0', [node.getStart(), node.getEnd()], (name) => name);
      else note(node.text, [node.getStart(), node.getEnd()], (name) => name);
    }
  });
  const edits = [];
  const variables = [];
  for (const [value, found] of places) {
    const saved = found.reduce((sum, [[start, end], put]) => sum + end - start - put('x'.repeat(NAME_BYTES)).length, 0);
    if (found.length < 2 || saved - value.length - NAME_BYTES - 2 < LEAST_SAVING) continue;
    const name = `repeated_${variables.length}`;
    variables.push(`let ${name} = ${value};\n`);
    for (const [[start, end], put] of found) edits.push([start, end, put(name)]);
  }
  return variables.join('') + edited(text, edits);
}

/** Names that the script declares anywhere. */
function declaredNames(source) {
  const names = new Set();
  walk(source, (node) => {
    const { name } = node;
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
    if ((declares || ts.isClassLike(node) || ts.isFunctionLike(node)) && name !== undefined && ts.isIdentifier(name)) {
      names.add(name.text);
    }
  });
  return names;
}

/** A name that is a variable where it stands, and is only read. */
function isGlobalUse(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeOfExpression(parent) || ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !('name' in parent && parent.name === node) && !ts.isLabeledStatement(parent);
}

/** A text that is the name of a property, or a directive. */
function isKey(node) {
  return ts.isPropertyAssignment(node.parent) ? node.parent.name === node : ts.isExpressionStatement(node.parent);
}
