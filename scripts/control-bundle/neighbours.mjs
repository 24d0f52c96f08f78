/** Which properties stand beside each other in one object: two that never do can have the same name. */
import ts from 'typescript';

/**
 * @param {ts.TypeChecker} checker
 * @param {readonly ts.SourceFile[]} sources
 * @param {(symbol: ts.Symbol) => string} nameOf the name that a member has in the end
 * @returns {(one: string, other: string) => boolean} whether two names of members must differ
 */
export function neighbours(checker, sources, nameOf) {
  const beside = new Map();
  /** Of those that an object may lack a type says nothing: another object may be taken for it. */
  const alone = new Set();
  const group = (symbols) => {
    const names = new Set(symbols.filter((symbol) => symbol !== undefined).map(nameOf));
    for (const name of names) {
      const known = beside.get(name) ?? new Set();
      beside.set(name, known);
      for (const other of names) known.add(other);
    }
  };
  const visit = (node) => {
    if (ts.isClassLike(node)) group(membersOf(checker, node));
    else if (isShape(node)) group(checker.getTypeAtLocation(node).getProperties());
    else if ('questionToken' in node && node.questionToken !== undefined && node.name !== undefined)
      alone.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return (one, other) => alone.has(one) || alone.has(other) || beside.get(one)?.has(other) !== false;
}

function isShape(node) {
  return (
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeLiteralNode(node) ||
    ts.isIntersectionTypeNode(node) ||
    ts.isObjectLiteralExpression(node)
  );
}

/** The members of a class, of all that it extends and of all that these implement. */
function membersOf(checker, node) {
  const own = node.members.flatMap(({ name }) => (name === undefined ? [] : [checker.getSymbolAtLocation(name)]));
  const inherited = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap((type) => {
      const symbol = checker.getSymbolAtLocation(type.expression);
      const original = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const base = original?.declarations?.find(ts.isClassLike);
      return [
        ...checker.getTypeAtLocation(type).getProperties(),
        ...(base === undefined ? [] : membersOf(checker, base)),
      ];
    }),
  );
  return [...own, ...inherited];
}
