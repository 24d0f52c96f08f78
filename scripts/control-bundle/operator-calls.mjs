/**
 * Operators with long names as calls of functions with short ones: `typeof value === 'function'`, `value instanceof Map`,
 * and `new` for what is made in many places.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** What a function must save, about. */
const LEAST_SAVING = 14;
/** Saved by one call of it. */
const SAVED_BY_TYPEOF = 5;
const SAVED_BY_INSTANCEOF = 8;
const SAVED_BY_NEW = 3;
/** More arguments are not handed on. */
const MOST_ARGUMENTS = 3;

/** @param {string} text a script */
export function callsForOperators(text) {
  /** Edits by function, with its definition. */
  const functions = new Map();
  const note = (name, definition, saved, edits) => {
    const known = functions.get(name) ?? { definition, saved: -definition.length, edits: [] };
    functions.set(name, known);
    known.saved += saved;
    known.edits.push(...edits);
  };
  const source = parsed(text);
  const declared = namesInside(source);
  walk(source, (node) => {
    if (ts.isNewExpression(node)) {
      const { expression: made, arguments: given = [] } = node;
      const isSimple = ts.isIdentifier(made) && !declared.has(made.text) && given.length <= MOST_ARGUMENTS;
      if (!isSimple || given.some(ts.isSpreadElement)) return;
      const name = `make_${made.text}`;
      const hasList = node.getText().endsWith(')');
      const edits = [[node.getStart(), made.getEnd(), hasList ? name : `${name}()`]];
      note(name, `(a, b, c) => new ${made.text}(a, b, c)`, SAVED_BY_NEW, edits);
    } else if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node;
      const operator = operatorToken.getText();
      if (operator === 'instanceof') {
        note('is_instance', '(a, b) => a instanceof b', SAVED_BY_INSTANCEOF, [
          [node.getStart(), node.getStart(), 'is_instance('],
          [left.getEnd(), right.getStart(), ', '],
          [node.getEnd(), node.getEnd(), ')'],
        ]);
      } else if (ts.isTypeOfExpression(left) && ts.isStringLiteral(right) && /^[!=]==?$/.test(operator)) {
        const { expression } = left;
        // A name that nobody has declared can be asked for its type only.
        if (ts.isIdentifier(expression) && !declared.has(expression.text)) return;
        note(`is_${right.text}`, `(a) => typeof a == "${right.text}"`, SAVED_BY_TYPEOF, [
          [node.getStart(), expression.getStart(), `${operator.startsWith('!') ? '!' : ''}is_${right.text}(`],
          [expression.getEnd(), node.getEnd(), ')'],
        ]);
      }
    }
  });
  const worthwhile = [...functions].filter(([, { saved }]) => saved >= LEAST_SAVING);
  const definitions = worthwhile.map(([name, { definition }]) => `const ${name} = ${definition};\n`);
  return (
    definitions.join('') +
    edited(
      text,
      worthwhile.flatMap(([, { edits }]) => edits),
    )
  );
}

/** Names of parameters and variables inside of functions and classes. */
function namesInside(source) {
  const names = new Set();
  walk(source, (node) => {
    const declares = ts.isParameter(node) || ts.isBindingElement(node) || ts.isVariableDeclaration(node);
    if (declares && ts.isIdentifier(node.name) && !isAtTop(node)) names.add(node.name.text);
  });
  return names;
}

function isAtTop(node) {
  return ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent);
}
