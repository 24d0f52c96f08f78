/** Private members as ordinary ones: `#` takes a character wherever it stands. */
import ts from 'typescript';

/**
 * @param {ts.TypeChecker} checker
 * @param {readonly ts.SourceFile[]} sources
 * @param {(file: string, className: string) => boolean} isReached whether others hold instances of a class: its members
 *   stay private
 * @returns {Map<ts.Symbol, string>} the new name of each member, none of them twice
 */
export function ordinaryNames(checker, sources, isReached) {
  const names = new Map();
  const visit = (node) => {
    if (ts.isClassLike(node) && !isReached(node.getSourceFile().fileName, node.name?.text ?? '')) {
      for (const { name } of node.members) {
        if (name === undefined || !ts.isPrivateIdentifier(name)) continue;
        const symbol = checker.getSymbolAtLocation(name);
        if (!names.has(symbol)) names.set(symbol, `${name.text.slice(1)}_${names.size}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return names;
}
