import ts from 'typescript';
import type { ModuleFunction } from './reachable-functions.ts';

/** A method or accessor, static or not, or a constructor: a function of a class. */
export type ClassFunction = ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

export function isClassFunction(node: ts.Node): node is ClassFunction {
  return ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isAccessor(node);
}

/** True for what has a `this`. */
export function hasSelf(node: ModuleFunction): boolean {
  return isClassFunction(node) && !isStatic(node);
}

export function isStatic(node: ts.ClassElement): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) === true;
}

export function isAbstract(owner: ts.ClassDeclaration): boolean {
  return owner.modifiers?.some((m) => m.kind === ts.SyntaxKind.AbstractKeyword) === true;
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

/**
 * Name of a member in the language: a private one with its class before it, because a class and the one above it may
 * have the same.
 */
export function memberKey(name: ts.PropertyName | ts.MemberName | ts.BindingName): string {
  if (!ts.isPrivateIdentifier(name)) {
    return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
      ? name.text
      : name.getText();
  }
  let owner: ts.Node = name.parent;
  const declares = (node: ts.Node): boolean =>
    ts.isClassLike(node) &&
    node.members.some((m) => m.name !== undefined && ts.isPrivateIdentifier(m.name) && m.name.text === name.text);
  while (owner.parent !== undefined && !declares(owner)) owner = owner.parent;
  return `${ts.isClassLike(owner) ? (owner.name?.text ?? '') : ''}${name.text}`;
}

/** True if a constructor, or the first value of a field, makes an object or array. */
export function makesObjects(node: ts.ConstructorDeclaration): boolean {
  const makes = (part: ts.Node): boolean =>
    ts.isObjectLiteralExpression(part) ||
    ts.isArrayLiteralExpression(part) ||
    ts.isNewExpression(part) ||
    (ts.forEachChild(part, (child) => makes(child) || undefined) ?? false);
  return makes(node.body ?? node) || fieldsOf(node.parent).some((field) => makes(field));
}
