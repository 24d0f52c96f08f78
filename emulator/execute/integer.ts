/** Integer ALU instructions and their flags. */
import type { Core } from '../core.ts';
import { STATUS_AC, STATUS_ALU, STATUS_AN, STATUS_AV, STATUS_AVS, STATUS_AZ } from '../status.ts';
import type { Execute } from './context.ts';

/** Result and flags of ADD. */
export function setSum(core: Core, d: number, a: number, b: number): void {
  const result = (a + b) | 0;
  let flags = result === 0 ? STATUS_AZ : result < 0 ? STATUS_AN : 0;
  if (result >>> 0 < a >>> 0) flags |= STATUS_AC;
  if (((a ^ result) & (b ^ result)) < 0) flags |= STATUS_AV | STATUS_AVS;
  core.status = (core.status & ~STATUS_ALU) | flags;
  core.registers[d] = result;
}

/** Result and flags of SUB; AC is "no borrow". */
export function setDifference(core: Core, d: number, a: number, b: number): void {
  const result = (a - b) | 0;
  let flags = result === 0 ? STATUS_AZ : result < 0 ? STATUS_AN : 0;
  if (a >>> 0 >= b >>> 0) flags |= STATUS_AC;
  if (((a ^ b) & (a ^ result)) < 0) flags |= STATUS_AV | STATUS_AVS;
  core.status = (core.status & ~STATUS_ALU) | flags;
  core.registers[d] = result;
}

/** Result and flags of logical instructions and shifts: AC and AV become 0. */
export function setLogical(core: Core, d: number, result: number): void {
  const flags = result === 0 ? STATUS_AZ : result < 0 ? STATUS_AN : 0;
  core.status = (core.status & ~STATUS_ALU) | flags;
  core.registers[d] = result;
}

function register(core: Core, number: number): number {
  return core.registers[number] as number;
}

/** The 32 bits of a word in reverse order. */
export function reverseBits(word: number): number {
  let w = word;
  w = ((w >>> 1) & 0x55555555) | ((w & 0x55555555) << 1);
  w = ((w >>> 2) & 0x33333333) | ((w & 0x33333333) << 2);
  w = ((w >>> 4) & 0x0f0f0f0f) | ((w & 0x0f0f0f0f) << 4);
  w = ((w >>> 8) & 0x00ff00ff) | ((w & 0x00ff00ff) << 8);
  return (w >>> 16) | (w << 16);
}

export const addRegister: Execute = (core, { d, n, m }) => setSum(core, d, register(core, n), register(core, m));
export const addImmediate: Execute = (core, { d, n, immediate }) => setSum(core, d, register(core, n), immediate);
export const subtractRegister: Execute = (core, { d, n, m }) =>
  setDifference(core, d, register(core, n), register(core, m));
export const subtractImmediate: Execute = (core, { d, n, immediate }) =>
  setDifference(core, d, register(core, n), immediate);

export const and: Execute = (core, { d, n, m }) => setLogical(core, d, register(core, n) & register(core, m));
export const or: Execute = (core, { d, n, m }) => setLogical(core, d, register(core, n) | register(core, m));
export const exclusiveOr: Execute = (core, { d, n, m }) => setLogical(core, d, register(core, n) ^ register(core, m));

// JavaScript's shifts use the low five bits of the count, as the core does.
export const shiftLeftRegister: Execute = (core, { d, n, m }) =>
  setLogical(core, d, register(core, n) << register(core, m));
export const shiftRightRegister: Execute = (core, { d, n, m }) =>
  setLogical(core, d, (register(core, n) >>> register(core, m)) | 0);
export const shiftArithmeticRegister: Execute = (core, { d, n, m }) =>
  setLogical(core, d, register(core, n) >> register(core, m));
export const shiftLeftImmediate: Execute = (core, { d, n, immediate }) =>
  setLogical(core, d, register(core, n) << immediate);
export const shiftRightImmediate: Execute = (core, { d, n, immediate }) =>
  setLogical(core, d, (register(core, n) >>> immediate) | 0);
export const shiftArithmeticImmediate: Execute = (core, { d, n, immediate }) =>
  setLogical(core, d, register(core, n) >> immediate);
export const bitReverse: Execute = (core, { d, n }) => setLogical(core, d, reverseBits(register(core, n)));

export const moveImmediate: Execute = (core, { d, immediate }) => {
  core.registers[d] = immediate;
};
export const moveTop: Execute = (core, { d, immediate }) => {
  core.registers[d] = (register(core, d) & 0xffff) | (immediate << 16);
};
