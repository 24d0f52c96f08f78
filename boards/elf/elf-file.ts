/**
 * What is in an ELF32 little-endian file, as plain data: read by `readElf`, written by `writeElf`.
 * Source: System V ABI, chapter 4 and 5; Epiphany: e_machine 0x1223, RELA relocations only.
 */
export const ELF_MACHINE_EPIPHANY = 0x1223;

export const SECTION_TYPE = { null: 0, progbits: 1, symtab: 2, strtab: 3, rela: 4, nobits: 8 } as const;
export const SECTION_FLAG = { write: 1, alloc: 2, execute: 4, infoLink: 0x40 } as const;
export const SYMBOL_KIND = { none: 0, object: 1, function: 2, section: 3, file: 4 } as const;

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Address of the first byte; 0 for sections that are not loaded. */
  readonly address: number;
  readonly lengthBytes: number;
  /** Contents; empty for nobits. A view into the file that was read. */
  readonly bytes: Uint8Array;
  readonly alignBytes: number;
  readonly link: number;
  readonly info: number;
  readonly entryBytes: number;
}

/** A loadable piece: `fileBytes` at `address`, then zeros up to `memoryBytes`. */
export interface ElfSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly memoryBytes: number;
  /** 1 execute, 2 write, 4 read. */
  readonly flags: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly lengthBytes: number;
  readonly kind: number;
  readonly isGlobal: boolean;
  /** Name of the section, `*ABS*`, or '' for undefined. */
  readonly section: string;
}

/** A relocation kept in the file: `offset` is an address in `section`. */
export interface ElfRelocation {
  readonly section: string;
  readonly offset: number;
  readonly type: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface ElfFile {
  readonly machine: number;
  /** 1 relocatable, 2 executable. */
  readonly type: number;
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  readonly symbols: readonly ElfSymbol[];
  readonly relocations: readonly ElfRelocation[];
}
