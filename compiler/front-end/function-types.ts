import ts from 'typescript';
import type { CallNode } from './class-kinds.ts';
import { isClassFunction, isStatic } from './class-members.ts';
import { enclosingFunction, type FunctionInstance } from './function-instances.ts';
import type { ModuleFunction } from './reachable-functions.ts';
import { typedArrayElement } from './syntax-types.ts';
import { instantiateType } from './type-instantiation.ts';

/** True for the type of a function; `any` is none. */
export function isFunctionType(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) === 0 && type.getCallSignatures().length > 0;
}

/** A checker that knows what the type parameters are in one instance of a generic function. */
export function checkerOf(checker: ts.TypeChecker, instance: FunctionInstance): ts.TypeChecker {
  const known = new Map<ts.Symbol, ts.Type>();
  for (let at: FunctionInstance | null = instance; at !== null; at = at.outer) {
    for (const [symbol, type] of at.typeArguments) if (!known.has(symbol)) known.set(symbol, type);
  }
  if (known.size === 0) return checker;
  const replace = (type: ts.Type): ts.Type => substitute(checker, type, known);
  const made = Object.assign(Object.create(checker) as ts.TypeChecker, {
    getTypeAtLocation: (node: ts.Node) => replace(checker.getTypeAtLocation(node)),
    getTypeFromTypeNode: (node: ts.TypeNode) => replace(checker.getTypeFromTypeNode(node)),
    getReturnTypeOfSignature: (signature: ts.Signature) => replace(checker.getReturnTypeOfSignature(signature)),
    getContextualType: (node: ts.Expression) => {
      const type = checker.getContextualType(node);
      return type === undefined ? undefined : replace(type);
    },
  });
  BASES.set(made, checker);
  return made;
}

const BASES = new WeakMap<ts.TypeChecker, ts.TypeChecker>();

/** The checker of the program that a checker of an instance stands for. */
export function programChecker(checker: ts.TypeChecker): ts.TypeChecker {
  return BASES.get(checker) ?? checker;
}

function substitute(checker: ts.TypeChecker, type: ts.Type, known: ReadonlyMap<ts.Symbol, ts.Type>): ts.Type {
  if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) {
    const found = type.symbol === undefined ? undefined : known.get(type.symbol);
    if (found !== undefined) return found;
    // `this` in a class is a type parameter of its own.
    if (type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.Class) !== 0) {
      return substitute(checker, checker.getDeclaredTypeOfSymbol(type.symbol), known);
    }
    return type.getConstraint() ?? type;
  }
  if ((type.flags & ts.TypeFlags.IndexedAccess) !== 0) {
    const { objectType } = type as ts.IndexedAccessType;
    const object = substitute(checker, objectType, known);
    if (typedArrayElement(object) !== null) return object.getNumberIndexType() ?? type;
  }
  const parameters = [...known.keys()].map((symbol) => checker.getDeclaredTypeOfSymbol(symbol));
  return instantiateType(checker, type, parameters, [...known.values()]);
}

/** Type arguments of a call, written or found by TypeScript, as the instance that calls sees them. */
export function typeArgumentsOf(
  checker: ts.TypeChecker,
  call: CallNode,
  typeParameters: readonly ts.TypeParameterDeclaration[],
  caller: FunctionInstance,
): ReadonlyMap<ts.Symbol, ts.Type> {
  const found = new Map<ts.Symbol, ts.Type>();
  if (typeParameters.length === 0) return found;
  const signature = ts.isPropertyAccessExpression(call) ? undefined : checker.getResolvedSignature(call);
  const passed = signature === undefined ? undefined : checker.getTypeArgumentsForResolvedSignature(signature);
  const known = new Map<ts.Symbol, ts.Type>();
  for (let at: FunctionInstance | null = caller; at !== null; at = at.outer) {
    for (const [symbol, type] of at.typeArguments) if (!known.has(symbol)) known.set(symbol, type);
  }
  const isOwn = signature?.declaration === typeParameters[0]?.parent;
  for (const [index, parameter] of typeParameters.entries()) {
    const symbol = checker.getSymbolAtLocation(parameter.name);
    const type = isOwn ? passed?.[index] : undefined;
    if (symbol === undefined || type === undefined) continue;
    found.set(symbol, checker.getBaseTypeOfLiteralType(substitute(checker, type, known)));
  }
  return found;
}

/** `<Float32Array, i32>`, or nothing. */
export function typeArgumentText(checker: ts.TypeChecker, types: ReadonlyMap<ts.Symbol, ts.Type>): string {
  if (types.size === 0) return '';
  const nameOf = (type: ts.Type): string =>
    typedArrayElement(type) === null ? checker.typeToString(type) : (type.getSymbol()?.name ?? '');
  return `<${[...types.values()].map(nameOf).join(', ')}>`;
}

/** True if type parameters are open in a function: its own, of a function around it, or of its class. */
export function isGeneric(node: ModuleFunction): boolean {
  const ofClass = isClassFunction(node) && !isStatic(node) && ts.isClassLike(node.parent) ? node.parent : null;
  if (node.typeParameters !== undefined || ofClass?.typeParameters !== undefined) return true;
  const around = enclosingFunction(node);
  return around !== null && isGeneric(around);
}
