/**
 * Which general registers a region keeps as floating-point numbers instead of words. Such a local variable never holds a
 * NaN or a subnormal: what would put one there leaves the generated code, so that no bit pattern is ever changed by
 * being held as a number.
 */
import type { DecodedInstruction } from '../decoded-instruction.ts';
import type { Region } from './region.ts';
import type { Structure } from './structure.ts';

const ARITHMETIC: ReadonlySet<string> = new Set(['fadd', 'fsub', 'fmul', 'fmadd', 'fmsub']);

/** Uses count eightfold for each loop around them. */
const LOOP_WEIGHT = 8;

/** The registers to hold as numbers; never one of `excluded`. */
export function chooseFloatRegisters(
  region: Region,
  structure: Structure,
  excluded: ReadonlySet<number>,
): ReadonlySet<number> {
  if (region.mode.integer) return new Set();
  const score: number[] = new Array(64).fill(0);
  for (const block of structure.order) {
    const weight = LOOP_WEIGHT ** Math.min(structure.depth.get(block.pc) ?? 0, 4);
    for (const { instruction } of block.instructions) {
      for (const [register, worth] of usesOf(instruction)) score[register] = (score[register] ?? 0) + worth * weight;
    }
  }
  return new Set(score.flatMap((worth, register) => (worth > 0 && !excluded.has(register) ? [register] : [])));
}

/** What holding each register as a number gains (positive) or costs, in conversions. */
function usesOf(instruction: DecodedInstruction): (readonly [register: number, worth: number])[] {
  const { operation, d, n, m, hasImmediate, mode } = instruction;
  if (ARITHMETIC.has(operation)) {
    return [
      [d, 1],
      [n, 1],
      [m, 1],
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
      return [];
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
