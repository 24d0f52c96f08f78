/** Kinds of parameters that take any number of values, and of what may be left out or hold nothing. */
import ts from 'typescript';
import { declaredVariable, fixedType, isLeftOutSometimes } from './kind-annotations.ts';
import type { Variable } from './kind-scope.ts';
import { BOTTOM, isNumber, join, literalType, OTHER, operationKind, present, type ValueType } from './number-kinds.ts';
import { isNullable } from './syntax-optional.ts';
import { withoutNull } from './syntax-types.ts';

/** What a rest parameter is to which these are passed; undefined for none. */
export function restType(items: readonly ValueType[]): ValueType | undefined {
  const type = items.reduce(join, BOTTOM);
  if (type.tag === 'record') return { tag: 'array', element: 'reference', shape: type.shape };
  if (type.tag === 'bottom') return undefined;
  return isNumber(type) ? { tag: 'array', element: operationKind(type, type) } : OTHER;
}

/** What a rest parameter is to which nothing was ever passed. */
export const NO_NUMBERS: ValueType = { tag: 'array', element: 'i32' };

const HOLDS_NOTHING = new WeakMap<Variable, boolean>();

/** True for a variable of a function whose type lets it hold nothing. */
export function mayHoldNothing(checker: ts.TypeChecker, declaration: Variable): boolean {
  const known = HOLDS_NOTHING.get(declaration);
  if (known !== undefined) return known;
  const found = !ts.isParameter(declaration) && isNullable(checker, checker.getTypeAtLocation(declaration.name));
  HOLDS_NOTHING.set(declaration, found);
  return found;
}

/** The type of a name of a parameter that nobody passes in this instance, where TypeScript knows that somebody did. */
export function leftOutType(
  checker: ts.TypeChecker,
  node: ts.Node,
  declaration: Variable,
  type: ValueType,
): ValueType | null {
  if (type.tag !== 'null' || !isLeftOutSometimes(declaration) || mayBeMissing(checker, node)) return null;
  return fixedType(declaredVariable(checker, declaration)) ?? literalType(0);
}

/** The type of what may be missing, where TypeScript knows that it is there: behind `if (p.w !== undefined)`. */
export function withoutDoubt(checker: ts.TypeChecker, node: ts.Node, type: ValueType): ValueType {
  return type.tag === 'maybe' && !mayBeMissing(checker, node) ? present(type) : type;
}

function mayBeMissing(checker: ts.TypeChecker, node: ts.Node): boolean {
  const type = checker.getTypeAtLocation(node);
  // What a function around it assigned since, TypeScript does not see: then it may be there all the same.
  if ((type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0) return true;
  return withoutNull(checker, type) !== type;
}
