import type ts from 'typescript';

/**
 * A type with other types in the place of type parameters, deep inside too: `Pair<T, T>` with i32 for T. TypeScript
 * has no public call for that; it does the same to the type arguments of a resolved signature, which has one.
 */
export function instantiateType(
  checker: ts.TypeChecker,
  type: ts.Type,
  parameters: readonly ts.Type[],
  by: readonly ts.Type[],
): ts.Type {
  if (parameters.length === 0) return type;
  const mapper = { kind: ARRAY_MAPPER, sources: parameters, targets: by };
  const signature = { target: { typeParameters: [type] }, mapper } as unknown as ts.Signature;
  const [made] = checker.getTypeArgumentsForResolvedSignature(signature) ?? [];
  if (made === undefined) throw new Error('this version of TypeScript maps types in another way');
  return made;
}

/** TypeScript's mark of a mapper that is two lists. */
const ARRAY_MAPPER = 1;
