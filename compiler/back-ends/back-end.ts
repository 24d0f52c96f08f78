/**
 * The seam between the middle of the compiler and an instruction set. A back end turns a flow graph into relocatable
 * object code; the linker (compiler/link) places it at an address and writes ELF.
 *
 * Calling convention (Epiphany): argument words in r0-r7, then r16-r23, at most 16; result in r0. Caller-saved: r0-r7,
 * r12, r16-r31, r44-r63. Callee-saved: r8-r11, r15, r32-r43, sp (r13, 8-aligned). lr is r14. No red zone, nothing is
 * left free above sp. At every call and return the FPU is in float mode and rounds to nearest even.
 */
import type { GraphProgram } from '../flow-graph/graph.ts';
import type { SourcePosition, TrapSite } from '../kernel-tree/tree.ts';

/** A fix-up: the linker patches the instruction or word at `offset` with the address of `symbol` + `addend`. */
export interface Relocation {
  readonly offset: number;
  /** Numbers and meaning of the ISA's ELF supplement (Epiphany: 3 R_EPIPHANY_32, 8 SIMM24, 9 HIGH, 10 LOW). */
  readonly type: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface ObjectSymbol {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly kind: 'function' | 'object';
}

export interface ObjectSection {
  readonly name: '.text' | '.rodata' | '.data' | '.bss';
  readonly alignBytes: number;
  readonly lengthBytes: number;
  /** Absent for .bss. */
  readonly bytes?: Uint8Array;
  readonly relocations: readonly Relocation[];
}

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
