import type { Bus } from '../bus.ts';
import type { Console } from '../console.ts';
import type { Core } from '../core.ts';
import type { SpecialRegisters } from '../special-registers.ts';

/** What instructions reach besides their own core. */
export interface ExecutionContext {
  readonly bus: Bus;
  readonly registers: SpecialRegisters;
  readonly console: Console;
}

/** The operands of one decoded instruction. */
export interface Operands {
  /** Register numbers RD, RN, RM. */
  readonly d: number;
  readonly n: number;
  readonly m: number;
  /**
   * Immediate, already extended: the addend of ADD and SUB, a shift count, a value to move, a branch displacement in
   * bytes, a load's or store's displacement in bytes with its sign, an MMR offset, or a trap number.
   */
  readonly immediate: number;
  /** 2 or 4. */
  readonly lengthBytes: number;
}

/** Does one instruction. `core.pc` is the address after it already. Throws CoreException before it changes anything. */
export type Execute = (core: Core, operands: Operands, context: ExecutionContext) => void;
