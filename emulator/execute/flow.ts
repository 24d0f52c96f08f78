/** Branches, jumps, conditional moves. */
import { LINK_REGISTER } from '../core.ts';
import { STATUS_AC, STATUS_AN, STATUS_AV, STATUS_AZ, STATUS_BN, STATUS_BZ } from '../status.ts';
import type { Execute } from './context.ts';

/** Condition codes 0 … 14 (15 is branch-and-link). */
export function conditionHolds(condition: number, status: number): boolean {
  const signsDiffer = ((status & STATUS_AV) !== 0) !== ((status & STATUS_AN) !== 0);
  switch (condition) {
    case 0:
      return (status & STATUS_AZ) !== 0;
    case 1:
      return (status & STATUS_AZ) === 0;
    case 2:
      return (status & (STATUS_AC | STATUS_AZ)) === STATUS_AC;
    case 3:
      return (status & STATUS_AC) !== 0;
    case 4:
      return (status & (STATUS_AC | STATUS_AZ)) !== STATUS_AC;
    case 5:
      return (status & STATUS_AC) === 0;
    case 6:
      return (status & STATUS_AZ) === 0 && !signsDiffer;
    case 7:
      return !signsDiffer;
    case 8:
      return signsDiffer;
    case 9:
      return (status & STATUS_AZ) !== 0 || signsDiffer;
    case 10:
      return (status & STATUS_BZ) !== 0;
    case 11:
      return (status & STATUS_BZ) === 0;
    case 12:
      return (status & (STATUS_BN | STATUS_BZ)) === STATUS_BN;
    case 13:
      return (status & (STATUS_BN | STATUS_BZ)) !== 0;
    default:
      return true;
  }
}

export function makeBranch(condition: number): Execute {
  return (core, operands) => {
    if (conditionHolds(condition, core.status)) core.pc = (core.pc - operands.lengthBytes + operands.immediate) >>> 0;
  };
}

export const branchAndLink: Execute = (core, operands) => {
  core.registers[LINK_REGISTER] = core.pc;
  core.pc = (core.pc - operands.lengthBytes + operands.immediate) >>> 0;
};

/** Bit 0 of a target is ignored. */
export const jumpRegister: Execute = (core, { n }) => {
  core.pc = ((core.registers[n] as number) & ~1) >>> 0;
};

/** The target is read before r14 is written. */
export const jumpAndLinkRegister: Execute = (core, { n }) => {
  const target = core.registers[n] as number;
  core.registers[LINK_REGISTER] = core.pc;
  core.pc = (target & ~1) >>> 0;
};

export function makeConditionalMove(condition: number): Execute {
  return (core, { d, n }) => {
    if (conditionHolds(condition, core.status)) core.registers[d] = core.registers[n] as number;
  };
}
