/** Limits of sources, so that every source is compiled or refused in reasonable time, and no stack of ours overflows. */
import ts from 'typescript';
import type { DiagnosticSink } from './diagnostics.ts';
import { parseKernelFile } from './kernel-library.ts';
import type { KernelReach } from './reachable-functions.ts';

/** Syntax inside syntax. Every pass of the compiler recurses over it. */
export const MAX_NESTING = 200;

/** A statement is 8 bytes of code and more: these fill the memory of a core. Functions count as one more. */
export const MAX_STATEMENTS = 4000;

/** Cases of a switch are tested one after another. */
export const MAX_CASES = 512;

/** Reports nesting that is too deep, and switches that are too long. True if there is none. */
export function checkNesting(file: ts.SourceFile, sink: DiagnosticSink): boolean {
  // By a list of its own: a function that calls itself could not look at what is too deep for such functions.
  const open: { readonly node: ts.Node; readonly depth: number }[] = [{ node: file, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > MAX_NESTING) {
      sink.report('SH5005', node, { limit: MAX_NESTING });
      return false;
    }
    if (ts.isCaseBlock(node) && node.clauses.length > MAX_CASES) {
      sink.report('SH5006', node.parent, { count: node.clauses.length, limit: MAX_CASES });
      return false;
    }
    ts.forEachChild(node, (child) => {
      open.push({ node: child, depth: depth + 1 });
    });
  }
  return true;
}

/** Reports a module of which more is reached than a core could hold. True if it is not. */
export function checkReachedSize(entry: ts.SourceFile, reach: KernelReach, sink: DiagnosticSink): boolean {
  let count = 0;
  for (const f of reach.functions) count += 1 + statementsIn(f);
  if (count <= MAX_STATEMENTS) return true;
  const [first] = reach.exports.values();
  sink.report('SH5007', first?.name ?? entry, { count, limit: MAX_STATEMENTS });
  return false;
}

function statementsIn(root: ts.Node): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node)) count++;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  return count;
}

/** Parses a file; null if it is nested too deeply even for the parser. */
export function parseWithinLimits(path: string, text: string): ts.SourceFile | null {
  try {
    return parseKernelFile(path, text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Where brackets are nested too deeply, in a text that cannot be parsed. */
export function deepBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if ('([{'.includes(text.charAt(at)) && ++depth > MAX_NESTING) return at;
    if (')]}'.includes(text.charAt(at))) depth--;
  }
  return 0;
}
