/** Simplifications of machine code before allocation. */
import {
  forEachDefinition,
  forEachUse,
  type MachineFunction,
  type MachineInstruction,
  setsFlags,
} from './machine-code.ts';
import { isVirtual, NO_REGISTER } from './registers.ts';

const LARGEST_PASSES = 4;

export function simplify(target: MachineFunction): void {
  dropZeroComparisons(target);
  for (let pass = 0; pass < LARGEST_PASSES && dropDeadCode(target); pass++);
}

/**
 * `x = y op z; sub t, x, #0; branch if (not) zero`: the flags of the first instruction say it already. The other
 * conditions also look at carry and overflow, which the comparison would have cleared.
 */
function dropZeroComparisons(target: MachineFunction): void {
  for (const block of target.blocks) {
    const { instructions, terminator } = block;
    const kept: MachineInstruction[] = [];
    instructions.forEach((code, at) => {
      const isComparison = code.op === 'sub' && code.m === NO_REGISTER && code.immediate === 0;
      if (isComparison && flagsHold(kept, code.n) && onlyTestsZero(instructions, at, terminator)) return;
      kept.push(code);
    });
    block.instructions = kept;
  }
}

/** True if the last change of flags in `codes` was made by computing `register`, which still holds that result. */
function flagsHold(codes: readonly MachineInstruction[], register: number): boolean {
  for (let at = codes.length - 1; at >= 0; at--) {
    const code = codes[at] as MachineInstruction;
    if (setsFlags(code)) return code.d === register && isVirtual(register);
    let changes = false;
    forEachDefinition(code, (defined) => {
      changes ||= defined === register;
    });
    if (changes) return false;
  }
  return false;
}

/** True if all readers of the flags set at `at` ask for zero or not zero, and nothing reads the difference. */
function onlyTestsZero(
  codes: readonly MachineInstruction[],
  at: number,
  terminator: MachineFunction['blocks'][number]['terminator'],
): boolean {
  const difference = (codes[at] as MachineInstruction).d;
  for (let next = at + 1; next < codes.length; next++) {
    const code = codes[next] as MachineInstruction;
    let readsDifference = false;
    forEachUse(code, (register) => {
      readsDifference ||= register === difference;
    });
    if (readsDifference) return false;
    if ((code.op === 'mov-condition' || code.op === 'trap-if') && code.condition > 1) return false;
    if (setsFlags(code)) return true;
  }
  return terminator.op !== 'branch' || terminator.condition <= 1;
}

/** Removes instructions without effect whose result is never read. True if there were any. */
function dropDeadCode(target: MachineFunction): boolean {
  const read = new Set<number>();
  for (const block of target.blocks) {
    for (const code of block.instructions) forEachUse(code, (register) => read.add(register));
  }
  let dropped = false;
  for (const block of target.blocks) {
    block.instructions = block.instructions.filter((code) => {
      const isDead = isPure(code) && isVirtual(code.d) && !read.has(code.d);
      dropped ||= isDead;
      return !isDead;
    });
  }
  return dropped;
}

/** True for computations whose flags nobody can have asked for: comparisons are `sub`. */
function isPure(code: MachineInstruction): boolean {
  switch (code.op) {
    case 'mov':
    case 'mov-immediate':
    case 'mov-symbol':
    case 'movfs':
      return !(code.op === 'movfs' && code.special !== 'config');
    default:
      return false;
  }
}
