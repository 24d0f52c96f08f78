/**
 * Where the FPU works on integers. The FPU multiplies integers after bit 19 of CONFIG is set; every other part of the
 * program finds it in float mode. Functions and loops that multiply integers and do nothing that needs float mode stay
 * in integer mode as a whole; elsewhere the mode is changed around the multiplication, within its block.
 */
import type { Block, Instruction } from '../../flow-graph/graph.ts';
import { type FunctionShape, isCallInstruction } from './loop-analysis.ts';

/** Bit of CONFIG that selects integer mode (ARITHMODE = 100). */
export const INTEGER_MODE_BIT = 0x00080000;

/** True if `code` must run in float mode, or runs code that expects it. */
export function needsFloatMode(code: Instruction): boolean {
  switch (code.op) {
    case 'binary':
      return code.opcode === 'fadd' || code.opcode === 'fsub' || code.opcode === 'fmul';
    case 'unary':
      return code.opcode === 'fabs' || code.opcode === 'float';
    case 'fused':
      return true;
    case 'machine':
      return code.operation === 'write-register' || code.operation === 'read-register';
    default:
      return isCallInstruction(code);
  }
}

/** A part of a function that runs in integer mode from first to last. */
export interface IntegerRegion {
  /** The whole function, or one loop. */
  readonly wholeFunction: boolean;
  readonly blocks: ReadonlySet<Block>;
}

/** The regions of a function, disjoint; `wantsInteger` are the blocks that multiply. */
export function integerRegions(shape: FunctionShape, wantsInteger: ReadonlySet<Block>): readonly IntegerRegion[] {
  if (wantsInteger.size === 0) return [];
  const wantsFloat = new Set(shape.order.filter((block) => block.instructions.some(needsFloatMode)));
  const inLoop = [...wantsInteger].some((block) => shape.loopOf.has(block));
  if (wantsFloat.size === 0 && (inLoop || wantsInteger.size > 1)) {
    return [{ wholeFunction: true, blocks: new Set(shape.order) }];
  }
  const regions: IntegerRegion[] = [];
  const taken = new Set<Block>();
  // Outer loops come first.
  for (const { blocks, header } of shape.loops) {
    const members = [...blocks];
    if (taken.has(header) || members.some((block) => wantsFloat.has(block))) continue;
    if (!members.some((block) => wantsInteger.has(block))) continue;
    for (const block of members) taken.add(block);
    regions.push({ wholeFunction: false, blocks });
  }
  return regions;
}
