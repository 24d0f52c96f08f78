/** What kernels do with other cores, besides functions that are an intrinsic each: tree-calls.ts. */
import ts from 'typescript';
import type { Argument, ArrayExpression, Expression, TrapSite } from '../kernel-tree/tree.ts';
import { skipWrappers } from './reachable-functions.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext } from './tree-context.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';

/** Rows and columns from a core to the next. */
const DIRECTIONS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  north: [-1, 0],
  south: [1, 0],
  east: [0, 1],
  west: [0, -1],
};

/** A call of the kernel library by its name, `north` or `Lock.acquire`; null for others. */
export function buildCoresCall(builder: ExpressionBuilder, node: ts.CallExpression, name: string): Expression | null {
  const { context } = builder;
  const position = positionOf(context, node);
  const direction = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name] : undefined;
  if (direction !== undefined) {
    const steps = direction.map((value): Argument => {
      return { tag: 'scalar', value: { op: 'number', type: 'i32', value, position } };
    });
    return { op: 'intrinsic', type: 'reference', intrinsic: 'neighbour', arguments: steps, position };
  }
  if (name !== 'Lock.acquire' && name !== 'Lock.release') return null;
  const callee = skipWrappers(node.expression);
  const owner = ts.isPropertyAccessExpression(callee) ? skipWrappers(callee.expression) : callee;
  const binding = ts.isIdentifier(owner) ? context.scope.resolve(owner) : null;
  if (binding?.tag !== 'array') {
    report(context, 'SH3041', owner, { text: sourceText(owner) });
    return placeholder(position);
  }
  const value: ArrayExpression = {
    op: 'global-array',
    global: context.arrayOf(binding.declaration, binding.value),
  };
  const call = { op: 'intrinsic', type: 'void', arguments: [{ tag: 'array', value }], position } as const;
  return name === 'Lock.release'
    ? { ...call, intrinsic: 'release-lock' }
    : { ...call, intrinsic: 'acquire-lock', site: waitSite(context, node) };
}

/** `peer.view(array)`; null for other expressions. */
export function buildView(builder: ExpressionBuilder, node: ts.Expression): ArrayExpression | null {
  if (!ts.isCallExpression(node)) return null;
  const { context } = builder;
  const callee = skipWrappers(node.expression);
  if (context.scope.sources.libraryName(callee) !== 'Peer.view' || !ts.isPropertyAccessExpression(callee)) return null;
  const [argument] = node.arguments;
  if (argument === undefined) return null; // TypeScript has reported it
  const array = builder.array(argument);
  if (array.op !== 'global-array') {
    report(context, 'SH3040', argument, { text: sourceText(argument) });
    return array;
  }
  return { op: 'peer-array', peer: builder.value(callee.expression), array };
}

/** Where a call waits for other cores. */
export function waitSite(context: TreeContext, node: ts.CallExpression): TrapSite {
  return { kind: 'wait', position: positionOf(context, node), text: sourceText(node) };
}
