/**
 * Functions of Math that are kernels: modules of device/kernel/math, which are compiled with the program that names
 * them as if it imported them. The other functions of Math are operators of the kernel tree.
 */
import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import ts from 'typescript';
import { MATH_PREFIX } from '../flow-graph/library-symbols.ts';
import { kernelLibrary } from './kernel-library.ts';

/** Module of device/kernel/math that has the function of the same name. */
const MODULE_OF_FUNCTION: Readonly<Record<string, string>> = {
  sin: 'sine',
  cos: 'sine',
  tan: 'tangent',
  asin: 'arc-sine',
  acos: 'arc-sine',
  atan: 'arc-tangent',
  atan2: 'arc-tangent',
  exp: 'exponential',
  expm1: 'exponential',
  sinh: 'hyperbolic',
  cosh: 'hyperbolic',
  tanh: 'hyperbolic',
  asinh: 'area-hyperbolic',
  acosh: 'area-hyperbolic',
  atanh: 'area-hyperbolic',
  log: 'logarithm',
  log2: 'logarithm',
  log10: 'logarithm',
  log1p: 'logarithm',
  pow: 'power',
  cbrt: 'cube-root',
  hypot: 'hypotenuse',
};

/** Functions that are operators where they are called; as values they are functions of this module. */
const OPERATORS: ReadonlySet<string> = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc'.split(' '),
);
const OPERATORS_MODULE = 'operators';

function folder(): string {
  return join(kernelLibrary().packageRoot, 'device/kernel/math');
}

function pathOf(module: string): string {
  return join(folder(), `${module}.ts`);
}

/** True for a kernel module of device/kernel/math. */
export function isMathFile(path: string): boolean {
  return dirname(path) === folder() && path.endsWith('.ts');
}

/**
 * True for a kernel of the library in a user's program: it has been checked as the entry of a program of its own, and is
 * not checked again. It knows numbers only, no records.
 */
export function isChecked(node: ts.Node, entry: ts.SourceFile): boolean {
  const file = node.getSourceFile();
  return file !== entry && isMathFile(file.fileName);
}

/** What a program needs to be read for `Math.…`; what it does not name is left out of it. */
export function mathFiles(): readonly string[] {
  return [...new Set([...Object.values(MODULE_OF_FUNCTION), OPERATORS_MODULE])].map(pathOf);
}

/** Name in a program of a module of device/kernel/math: the prefix keeps it apart from those of users. */
export function mathModuleName(path: string): string {
  return `${MATH_PREFIX}${path.slice(path.lastIndexOf(sep) + 1, -'.ts'.length)}`;
}

/** True for names that modules of device/kernel/math have in programs: no module of a user gets one. */
export function isMathModuleName(name: string): boolean {
  return name.startsWith(MATH_PREFIX) && existsSync(pathOf(name.slice(MATH_PREFIX.length)));
}

/** The library kernel that an expression names: `Math.sin`, `**`, and `Math.sqrt` where it is not called at once. */
export function mathFunctionAt(node: ts.Node): { readonly file: string; readonly name: string } | null {
  if (isPower(node)) return isSquare(node) ? null : { file: pathOf('power'), name: 'pow' };
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return null;
  if (node.expression.text !== 'Math') return null;
  const name = node.name.text;
  const module = Object.hasOwn(MODULE_OF_FUNCTION, name) ? MODULE_OF_FUNCTION[name] : undefined;
  if (module !== undefined) return { file: pathOf(module), name };
  return OPERATORS.has(name) && !isCallee(node) ? { file: pathOf(OPERATORS_MODULE), name } : null;
}

/** `a ** b` and `a **= b`. */
export function isPower(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const operator = node.operatorToken.kind;
  return operator === ts.SyntaxKind.AsteriskAsteriskToken || operator === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
}

/** `name ** 2`, which is a product: a name can be read twice. */
export function isSquare(node: ts.BinaryExpression): boolean {
  const isPlain = node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken && ts.isIdentifier(node.left);
  return isPlain && ts.isNumericLiteral(node.right) && Number(node.right.text) === 2;
}

/** True for what is called, parentheses around it left out. */
export function isCallee(node: ts.Expression): boolean {
  let outer: ts.Node = node;
  while (ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
  return ts.isCallExpression(outer.parent) && outer.parent.expression === outer;
}
