/** Neutral pieces of object code, before they are placed at addresses: what assembler and compiler give to the linker. */

/** A fix-up: the linker patches the instruction or word at `offset` with the address of `symbol` + `addend`. */
export interface Relocation {
  readonly offset: number;
  /** Number in the ISA's ELF supplement; Epiphany: see `relocations.ts`. */
  readonly type: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface ObjectSymbol {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly kind: 'function' | 'object' | 'label';
}

export interface ObjectSection {
  readonly name: string;
  readonly alignBytes: number;
  readonly lengthBytes: number;
  /** Absent if the section holds only zeros (.bss). */
  readonly bytes?: Uint8Array;
  readonly relocations: readonly Relocation[];
}
