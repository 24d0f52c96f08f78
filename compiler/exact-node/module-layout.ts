import ts from 'typescript';

/** A stretch of the source that the printer replaces. */
export interface ReplaceableFunction {
  readonly start: number;
  readonly end: number;
  /** What stands before the parameter list in the replacement. */
  readonly head: string;
}

/** The initialiser of a module variable; `start === end` (behind the name and type) if it has none. */
export interface ReplaceableVariable {
  readonly start: number;
  readonly end: number;
  readonly hasInitializer: boolean;
  /** Where the word `const` stands before it; null for `let`. */
  readonly constAt: number | null;
}

/** Where the top-level functions and variables of a module stand in its text, and under which names it exports them. */
export interface ModuleLayout {
  readonly functions: ReadonlyMap<string, ReplaceableFunction>;
  readonly variables: ReadonlyMap<string, ReplaceableVariable>;
  /** Where the directives at the top end. */
  readonly prologueEnd: number;
  /** True if the top level does more than declare: what variables hold at the end is not what they began with. */
  readonly runsCode: boolean;
  /** By local name. */
  readonly exportNames: ReadonlyMap<string, string>;
}

/** Reads the layout of a module that is known to parse. */
export function layoutOf(file: string, source: string): ModuleLayout {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.TS);
  const functions = new Map<string, ReplaceableFunction>();
  const variables = new Map<string, ReplaceableVariable>();
  const exportNames = new Map<string, string>();
  for (const statement of parsed.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      const words = modifiersOf(statement);
      const name = statement.name?.text ?? 'default';
      functions.set(name, {
        start: statement.getStart(parsed),
        end: statement.end,
        head: [...words, 'function', ...(statement.name === undefined ? [] : [name])].join(' '),
      });
      if (words.includes('export')) exportNames.set(name, words.includes('default') ? 'default' : name);
    } else if (ts.isVariableStatement(statement)) {
      const isExported = modifiersOf(statement).includes('export');
      for (const declaration of statement.declarationList.declarations) {
        if (!ts.isIdentifier(declaration.name)) continue;
        const name = declaration.name.text;
        if (isExported) exportNames.set(name, name);
        const { initializer } = declaration;
        const hasInitializer = initializer !== undefined;
        const start = initializer?.getStart(parsed) ?? declaration.end;
        if (hasInitializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) {
          functions.set(name, { start, end: initializer.end, head: 'function' });
        } else {
          const { declarationList: list } = statement;
          const isConst = (list.flags & ts.NodeFlags.Const) !== 0;
          const constAt = isConst ? list.getStart(parsed) : null;
          variables.set(name, { start, end: declaration.end, hasInitializer, constAt });
        }
      }
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
      if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) continue;
      for (const { name, propertyName } of statement.exportClause.elements) {
        exportNames.set((propertyName ?? name).text, name.text);
      }
    }
  }
  const isDirective = (s: ts.Statement): boolean => ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression);
  const firstOther = parsed.statements.findIndex((s) => !isDirective(s));
  const last = parsed.statements.at(firstOther === -1 ? -1 : Math.max(firstOther - 1, 0));
  const prologueEnd = last === undefined || !isDirective(last) ? 0 : last.end;
  const runsCode = parsed.statements.some((s) => !isDirective(s) && doesMore(s));
  return { functions, variables, runsCode, exportNames, prologueEnd };
}

/** True for a statement of the top level that may change what is there: it calls, makes objects of classes, or assigns. */
function doesMore(statement: ts.Statement): boolean {
  if (ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement)) return false;
  if (ts.isTypeAliasDeclaration(statement) || ts.isImportDeclaration(statement)) return false;
  const isDeclaration =
    ts.isVariableStatement(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
  if (!isDeclaration) return !ts.isExportDeclaration(statement);
  const acts = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return false;
    if (ts.isCallExpression(node) || ts.isClassStaticBlockDeclaration(node)) return true;
    if (ts.isNewExpression(node) && !(ts.isIdentifier(node.expression) && /Array$/.test(node.expression.text)))
      return true;
    if (ts.isPostfixUnaryExpression(node) || isAssignment(node)) return true;
    return ts.forEachChild(node, (child) => acts(child) || undefined) ?? false;
  };
  return acts(statement);
}

function isAssignment(node: ts.Node): boolean {
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function modifiersOf(node: ts.FunctionDeclaration | ts.VariableStatement): string[] {
  const words = node.modifiers?.flatMap((modifier) => ts.tokenToString(modifier.kind) ?? []) ?? [];
  return words.filter((word) => word === 'export' || word === 'default');
}
