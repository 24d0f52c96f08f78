/**
 * The seam between the middle of the compiler and an instruction set. A back end turns a flow graph into relocatable
 * object code; the linker (compiler/link) places it at an address and writes ELF.
 *
 * Calling convention (Epiphany): argument words in r0-r7, then r16-r23, at most 16; result in r0. Caller-saved: r0-r7,
 * r12, r16-r31, r44-r63. Callee-saved: r8-r11, r15, r32-r43, sp (r13, 8-aligned). lr is r14. No red zone, nothing is
 * left free above sp. At every call and return the FPU is in float mode and rounds to nearest even.
 */
import type { ObjectSection, ObjectSymbol } from '../../boards/elf/object.ts';
import type { GraphProgram } from '../flow-graph/graph.ts';
import type { SourcePosition, TrapSite } from '../kernel-tree/tree.ts';

export type { ObjectSection, ObjectSymbol, Relocation } from '../../boards/elf/object.ts';

/** From an offset in .text on, instructions belong to this source position. Sorted by offset. */
export interface LineEntry {
  readonly offset: number;
  readonly position: SourcePosition | null;
}

/** What one function needs of the stack, callees excluded, and whom it calls. */
export interface FrameReport {
  readonly symbol: string;
  readonly frameBytes: number;
  readonly callees: readonly string[];
}

export interface ObjectCode {
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  readonly lines: readonly LineEntry[];
  readonly frames: readonly FrameReport[];
  /** Index in this array is the site id that a trap reports. */
  readonly trapSites: readonly TrapSite[];
}

export interface BackEnd {
  readonly isa: string;
  compile(program: GraphProgram): ObjectCode;
}
