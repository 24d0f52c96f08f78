/**
 * What errors say, out of the script: a text is replaced by its key and the values that stand in it, and whoever reads
 * the error has the text (protocol/full-text.ts). `no answer within ${timeoutMs} ms` becomes `^abc${timeoutMs}|`.
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

/** @param {string} text a TypeScript source; the templates of the texts of its errors, with `{}` for each value, by key */
export function errorTexts(text) {
  const found = new Map();
  for (const { template } of textsIn(parsed(text))) found.set(keyOf(template), template);
  return found;
}

/**
 * @param {string} text a TypeScript source
 * @param {(key: string) => boolean} isKnown whether those who read the error have the text; others stay whole
 */
export function withoutErrorTexts(text, isKnown) {
  const edits = [];
  for (const { node, template, values } of textsIn(parsed(text))) {
    const key = keyOf(template);
    if (!isKnown(key)) continue;
    const written = values.map((value) => `\${${value.getText()}}|`).join('');
    edits.push([node.getStart(), node.getEnd(), values.length === 0 ? `'^${key}'` : `\`^${key}${written}\``]);
  }
  return edited(text, edits);
}

/** @param {string} template three characters, the same in every release */
export function keyOf(template) {
  let hash = 0;
  for (const character of template) hash = (Math.imul(hash, 31) + character.codePointAt(0)) >>> 0;
  const letter = String.fromCharCode(97 + (hash % FIRST));
  const number = Math.floor(hash / FIRST) % OTHERS ** 2;
  return letter + number.toString(OTHERS).padStart(2, '0');
}

function textsIn(source) {
  const found = [];
  const note = (node) => {
    if (ts.isConditionalExpression(node)) {
      note(node.whenTrue);
      note(node.whenFalse);
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (node.text.length >= LEAST_LENGTH) found.push({ node, template: node.text, values: [] });
    } else if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans;
      const template = [node.head, ...spans.map(({ literal }) => literal)].map(({ text }) => text).join('{}');
      const length = template.length - 2 * spans.length;
      if (length >= LEAST_LENGTH) found.push({ node, template, values: spans.map(({ expression }) => expression) });
    }
  };
  walk(source, (node) => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
      for (const index of TEXTS[node.expression.text] ?? []) {
        const argument = node.arguments?.[index];
        if (argument !== undefined) note(argument);
      }
    } else if (ts.isPropertyAssignment(node) && node.name.getText() === 'hint') {
      note(node.initializer);
    }
  });
  return found;
}
