/** An access through a pointer that is then added to, and not used again, becomes one post-modify access. */
import { addBits, liveOut, SparseSet } from './liveness.ts';
import {
  forEachUse,
  instruction,
  isLoad,
  isStore,
  type MachineFunction,
  type MachineInstruction,
} from './machine-code.ts';
import { FIRST_VIRTUAL, isVirtual, NO_REGISTER } from './registers.ts';

const LARGEST_DISPLACEMENT = 2047;
const SIZES: Readonly<Record<string, number>> = {
  ldrb: 1,
  strb: 1,
  ldrh: 2,
  strh: 2,
  ldr: 4,
  str: 4,
  ldrd: 8,
  strd: 8,
};

export function usePostModify(target: MachineFunction): void {
  const out = liveOut(target);
  const live = new SparseSet(target.virtualCount);
  target.blocks.forEach((block, place) => {
    live.clear();
    addBits(live, out[place] as Uint32Array);
    const { instructions } = block;
    for (let at = 0; at + 1 < instructions.length; at++) {
      const [access, add] = [instructions[at], instructions[at + 1]];
      if (access === undefined || add === undefined || !isCandidate(access, add)) continue;
      const pointer = access.n;
      if (live.has(pointer - FIRST_VIRTUAL) || isReadFrom(instructions, at + 2, pointer)) continue;
      const step = add.immediate / (SIZES[access.op] as number);
      instructions[at] = instruction('mov', { d: add.d, n: pointer, position: access.position });
      instructions[at + 1] = {
        ...access,
        n: add.d,
        m: add.m,
        mode: add.m === NO_REGISTER ? 'post-displacement' : 'post-index',
        immediate: add.m === NO_REGISTER ? step : 0,
      };
    }
  });
}

function isCandidate(access: MachineInstruction, add: MachineInstruction): boolean {
  if (!(isLoad(access.op) || isStore(access.op)) || add.op !== 'add') return false;
  if (access.mode !== 'displacement' || access.immediate !== 0) return false;
  const { n, d } = access;
  if (!isVirtual(n) || add.n !== n || !isVirtual(add.d) || add.d === n || d === n || add.m === n || add.m === d)
    return false;
  if (add.m !== NO_REGISTER) return true;
  const step = add.immediate / (SIZES[access.op] as number);
  return Number.isInteger(step) && Math.abs(step) <= LARGEST_DISPLACEMENT;
}

function isReadFrom(codes: readonly MachineInstruction[], start: number, register: number): boolean {
  for (let at = start; at < codes.length; at++) {
    let isRead = false;
    forEachUse(codes[at] as MachineInstruction, (used) => {
      isRead ||= used === register;
    });
    if (isRead) return true;
  }
  return false;
}
