/** How much code an expression is, and whether it may be evaluated where the program would not. */
import type { Expression, IntrinsicName } from '../kernel-tree/tree.ts';
import { visitExpression } from '../kernel-tree/visit-tree.ts';

const CALLING_INTRINSICS: ReadonlySet<IntrinsicName> = new Set(['call-address', 'log']);

/** Calls count as many nodes. */
const CALL_NODES = 100;

export function countNodes(expression: Expression): number {
  let count = 0;
  visitExpression(expression, {
    expression: (e) => {
      count +=
        e.op === 'inline' || e.op === 'call' || (e.op === 'intrinsic' && CALLING_INTRINSICS.has(e.intrinsic))
          ? CALL_NODES
          : 1;
    },
    array: () => {
      count += 1;
    },
  });
  return count;
}

/** True if evaluating `expression` changes nothing, cannot trap, calls nothing and is at most `limit` nodes. */
export function isSpeculable(expression: Expression, limit: number): boolean {
  let fine = countNodes(expression) <= limit;
  visitExpression(expression, {
    expression: (e) => {
      fine &&= isPlain(e);
    },
    array: (array) => {
      fine &&= array.op === 'local-array' || array.op === 'global-array' || array.op === 'subarray';
    },
  });
  return fine;
}

function isPlain(e: Expression): boolean {
  switch (e.op) {
    case 'number':
    case 'bool':
    case 'local':
    case 'global':
    case 'length':
    case 'fused':
    case 'compare':
    case 'logical-not':
      return true;
    case 'unary':
      return e.operator === 'neg' || e.operator === 'not' || e.operator === 'abs';
    case 'binary':
      return e.operator !== 'div' && e.operator !== 'rem';
    case 'convert':
      return e.conversion !== 'f32-to-i32' && e.conversion !== 'f32-to-u32';
    default:
      return false;
  }
}
