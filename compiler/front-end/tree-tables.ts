import type ts from 'typescript';
import { isNamedValue } from './kind-scope.ts';
import { skipWrappers } from './reachable-functions.ts';
import { report, sourceText, type TreeContext } from './tree-context.ts';

/** Reports a table of functions that is used as a value, or a part of one that is not known at build time. */
export function refuseTable(context: TreeContext, node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  if (!isNamedValue(inner)) return false;
  const binding = context.scope.resolve(inner);
  const owner = 'expression' in inner ? skipWrappers(inner.expression) : null;
  const table = owner !== null && isNamedValue(owner) ? context.scope.resolve(owner) : null;
  if (binding?.tag !== 'table' && (binding !== null || table?.tag !== 'table')) return false;
  report(context, 'SH3033', node, { text: sourceText(node) });
  return true;
}
