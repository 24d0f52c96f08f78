import ts from 'typescript';
import { buildTimeCode } from './build-time-code.ts';
import {
  baseClass,
  type ClassFunction,
  classNamed,
  isAbstract,
  isClassFunction,
  isStatic,
  memberKey,
} from './class-members.ts';
import type { KernelSources } from './typescript-program.ts';

/** A function of a module: `function f() {}`, or `const f = () => …` and `const f = function () {}` at the top level. */
export type ModuleFunction = ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression | ClassFunction;

/** What module state and constants are declared by: a variable of a module, or a static field. */
export type ModuleVariable = ts.VariableDeclaration | ts.PropertyDeclaration;

/** What a core needs of the modules. The rest of them is code that runs at build time only. */
export interface KernelReach {
  /** Functions that the entry exports, by the exported name. */
  readonly exports: ReadonlyMap<string, ModuleFunction>;
  /** The exported functions and all that they mention, in order of discovery. */
  readonly functions: ReadonlySet<ModuleFunction>;
  /** Module-level variables (not those that hold a function) and static fields that a reached function mentions. */
  readonly variables: ReadonlySet<ModuleVariable>;
  /** Classes that a reached function mentions, and those above. */
  readonly classes: ReadonlySet<ts.ClassDeclaration>;
  /** Classes of which reached functions, or the top-level code behind `variables`, make objects. */
  readonly made: ReadonlySet<ts.ClassDeclaration>;
  /** Methods and accessors that are used, by their names: of which class, the types of the objects say. */
  readonly memberNames: ReadonlySet<string>;
  /** Adds functions that top-level code made and kernels use, with all that they mention. */
  extend(made: Iterable<ModuleFunction>): void;
}

const known = new WeakMap<ts.Program, KernelReach>();

/** Follows the exported functions of the entry module. */
export function kernelReach(sources: KernelSources): KernelReach {
  const before = known.get(sources.program);
  if (before !== undefined) return before;
  const { checker } = sources;
  const modules = new Set(sources.modules);
  const exports = new Map<string, ModuleFunction>();
  const functions = new Set<ModuleFunction>();
  const variables = new Set<ModuleVariable>();
  const classes = new Set<ts.ClassDeclaration>();
  const constructed = new Set<ts.ClassDeclaration>();
  const made = new Set<ts.ClassDeclaration>();
  const memberNames = new Set<string>();
  const queue: ModuleFunction[] = [];

  function reach(symbol: ts.Symbol | undefined): ModuleFunction | null {
    for (const declaration of resolveAlias(checker, symbol)?.declarations ?? []) {
      if (!modules.has(declaration.getSourceFile())) continue;
      const found = moduleFunction(declaration);
      if (found !== null) {
        reachFunction(found);
        if (!ts.isAccessor(found)) return found;
      }
      if (ts.isClassDeclaration(declaration) && !constructed.has(declaration)) reachClass(declaration);
      if (ts.isVariableDeclaration(declaration) && isModuleLevel(declaration)) variables.add(declaration);
      if (ts.isPropertyDeclaration(declaration) && isStatic(declaration)) variables.add(declaration);
    }
    return null;
  }

  function reachFunction(found: ModuleFunction): void {
    if (!functions.has(found)) queue.push(found);
    functions.add(found);
  }

  /** Objects of the class exist, or those of a class below it. */
  function knowClass(owner: ts.ClassDeclaration): void {
    for (let at: ts.ClassDeclaration | null = owner; at !== null; at = baseClass(checker, at)) classes.add(at);
  }

  function reachClass(owner: ts.ClassDeclaration): void {
    constructed.add(owner);
    knowClass(owner);
    for (const clause of owner.heritageClauses ?? []) for (const type of clause.types) mentions(type.expression);
    for (const member of owner.members) {
      if (ts.isConstructorDeclaration(member) && member.body !== undefined) reachFunction(member);
      else if (ts.isPropertyDeclaration(member) && member.initializer !== undefined && !isStatic(member)) {
        mentions(member.initializer);
      }
    }
  }

  /** The members that objects may have behind a name that is used. */
  function reachMembers(): void {
    for (const code of buildTimeCode(sources, variables)) {
      if (!ts.isClassDeclaration(code) || isAbstract(code)) continue;
      made.add(code);
      knowClass(code);
    }
    for (const owner of classes) {
      for (const member of owner.members) {
        const isUsed = member.name !== undefined && memberNames.has(memberKey(member.name));
        if (isUsed && isClassFunction(member) && member.body !== undefined && !isStatic(member)) reachFunction(member);
      }
    }
  }

  function mentions(node: ts.Node): void {
    if (ts.isTypeNode(node)) return;
    const math = sources.mathFunction(node);
    if (math !== null) reachFunction(math);
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) reach(checker.getSymbolAtLocation(node));
    if (ts.isPropertyAccessExpression(node)) memberNames.add(memberKey(node.name));
    if (ts.isNewExpression(node)) {
      const owner = classNamed(checker, node.expression);
      if (owner !== null) made.add(owner);
    }
    if (ts.isShorthandPropertyAssignment(node)) reach(checker.getShorthandAssignmentValueSymbol(node));
    ts.forEachChild(node, mentions);
  }

  function follow(): void {
    do {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) ts.forEachChild(next, mentions);
      reachMembers();
    } while (queue.length > 0);
  }

  const entrySymbol = checker.getSymbolAtLocation(sources.entry);
  for (const symbol of entrySymbol === undefined ? [] : checker.getExportsOfModule(entrySymbol)) {
    const found = reach(symbol);
    if (found !== null) exports.set(symbol.name, found);
  }
  variables.clear(); // exported variables are kernel data only if a function mentions them
  follow();
  const extend = (added: Iterable<ModuleFunction>): void => {
    for (const f of added) reachFunction(f);
    follow();
  };
  const result: KernelReach = { exports, functions, variables, classes, made, memberNames, extend };
  known.set(sources.program, result);
  return result;
}

/** `count`, `Counter.count`. */
export function moduleVariableName(declaration: ModuleVariable): string {
  if (!ts.isPropertyDeclaration(declaration)) return declaration.name.getText();
  return `${declaration.parent.name?.text ?? 'class'}.${declaration.name.getText()}`;
}

/** True for `const` and `static readonly`. */
export function isFixed(declaration: ModuleVariable): boolean {
  return ts.isPropertyDeclaration(declaration)
    ? declaration.modifiers?.some((m) => m.kind === ts.SyntaxKind.ReadonlyKeyword) === true
    : (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
}

/** The symbol that an import or export stands for. */
export function resolveAlias(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): ts.Symbol | undefined {
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return symbol;
  return checker.getAliasedSymbol(symbol);
}

/** The function that a module-level declaration declares, or null. Overload signatures are skipped. */
export function moduleFunction(declaration: ts.Node): ModuleFunction | null {
  if (ts.isFunctionDeclaration(declaration)) {
    return ts.isSourceFile(declaration.parent) && declaration.body !== undefined ? declaration : null;
  }
  if (ts.isMethodDeclaration(declaration) || ts.isAccessor(declaration)) {
    const { parent, body } = declaration;
    return body !== undefined && ts.isClassDeclaration(parent) && ts.isSourceFile(parent.parent) ? declaration : null;
  }
  if (!ts.isVariableDeclaration(declaration) || !isModuleLevel(declaration)) return null;
  if ((declaration.parent.flags & ts.NodeFlags.Const) === 0) return null;
  const value = declaration.initializer === undefined ? undefined : skipWrappers(declaration.initializer);
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}

function isModuleLevel(declaration: ts.VariableDeclaration): boolean {
  return ts.isVariableDeclarationList(declaration.parent) && ts.isSourceFile(declaration.parent.parent.parent);
}

/** The expression inside parentheses, `as`, `satisfies` and `!`. */
export function skipWrappers(expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}
