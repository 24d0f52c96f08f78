import ts from 'typescript';
import { baseClass } from './class-members.ts';
import { instantiateType } from './type-instantiation.ts';

/** The class of which a type is: `Box` of `Box<i32>`; null for all other types. */
export function classOfType(type: ts.Type): ts.ClassDeclaration | null {
  const declaration = type.getSymbol()?.valueDeclaration;
  return declaration !== undefined && ts.isClassDeclaration(declaration) ? declaration : null;
}

/** The type of the objects of a class, with its own type parameters if it has some. */
export function declaredClassType(checker: ts.TypeChecker, owner: ts.ClassLikeDeclaration): ts.Type {
  return checker.getTypeAtLocation(owner);
}

/** What the type parameters of a class are in one type of it: nothing for a class without. */
export function classTypeArguments(checker: ts.TypeChecker, type: ts.Type): ReadonlyMap<ts.Symbol, ts.Type> {
  const found = new Map<ts.Symbol, ts.Type>();
  const parameters = classOfType(type)?.typeParameters ?? [];
  const values = parameters.length === 0 ? [] : checker.getTypeArguments(type as ts.TypeReference);
  for (const [index, parameter] of parameters.entries()) {
    const [symbol, value] = [checker.getSymbolAtLocation(parameter.name), values[index]];
    if (symbol !== undefined && value !== undefined) found.set(symbol, value);
  }
  return found;
}

/** The type above a type of a class: `Source<i32>` of `Box<i32>`; null if the class extends none. */
export function baseTypeOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | null {
  const owner = classOfType(type);
  if (owner === null || baseClass(checker, owner) === null) return null;
  const symbol = type.getSymbol();
  const declared = symbol === undefined ? type : checker.getDeclaredTypeOfSymbol(symbol);
  const base = declared.isClassOrInterface() ? checker.getBaseTypes(declared)[0] : undefined;
  if (base === undefined) return null;
  const known = classTypeArguments(checker, type);
  const parameters = [...known.keys()].map((parameter) => checker.getDeclaredTypeOfSymbol(parameter));
  return instantiateType(checker, base, parameters, [...known.values()]);
}

/** False if a type parameter is open in it: `Box<T>`. */
export function isClosedType(checker: ts.TypeChecker, type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) return false;
  if (type.isUnionOrIntersection()) return type.types.every((part) => isClosedType(checker, part));
  const { target } = type as ts.TypeReference;
  return (
    target === undefined || checker.getTypeArguments(type as ts.TypeReference).every((t) => isClosedType(checker, t))
  );
}
