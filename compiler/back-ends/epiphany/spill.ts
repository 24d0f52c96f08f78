/** Spilling: a value lives in a word of the frame, or is computed again, and is in a register only around its uses. */
import {
  forEachDefinition,
  forEachUse,
  instruction,
  type MachineFunction,
  type MachineInstruction,
  newVirtual,
} from './machine-code.ts';
import { FIRST_VIRTUAL } from './registers.ts';

/** Where the values of a spilled group come from. */
type Home = { readonly slot: number } | { readonly again: MachineInstruction };

/** Spills groups of virtual registers (numbers count from 0); the registers of a group hold the same value. */
export function spill(target: MachineFunction, groups: readonly (readonly number[])[]): void {
  const homeOf = new Map<number, Home>();
  for (const group of groups) {
    const again = group.length === 1 ? recomputation(target, (group[0] as number) + FIRST_VIRTUAL) : null;
    const home: Home = again === null ? { slot: target.slotCount++ } : { again };
    for (const node of group) homeOf.set(node + FIRST_VIRTUAL, home);
  }
  for (const block of target.blocks) {
    const result: MachineInstruction[] = [];
    for (const code of block.instructions) rewriteInstruction(target, code, homeOf, result);
    block.instructions = result;
  }
}

/** The only definition of `register`, if it can be repeated anywhere. */
function recomputation(target: MachineFunction, register: number): MachineInstruction | null {
  let found: MachineInstruction | null = null;
  for (const block of target.blocks) {
    for (const code of block.instructions) {
      let defines = false;
      forEachDefinition(code, (defined) => {
        defines ||= defined === register;
      });
      if (!defines) continue;
      if (found !== null || (code.op !== 'mov-immediate' && code.op !== 'mov-symbol')) return null;
      found = code;
    }
  }
  return found;
}

function rewriteInstruction(
  target: MachineFunction,
  code: MachineInstruction,
  homeOf: ReadonlyMap<number, Home>,
  result: MachineInstruction[],
): void {
  const used = new Set<number>();
  const defined = new Set<number>();
  forEachUse(code, (register) => {
    if (homeOf.has(register)) used.add(register);
  });
  forEachDefinition(code, (register) => {
    if (homeOf.has(register)) defined.add(register);
  });
  if (used.size === 0 && defined.size === 0) {
    result.push(code);
    return;
  }
  const { position } = code;
  const temporaryOf = new Map<number, number>();
  /** One temporary for each home: two registers of a group hold the same word. */
  const temporaryOfHome = new Map<Home, number>();
  for (const register of [...used, ...defined]) {
    const home = homeOf.get(register) as Home;
    const temporary = temporaryOfHome.get(home) ?? newVirtual(target);
    if (used.has(register) && !temporaryOfHome.has(home)) {
      if ('slot' in home) result.push(instruction('reload', { d: temporary, immediate: home.slot, position }));
      else result.push({ ...home.again, d: temporary, position });
    }
    temporaryOfHome.set(home, temporary);
    temporaryOf.set(register, temporary);
  }
  const keeps = [...defined].some((register) => 'slot' in (homeOf.get(register) as Home)) || defined.size === 0;
  if (!keeps) return;
  const map = (register: number): number => temporaryOf.get(register) ?? register;
  code.d = map(code.d);
  code.n = map(code.n);
  code.m = map(code.m);
  code.uses = code.uses.map(map);
  const isSelfMove = code.op === 'mov' && code.d === code.n;
  if (!isSelfMove) result.push(code);
  if (isSelfMove) return;
  for (const register of defined) {
    const home = homeOf.get(register) as Home;
    if ('slot' in home) {
      result.push(instruction('spill', { d: temporaryOf.get(register) as number, immediate: home.slot, position }));
    }
  }
}
