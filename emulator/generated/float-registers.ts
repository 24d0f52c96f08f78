/**
 * Which general registers a region keeps as floating-point numbers instead of words. No bit pattern may be changed by
 * that, so such a variable holds normal numbers, zeros and infinities only. If it holds NaN, the register's word is
 * something else and stands in the register file of the core.
 */
import type { DecodedInstruction } from '../decoded-instruction.ts';
import { INTEGER_MODE } from './region.ts';
import type { Structure } from './structure.ts';

const ARITHMETIC: ReadonlySet<string> = new Set(['fadd', 'fsub', 'fmul', 'fmadd', 'fmsub']);

/** Uses count eightfold for each loop around them. */
const LOOP_WEIGHT = 8;

/** The registers to hold as numbers. */
export function chooseFloatRegisters(structure: Structure): ReadonlySet<number> {
  const score: number[] = new Array(64).fill(0);
  for (const block of structure.order) {
    const weight = LOOP_WEIGHT ** Math.min(structure.depth.get(block.id) ?? 0, 4);
    for (const { instruction } of block.instructions) {
      for (const [register, worth] of usesOf(instruction, block.id >= INTEGER_MODE))
        score[register] = (score[register] ?? 0) + worth * weight;
    }
  }
  return new Set(score.flatMap((worth, register) => (worth > 0 ? [register] : [])));
}

/** What holding each register as a number gains (positive) or costs, in conversions. */
function usesOf(instruction: DecodedInstruction, integerMode: boolean): (readonly [register: number, worth: number])[] {
  const { operation, d, n, m, hasImmediate, mode } = instruction;
  if (ARITHMETIC.has(operation)) {
    const worth = integerMode ? -1 : 1;
    return [
      [d, worth],
      [n, worth],
      [m, worth],
    ];
  }
  switch (operation) {
    case 'fabs':
      return [
        [d, 1],
        [n, 1],
      ];
    case 'float':
      return [
        [d, 1],
        [n, -1],
      ];
    case 'fix':
      return [
        [d, -1],
        [n, 1],
      ];
    case 'load':
    case 'store': {
      const narrow = instruction.sizeBytes < 4 ? -1 : 0;
      const index = mode === 'index' || mode === 'post-index' ? [[m, Number.NEGATIVE_INFINITY] as const] : [];
      return [[d, narrow], [n, Number.NEGATIVE_INFINITY], ...index];
    }
    case 'move-high':
    case 'move-immediate':
    case 'move-if':
    case 'nop':
    case 'branch':
    case 'gie':
    case 'gid':
      return [];
    case 'move-to-special':
    case 'move-from-special':
      return [[d, -1]];
    case 'branch-link':
      return [[14, Number.NEGATIVE_INFINITY]];
    case 'jump':
    case 'jump-link':
      return [
        [n, Number.NEGATIVE_INFINITY],
        [14, Number.NEGATIVE_INFINITY],
      ];
    case 'bitr':
      return [
        [d, -1],
        [n, -1],
      ];
    default:
      return [[d, -1], [n, -1], ...(hasImmediate ? [] : [[m, -1] as const])];
  }
}
