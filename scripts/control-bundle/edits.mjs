/** Changes of a text by places. */
import ts from 'typescript';

/** @param {string} text @param {readonly (readonly [start: number, end: number, put: string])[]} edits apart from each other */
export function edited(text, edits) {
  let result = '';
  let from = 0;
  for (const [start, end, put] of [...edits].sort(([a, b], [c, d]) => a - c || b - d)) {
    result += text.slice(from, start) + put;
    from = end;
  }
  return result + text.slice(from);
}

/** @param {string} text a script or a TypeScript source */
export function parsed(text) {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
}

/** Calls back with every node below `node`, parents first; with those below one only if `false` was not returned for it. */
export function walk(node, visit) {
  ts.forEachChild(node, (child) => {
    if (visit(child) !== false) walk(child, visit);
  });
}
