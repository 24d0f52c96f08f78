/** What instructions may touch. */
import type { AliasClass, Instruction } from '../flow-graph/graph.ts';
import { MATH_PREFIX } from '../flow-graph/library-symbols.ts';
import { hasEffect } from '../flow-graph/operands.ts';

/** Library kernels of `math` compute their result from their arguments, and nothing else. */
export function isPureCall(code: Instruction): boolean {
  return code.op === 'call' && code.callee.startsWith(MATH_PREFIX);
}

/** True if the instruction may go when nothing reads its result. */
export function isRemovable(code: Instruction): boolean {
  return isPureCall(code) || !hasEffect(code);
}

/** True for calls and the like: they may read and write any memory. */
export function touchesEverything(code: Instruction): boolean {
  switch (code.op) {
    case 'call':
      return !isPureCall(code);
    case 'call-address':
    case 'machine':
      return true;
    case 'load':
    case 'store':
      return code.volatile;
    default:
      return false;
  }
}

export function mayOverlap(a: AliasClass, b: AliasClass): boolean {
  if (a.tag === 'any' || b.tag === 'any') return true;
  if (a.tag === 'field') return b.tag === 'field' && a.record === b.record && a.word === b.word;
  if (a.tag === 'parameter') return b.tag === 'parameter' && a.index === b.index;
  return b.tag === 'global' && a.symbol === b.symbol;
}
