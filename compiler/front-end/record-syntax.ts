import ts from 'typescript';
import type { KernelScope } from './kind-scope.ts';

/** True for the name `undefined`, which is null here. */
export function isNullName(scope: KernelScope, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node) || node.text !== 'undefined') return false;
  const type = scope.sources.checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.Undefined) !== 0;
}
