/** Numbers and lengths of arrays that are known at build time. */
import ts from 'typescript';
import { arrayMaking, arrayMethodCall } from './array-syntax.ts';
import type { KernelScope } from './kind-scope.ts';
import { skipWrappers } from './reachable-functions.ts';
import { isTupleType } from './syntax-types.ts';

/** The number that an expression always is: literals, constants, `const` variables of such, and what is computed of them. */
export function constantNumber(scope: KernelScope, node: ts.Expression): number | null {
  const inner = skipWrappers(node);
  const constant = scope.constantOf(inner);
  if (constant !== undefined) return typeof constant === 'number' ? constant : null;
  if (ts.isIdentifier(inner)) {
    const held = valueOfConst(scope, inner);
    return held === null ? null : constantNumber(scope, held);
  }
  if (ts.isPropertyAccessExpression(inner) && inner.name.text === 'length' && ts.isIdentifier(inner.expression)) {
    const binding = scope.resolve(inner.expression);
    return binding?.tag === 'array' ? binding.value.values.length : null;
  }
  if (!ts.isBinaryExpression(inner)) return null;
  const [left, right] = [constantNumber(scope, inner.left), constantNumber(scope, inner.right)];
  return left === null || right === null ? null : computed(inner.operatorToken.kind, left, right);
}

/** What a `const` of a function is given; null for other names. */
function valueOfConst(scope: KernelScope, name: ts.Identifier): ts.Expression | null {
  const binding = scope.resolve(name);
  if (binding?.tag !== 'local' || !ts.isVariableDeclaration(binding.declaration)) return null;
  const { initializer, parent } = binding.declaration;
  return (parent.flags & ts.NodeFlags.Const) === 0 ? null : (initializer ?? null);
}

/** The length that an array has at most; null if nothing says. */
export function mostElements(scope: KernelScope, node: ts.Expression): number | null {
  const inner = skipWrappers(node);
  if (ts.isArrayLiteralExpression(inner)) return elementCount(scope, inner.elements);
  if (ts.isConditionalExpression(inner)) {
    const [left, right] = [mostElements(scope, inner.whenTrue), mostElements(scope, inner.whenFalse)];
    return left === null || right === null ? null : Math.max(left, right);
  }
  if (ts.isIdentifier(inner)) {
    const binding = scope.resolve(inner);
    if (binding?.tag === 'array') return binding.value.values.length;
    const held = valueOfConst(scope, inner);
    return held === null ? null : mostElements(scope, held);
  }
  const making = arrayMaking(scope.sources, inner);
  if (making?.from === 'elements') return elementCount(scope, making.elements);
  if (making?.from === 'array') return mostElements(scope, making.array);
  if (making?.from === 'length') return making.length === null ? 0 : constantNumber(scope, making.length);
  const call = arrayMethodCall(scope.sources.checker, inner);
  if (call === null) return null;
  const whole = mostElements(scope, call.array);
  if (call.result === 'self') return whole;
  const [begin, end] = call.arguments.map((argument) => constantNumber(scope, argument));
  const behind = typeof end === 'number' && end >= 0 ? Math.min(end, whole ?? end) : whole;
  if (behind === null) return null;
  return Math.max(0, behind - Math.max(0, begin ?? 0));
}

/** So many elements at most, with those that are spread; null if nothing says. */
export function elementCount(scope: KernelScope, elements: readonly ts.Expression[]): number | null {
  let count = 0;
  for (const element of elements) {
    const more = ts.isSpreadElement(element) ? spreadCount(scope, element.expression) : 1;
    if (more === null) return null;
    count += more;
  }
  return count;
}

function spreadCount(scope: KernelScope, node: ts.Expression): number | null {
  const { checker } = scope.sources;
  const type = checker.getTypeAtLocation(node);
  return isTupleType(type) ? checker.getTypeArguments(type as ts.TypeReference).length : mostElements(scope, node);
}

function computed(operator: ts.SyntaxKind, left: number, right: number): number | null {
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.SlashToken:
      return left / right;
    case ts.SyntaxKind.PercentToken:
      return left % right;
    case ts.SyntaxKind.LessThanLessThanToken:
      return left << right;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
      return left >> right;
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return left >>> right;
    case ts.SyntaxKind.BarToken:
      return left | right;
    case ts.SyntaxKind.AmpersandToken:
      return left & right;
    default:
      return null;
  }
}
