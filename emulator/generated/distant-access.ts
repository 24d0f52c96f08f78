/** Accesses of generated code that do not go to the own memory below its guards. They set `core.bail` if they must not be done here. */
import type { Bus } from '../bus.ts';
import type { Core } from '../core.ts';

export function loadByte(bus: Bus, core: Core, address: number): number {
  const block = bus.plainForLoad(core, address, 1);
  return block === undefined ? 0 : (block.bytes[bus.offset] as number);
}

export function loadHalfword(bus: Bus, core: Core, address: number): number {
  const block = bus.plainForLoad(core, address, 2);
  return block === undefined ? 0 : (block.halfwords[bus.offset >>> 1] as number);
}

export function loadWord(bus: Bus, core: Core, address: number): number {
  const block = bus.plainForLoad(core, address, 4);
  return block === undefined ? 0 : (block.words[bus.offset >>> 2] as number);
}

/** The low word of a double word, which must be aligned as one. */
export function loadDouble(bus: Bus, core: Core, address: number): number {
  const block = bus.plainForLoad(core, address, 8);
  return block === undefined ? 0 : (block.words[bus.offset >>> 2] as number);
}

export function storeByte(bus: Bus, core: Core, address: number, value: number): void {
  const block = bus.plainForStore(core, address, 1);
  if (block !== undefined) block.bytes[bus.offset] = value;
}

export function storeHalfword(bus: Bus, core: Core, address: number, value: number): void {
  const block = bus.plainForStore(core, address, 2);
  if (block !== undefined) block.halfwords[bus.offset >>> 1] = value;
}

export function storeWord(bus: Bus, core: Core, address: number, value: number): void {
  const block = bus.plainForStore(core, address, 4);
  if (block !== undefined) block.words[bus.offset >>> 2] = value;
}

export function storeDouble(bus: Bus, core: Core, address: number, low: number, high: number): void {
  const block = bus.plainForStore(core, address, 8);
  if (block === undefined) return;
  block.words[bus.offset >>> 2] = low;
  block.words[(bus.offset >>> 2) + 1] = high;
}
