/**
 * What errors say, out of the script: a text is replaced by its key and the values that stand in it, and whoever reads
 * the error has the text (protocol/full-text.ts). `no answer within ${timeoutMs} ms` becomes `^abc${timeoutMs}|`. Options
 * that are the same with every error of a text are left out: the reader has them, too.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** Positions of texts among the arguments of what makes errors. */
const TEXTS = {
  ShoalError: [1],
  Error: [0],
  TypeError: [0],
  RangeError: [0],
  invalid: [0],
  refused: [0, 1],
  needsAwait: [0, 1],
};
/** Shorter ones stay where they are. */
const LEAST_LENGTH = 12;
/** Letters first: a key is a name in JavaScript. */
const FIRST = 26;
const OTHERS = 36;

/**
 * @param {string} text a TypeScript source
 * @returns {Map<string, { template: string, options: string[] }>} by key the text of each of its errors, with `{}` for each
 *   value, and the options that are always the same, as they stand in the source
 */
export function errorTexts(text) {
  const found = new Map();
  for (const { template, constants } of textsIn(parsed(text))) {
    const options = constants.map(({ text }) => text);
    found.set(keyOf(template, options), { template, options });
  }
  return found;
}

/**
 * @param {string} text a TypeScript source
 * @param {(key: string) => boolean} isKnown whether those who read the error have the text; others stay whole
 */
export function withoutErrorTexts(text, isKnown) {
  const edits = [];
  for (const { node, template, values, constants, rest } of textsIn(parsed(text))) {
    const key = keyOf(
      template,
      constants.map(({ text }) => text),
    );
    if (!isKnown(key)) continue;
    // Between the text and the end of the call, where nothing but constants stands.
    if (constants.length > 0 && rest.length === 0) edits.push([node.getEnd(), constants[0].end, '']);
    else edits.push(...constants.map(({ start, next }) => [start, next, '']));
    const sent = values.map((value) => `\${${value.getText()}}|`).join('');
    edits.push([node.getStart(), node.getEnd(), values.length === 0 ? `'^${key}'` : `\`^${key}${sent}\``]);
  }
  return edited(text, edits);
}

/** Three characters for a text and the options that it always has, the same in every release. */
export function keyOf(template, options = []) {
  let hash = 0;
  for (const character of template + options.join(', ')) hash = (Math.imul(hash, 31) + character.codePointAt(0)) >>> 0;
  const letter = String.fromCharCode(97 + (hash % FIRST));
  const number = Math.floor(hash / FIRST) % OTHERS ** 2;
  return letter + number.toString(OTHERS).padStart(2, '0');
}

function textsIn(source) {
  const found = [];
  const note = (node, options = NO_OPTIONS) => {
    if (ts.isConditionalExpression(node)) {
      note(node.whenTrue);
      note(node.whenFalse);
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (node.text.length >= LEAST_LENGTH) found.push({ node, template: node.text, values: [], ...options });
    } else if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans;
      const template = [node.head, ...spans.map(({ literal }) => literal)].map(({ text }) => text).join('{}');
      const length = template.length - 2 * spans.length;
      if (length >= LEAST_LENGTH)
        found.push({ node, template, values: spans.map(({ expression }) => expression), ...options });
    }
  };
  walk(source, (node) => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
      for (const index of TEXTS[node.expression.text] ?? []) {
        const argument = node.arguments?.[index];
        if (argument !== undefined && !isHintOfText(node, index)) note(argument, optionsOf(node, index));
      }
    } else if (ts.isPropertyAssignment(node) && node.name.getText() === 'hint') {
      if (!isLeftOut(node)) note(node.initializer);
    }
  });
  return found;
}

/** A constant hint that stands behind its text. */
function isHintOfText({ expression, arguments: given }, index) {
  return expression.text === 'refused' && index === 1 && ts.isStringLiteral(given[index]);
}

/** Options that stand beside a text, apart by whether they are constant. */
function optionsOf({ expression, arguments: given }, index) {
  const options = given[index + 1];
  if (options !== undefined && isHintOfText({ expression, arguments: given }, index + 1)) {
    return { constants: [{ text: `hint: ${options.getText()}`, end: options.getEnd() }], rest: [] };
  }
  if (expression.text !== 'ShoalError' || options === undefined || !ts.isObjectLiteralExpression(options))
    return NO_OPTIONS;
  const { properties } = options;
  const constants = properties.filter(isConstant).map((property) => ({
    text: property.getText(),
    start: property.getStart(),
    next: properties[properties.indexOf(property) + 1]?.getStart() ?? property.getEnd(),
    end: options.getEnd(),
  }));
  return { constants, rest: properties.filter((property) => !isConstant(property)) };
}

/** True for a constant option of an error whose text says it. */
function isLeftOut(property) {
  const call = property.parent.parent;
  const isError = ts.isNewExpression(call) && call.expression.getText() === 'ShoalError';
  return isError && isConstant(property) && !ts.isConditionalExpression(call.arguments[1]);
}

const NO_OPTIONS = { constants: [], rest: [] };

/** True for a text, `true`, and objects of such. */
function isConstant(property) {
  if (!ts.isPropertyAssignment(property)) return false;
  const { initializer } = property;
  if (ts.isObjectLiteralExpression(initializer)) return initializer.properties.every(isConstant);
  return ts.isStringLiteral(initializer) || initializer.kind === ts.SyntaxKind.TrueKeyword;
}
