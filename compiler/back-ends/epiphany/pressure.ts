/**
 * Where far more values are live at once than there are registers, most of them will be in the frame anyway: they are
 * put there before allocation, whose time and memory grow with the square of what is live.
 */
import { frequencyAt } from './interference.ts';
import { addBits, liveOut, SparseSet } from './liveness.ts';
import { forEachDefinition, forEachUse, type MachineFunction, type MachineInstruction } from './machine-code.ts';
import { FIRST_VIRTUAL, isVirtual } from './registers.ts';
import { spill } from './spill.ts';

/** Several times the registers, so that the allocator still has the choice in all but extreme code. */
const MAXIMUM_LIVE = 256;

/** Spills the values that are used least until nowhere more than MAXIMUM_LIVE are live. */
export function relievePressure(target: MachineFunction): void {
  if (target.virtualCount <= MAXIMUM_LIVE) return;
  const frequency = frequencies(target);
  const out = liveOut(target);
  const live = new SparseSet(target.virtualCount);
  const spilled = new Set<number>();
  const add = (node: number): void => {
    if (!spilled.has(node)) live.add(node);
    if (live.size <= MAXIMUM_LIVE) return;
    let best = -1;
    for (let index = 0; index < live.size; index++) {
      const candidate = live.members[index] as number;
      if (candidate === node) continue;
      if (best === -1 || (frequency[candidate] as number) < (frequency[best] as number)) best = candidate;
    }
    spilled.add(best);
    live.delete(best);
  };
  const all = new SparseSet(target.virtualCount);
  target.blocks.forEach((block, place) => {
    live.clear();
    all.clear();
    addBits(all, out[place] as Uint32Array);
    for (let index = 0; index < all.size; index++) add(all.members[index] as number);
    for (let at = block.instructions.length - 1; at >= 0; at--) {
      const code = block.instructions[at] as MachineInstruction;
      forEachDefinition(code, (register) => {
        if (isVirtual(register)) live.delete(register - FIRST_VIRTUAL);
      });
      forEachUse(code, (register) => {
        if (isVirtual(register)) add(register - FIRST_VIRTUAL);
      });
    }
  });
  if (spilled.size > 0) {
    spill(
      target,
      [...spilled].map((node) => [node]),
    );
  }
}

function frequencies(target: MachineFunction): Float64Array {
  const frequency = new Float64Array(target.virtualCount);
  for (const block of target.blocks) {
    const weight = frequencyAt(block.depth);
    const count = (register: number): void => {
      if (!isVirtual(register)) return;
      frequency[register - FIRST_VIRTUAL] = (frequency[register - FIRST_VIRTUAL] as number) + weight;
    };
    for (const code of block.instructions) {
      forEachUse(code, count);
      forEachDefinition(code, count);
    }
  }
  return frequency;
}
