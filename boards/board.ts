/**
 * What a board is, as data: cores, memories, instruction set. The compiler, the emulator and the host read it;
 * nothing here does anything. Another board of a known instruction set takes one file with one BoardDescription.
 */

/** Instruction sets that have a table in boards/isa. */
export type IsaName = 'epiphany';

/** A memory that all cores of a board reach by the same mesh address. */
export interface SharedMemory {
  /** First mesh address, as the cores see it. */
  readonly address: number;
  readonly lengthBytes: number;
  /** Where the processor of the board itself has it, as a physical address; absent if it has the mesh addresses. */
  readonly physicalAddress?: number;
}

/** One board. Addresses are mesh addresses (Epiphany: row in bits 31:26, column in 25:20, offset in 19:0). */
export interface BoardDescription {
  /** Name in selectors: `emu:parallella-16`. */
  readonly name: string;
  readonly title: string;
  readonly isa: IsaName;
  /** Generation of the chip: decides EXCAUSE codes and extra registers. */
  readonly generation: 'epiphany-3' | 'epiphany-4';
  readonly rows: number;
  readonly columns: number;
  /** Mesh row and column of core index 0. */
  readonly firstRow: number;
  readonly firstColumn: number;
  /** Memory of each core, from its local address 0. */
  readonly localMemoryBytes: number;
  /** Size of one of the equal banks of the local memory. */
  readonly bankBytes: number;
  readonly sharedMemory?: SharedMemory;
  readonly coreClockHz: number;
  /** Where the figures come from. */
  readonly source: string;
}
