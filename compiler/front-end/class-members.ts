import ts from 'typescript';
import type { ModuleFunction } from './reachable-functions.ts';

/** A method, static or not, or a constructor: a function of a class. */
export type ClassFunction = ts.MethodDeclaration | ts.ConstructorDeclaration;

export function isClassFunction(node: ts.Node): node is ClassFunction {
  return ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node);
}

/** True for what has a `this`. */
export function hasSelf(node: ModuleFunction): boolean {
  return isClassFunction(node) && !isStatic(node);
}

export function isStatic(node: ts.ClassElement): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) === true;
}

/** The constructor that a class writes out. */
export function constructorOf(owner: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | null {
  return (
    owner.members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined) ??
    null
  );
}

/** Fields of a class with what they begin with. */
export function fieldsOf(owner: ts.ClassLikeDeclaration): readonly ts.PropertyDeclaration[] {
  return owner.members.filter((m): m is ts.PropertyDeclaration => ts.isPropertyDeclaration(m) && !isStatic(m));
}

/** Parameters of a constructor that are fields: `constructor(readonly x: f32)`. */
export function parameterFields(node: ts.ConstructorDeclaration): readonly ts.ParameterDeclaration[] {
  return node.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, node));
}

/** The class that a class extends; null if there is none. */
export function baseClass(checker: ts.TypeChecker, owner: ts.ClassLikeDeclaration): ts.ClassDeclaration | null {
  const clause = owner.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  return clause === undefined ? null : classNamed(checker, clause.expression);
}

/** The class of a module that an expression names. */
export function classNamed(checker: ts.TypeChecker, node: ts.Expression): ts.ClassDeclaration | null {
  if (!ts.isIdentifier(node)) return null;
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol?.valueDeclaration;
  return declaration !== undefined && ts.isClassDeclaration(declaration) ? declaration : null;
}

/** The method that `object.name` or `Class.name` means; null for all else. */
export function methodOf(checker: ts.TypeChecker, node: ts.Expression): ts.MethodDeclaration | null {
  if (!ts.isPropertyAccessExpression(node)) return null;
  const declarations = checker.getSymbolAtLocation(node.name)?.declarations ?? [];
  return declarations.find((d): d is ts.MethodDeclaration => ts.isMethodDeclaration(d) && d.body !== undefined) ?? null;
}

/** A method of a derived class that may be meant where `method` is called; null if there is none. */
export function overrides(
  checker: ts.TypeChecker,
  classes: Iterable<ts.ClassDeclaration>,
  method: ts.MethodDeclaration,
): ts.MethodDeclaration | null {
  for (const owner of classes) {
    let above = baseClass(checker, owner);
    while (above !== null && above !== method.parent) above = baseClass(checker, above);
    if (above === null) continue;
    const found = owner.members.find((m) => ts.isMethodDeclaration(m) && m.name.getText() === method.name.getText());
    if (found !== undefined && ts.isMethodDeclaration(found)) return found;
  }
  return null;
}
