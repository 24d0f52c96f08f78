/**
 * The registers as the back end uses them. Physical registers are 0-63, virtual ones count from FIRST_VIRTUAL up.
 * The roles follow the calling convention in compiler/back-ends/back-end.ts.
 */

export const STACK_POINTER = 13;
export const LINK_REGISTER = 14;
/** Never allocated: parallel moves in cycles, frames too big for a displacement. Caller-saved. */
export const SCRATCH = 12;
export const NO_REGISTER = -1;
export const FIRST_VIRTUAL = 64;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Registers that take argument words, in order. */
export const ARGUMENT_REGISTERS: readonly number[] = [...range(0, 7), ...range(16, 23)];
export const RESULT_REGISTER = 0;

/** Allocated first: r0-r7 can be named by 16-bit instructions, the rest of these need no saving. */
const CALLER_SAVED: readonly number[] = [...range(0, 7), ...range(16, 31), ...range(44, 63)];
/** In this order, so that pairs of them can be saved by one STRD. */
export const CALLEE_SAVED: readonly number[] = [...range(8, 11), ...range(32, 43), 15];
/** Every allocatable register, the cheapest first. */
export const ALLOCATION_ORDER: readonly number[] = [...CALLER_SAVED, ...CALLEE_SAVED];

export const isVirtual = (register: number): boolean => register >= FIRST_VIRTUAL;

/** A set of physical registers as two 32-bit masks. */
export class RegisterSet {
  low: number;
  high: number;

  constructor(registers: Iterable<number> = []) {
    this.low = 0;
    this.high = 0;
    for (const register of registers) this.add(register);
  }

  add(register: number): void {
    if (register < 32) this.low |= 1 << register;
    else this.high |= 1 << (register - 32);
  }

  has(register: number): boolean {
    return register < 32 ? ((this.low >>> register) & 1) === 1 : ((this.high >>> (register - 32)) & 1) === 1;
  }

  delete(register: number): void {
    if (register < 32) this.low &= ~(1 << register);
    else this.high &= ~(1 << (register - 32));
  }

  addAll(other: RegisterSet): void {
    this.low |= other.low;
    this.high |= other.high;
  }

  /** How many allocatable registers are not in this set. */
  countFree(): number {
    return popCount(~this.low & ALLOCATABLE_LOW) + popCount(~this.high & ALLOCATABLE_HIGH);
  }
}

export function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const allocatable = { low: 0, high: 0 };
for (const register of ALLOCATION_ORDER) {
  if (register < 32) allocatable.low |= 1 << register;
  else allocatable.high |= 1 << (register - 32);
}
const ALLOCATABLE_LOW: number = allocatable.low;
const ALLOCATABLE_HIGH: number = allocatable.high;

/** What a call may change, as far as the allocator is concerned. */
export const CALL_CLOBBERED: readonly number[] = CALLER_SAVED;
