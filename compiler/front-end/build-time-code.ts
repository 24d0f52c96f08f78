import ts from 'typescript';
import type { ModuleVariable } from './reachable-functions.ts';
import type { KernelSources } from './typescript-program.ts';

/** Declarations that top-level code uses to make the values of these variables, themselves among them. */
export function buildTimeCode(sources: KernelSources, variables: Iterable<ModuleVariable>): ReadonlySet<ts.Node> {
  const { checker, modules } = sources;
  const found = new Set<ts.Node>(variables);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node)) {
      let symbol = checker.getSymbolAtLocation(node);
      if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0)
        symbol = checker.getAliasedSymbol(symbol);
      for (const declaration of symbol?.declarations ?? []) {
        const isTop = ts.isSourceFile(declaration.parent) || ts.isVariableDeclarationList(declaration.parent);
        if (isTop && modules.includes(declaration.getSourceFile())) found.add(declaration);
      }
    }
    ts.forEachChild(node, visit);
  };
  // The set grows while it is walked.
  for (const node of found) ts.forEachChild(node, visit);
  return found;
}
