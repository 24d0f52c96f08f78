/**
 * A stand-in for the machine when code for cores is tested in Node. Kernels do not see this file: the compiler gives
 * the functions of `machine.ts` their real meaning.
 */

/** What the functions of `machine.ts` that are not about memory call in Node. */
export interface SimulatedMachine {
  readRegister(name: string): number;
  writeRegister(name: string, value: number): void;
  idle(): void;
  setInterrupts(enabled: boolean): void;
  callAddress(address: number, words: readonly number[]): number;
}

interface InstalledMemory {
  readonly view: DataView;
  readonly base: number;
}

let memory: InstalledMemory | null = null;
let machine: SimulatedMachine | null = null;

/**
 * Puts `view` at the addresses from `base` on, in place of what was installed; null takes it away.
 * Words are little-endian, as on every board that is known.
 */
export function installMemory(view: DataView | null, base = 0): void {
  memory = view === null ? null : { view, base: base >>> 0 };
}

/** Answers registers, sleep, interrupts and calls by address; null takes it away. */
export function installMachine(simulated: SimulatedMachine | null): void {
  machine = simulated;
}

/** The machine that was installed. Throws if there is none: in Node `operation` has no meaning of its own. */
export function installedMachine(operation: string): SimulatedMachine {
  if (machine === null) throw new Error(`${operation}() needs a core: in Node, call installMachine() first`);
  return machine;
}

/** Where `bytes` bytes at `address` lie. Throws for an unaligned address, and for one that nothing answers. */
export function memoryAt(address: number, bytes: 1 | 2 | 4): { readonly view: DataView; readonly offset: number } {
  const unsigned = address >>> 0;
  const hex = `0x${unsigned.toString(16).padStart(8, '0')}`;
  if (memory === null) throw new Error(`address ${hex} needs a core: in Node, call installMemory() first`);
  if (unsigned % bytes !== 0) throw new RangeError(`address ${hex} is not a multiple of ${bytes}`);
  const offset = unsigned - memory.base;
  if (offset < 0 || offset + bytes > memory.view.byteLength) throw new RangeError(`nothing answers at ${hex}`);
  return { view: memory.view, offset };
}

/** Address of an array that lies in the installed memory. Throws for any other: it has no address in Node. */
export function addressInMemory(array: ArrayBufferView): number {
  if (memory === null) throw new Error('arrayAddress() needs a core: in Node, call installMemory() first');
  const { view, base } = memory;
  const offset = array.byteOffset - view.byteOffset;
  if (array.buffer !== view.buffer || offset < 0 || offset + array.byteLength > view.byteLength) {
    throw new RangeError('the array does not lie in the installed memory, so it has no address');
  }
  return (base + offset) >>> 0;
}
