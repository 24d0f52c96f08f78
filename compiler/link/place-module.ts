/** Puts relocatable code at an address: sections in order, symbols resolved, fix-ups applied. */

import { applyRelocation, RELOCATION } from '../../boards/isa/epiphany/relocations.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { ObjectSection, ObjectSymbol } from '../back-ends/back-end.ts';

/** What can be placed: sections with relocations, and the symbols they define. */
export interface RelocatableObject {
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
}

/** Memory to fill: `bytes`, then zeros up to `lengthBytes`. */
export interface PlacedSection {
  readonly name: ObjectSection['name'];
  readonly address: number;
  readonly lengthBytes: number;
  /** Empty for .bss. */
  readonly bytes: Uint8Array;
}

export interface PlacedModule {
  readonly baseAddress: number;
  /** First address behind the module. */
  readonly endAddress: number;
  /** In address order: .text, .rodata, .data, .bss. */
  readonly segments: readonly PlacedSection[];
  /** Addresses of everything that the module defines. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** Code that loads addresses by one MOV reaches no further. */
const SHORT_ADDRESS_LIMIT = 0x10000;
const SECTION_ORDER: readonly ObjectSection['name'][] = ['.text', '.rodata', '.data', '.bss'];
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Offsets of the sections from a base that is a multiple of `alignBytes`, and the length of all. */
export function layOutSections(sections: readonly ObjectSection[]): {
  readonly offsets: ReadonlyMap<string, number>;
  readonly lengthBytes: number;
  readonly alignBytes: number;
} {
  const offsets = new Map<string, number>();
  let lengthBytes = 0;
  let alignBytes = 1;
  for (const name of SECTION_ORDER) {
    const section = sections.find((candidate) => candidate.name === name);
    if (section === undefined) continue;
    alignBytes = Math.max(alignBytes, section.alignBytes);
    const offset = Math.ceil(lengthBytes / section.alignBytes) * section.alignBytes;
    offsets.set(name, offset);
    lengthBytes = offset + section.lengthBytes;
  }
  return { offsets, lengthBytes, alignBytes };
}

/**
 * Places `object` with its first section at `baseAddress` (a multiple of 8). `externals` gives the addresses of symbols
 * that it uses and does not define. Throws INTERNAL for a symbol that nobody defines, MEMORY_OVERFLOW for code made for
 * local memory that would end above 64 KB.
 */
export function placeModule(
  object: RelocatableObject,
  baseAddress: number,
  externals: ReadonlyMap<string, number> = new Map(),
): PlacedModule {
  const { offsets, lengthBytes, alignBytes } = layOutSections(object.sections);
  if (baseAddress % alignBytes !== 0) {
    throw new ShoalError('INTERNAL', `address 0x${baseAddress.toString(16)} is not a multiple of ${alignBytes}`);
  }
  const symbols = new Map<string, number>();
  for (const { name, section, offset } of object.symbols) {
    symbols.set(name, baseAddress + (offsets.get(section) ?? 0) + offset);
  }
  const segments: PlacedSection[] = [];
  for (const name of SECTION_ORDER) {
    const section = object.sections.find((candidate) => candidate.name === name);
    if (section === undefined || section.lengthBytes === 0) continue;
    const address = baseAddress + (offsets.get(name) ?? 0);
    const bytes = section.bytes?.slice() ?? NO_BYTES;
    for (const { offset, type, symbol, addend } of section.relocations) {
      const target = symbols.get(symbol) ?? externals.get(symbol);
      if (target === undefined) {
        throw new ShoalError('INTERNAL', `${symbol} is used but not defined`, { details: { symbol } });
      }
      applyRelocation(bytes, offset, type, address + offset, (target + addend) | 0);
    }
    segments.push({ name, address, lengthBytes: section.lengthBytes, bytes });
  }
  const endAddress = baseAddress + lengthBytes;
  const types = new Set(object.sections.flatMap(({ relocations }) => relocations.map(({ type }) => type)));
  if (endAddress > SHORT_ADDRESS_LIMIT && types.has(RELOCATION.low) && !types.has(RELOCATION.high)) {
    throw new ShoalError(
      'MEMORY_OVERFLOW',
      `code for addresses below 64 KB cannot end at 0x${endAddress.toString(16)}`,
    );
  }
  return { baseAddress, endAddress, segments, symbols };
}

/** Symbols that `object` uses and does not define. */
export function undefinedSymbols(object: RelocatableObject): string[] {
  const defined = new Set(object.symbols.map((symbol) => symbol.name));
  const missing = object.sections.flatMap((section) => section.relocations.map((relocation) => relocation.symbol));
  return [...new Set(missing.filter((symbol) => !defined.has(symbol)))].sort();
}
