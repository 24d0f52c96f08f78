/**
 * The machine under a kernel: memory by address, special registers, interrupts. On a core each of these is one
 * instruction or a few, in program order: accesses are volatile, never moved, merged or dropped. In Node they act on
 * what `simulated-machine.ts` has installed, and throw if nothing is.
 */
import type { f32, i32, u32 } from './index.ts';
import { addressInMemory, installedMachine, memoryAt } from './simulated-machine.ts';

/** Reads the byte at `address`, zero-extended. */
export function load8(address: u32): i32 {
  const { view, offset } = memoryAt(address, 1);
  return view.getUint8(offset);
}

/** Reads the 16-bit word at `address`, zero-extended. The address must be a multiple of 2. */
export function load16(address: u32): i32 {
  const { view, offset } = memoryAt(address, 2);
  return view.getUint16(offset, true);
}

/** Reads the 32-bit word at `address`. The address must be a multiple of 4. */
export function load32(address: u32): i32 {
  const { view, offset } = memoryAt(address, 4);
  return view.getInt32(offset, true);
}

/** Writes the low 8 bits of `value` to `address`. */
export function store8(address: u32, value: i32): void {
  const { view, offset } = memoryAt(address, 1);
  view.setUint8(offset, value);
}

/** Writes the low 16 bits of `value` to `address`, a multiple of 2. */
export function store16(address: u32, value: i32): void {
  const { view, offset } = memoryAt(address, 2);
  view.setUint16(offset, value, true);
}

/** Writes `value` to `address`, a multiple of 4. */
export function store32(address: u32, value: i32): void {
  const { view, offset } = memoryAt(address, 4);
  view.setInt32(offset, value, true);
}

/** Reads a special register. `name` must be a literal, as the assembler of the board names it: `'ilat'`. */
export function readRegister(name: string): i32 {
  return installedMachine('readRegister').readRegister(name) | 0;
}

/** Writes a special register. `name` must be a literal, as the assembler of the board names it: `'imask'`. */
export function writeRegister(name: string, value: i32): void {
  installedMachine('writeRegister').writeRegister(name, value | 0);
}

/**
 * In one step that no other core can come between: reads the word at `address` (a multiple of 4) and, if it is 0,
 * writes `value` there. Returns what was read: 0 means that the lock is ours. On Epiphany the address must be a global
 * one of on-chip memory, also for the own core.
 */
export function testAndSet(address: u32, value: i32): i32 {
  const { view, offset } = memoryAt(address, 4);
  const old = view.getInt32(offset, true);
  if (old === 0) view.setInt32(offset, value, true);
  return old;
}

/** Sleeps until an interrupt arrives. */
export function idle(): void {
  installedMachine('idle').idle();
}

/**
 * Lets interrupts in and sleeps until one came; one that is latched already counts. Call it with interrupts disabled,
 * after a look at what is waited for: then none is missed.
 */
export function waitForInterrupt(): void {
  installedMachine('waitForInterrupt').idle();
}

/** Mesh id of the board's first core: row in bits 11:6, column in bits 5:0. */
export function firstCoreId(): i32 {
  return installedMachine('firstCoreId').readRegister('coreid') | 0;
}

/** Lets interrupts in. */
export function enableInterrupts(): void {
  installedMachine('enableInterrupts').setInterrupts(true);
}

/** Holds interrupts back; they stay pending. */
export function disableInterrupts(): void {
  installedMachine('disableInterrupts').setInterrupts(false);
}

/** Calls the code at `address` with up to four words, by the calling convention of kernels. Returns its first word. */
export function callAddress(address: u32, a?: i32, b?: i32, c?: i32, d?: i32): i32 {
  const words = [a, b, c, d].filter((word) => word !== undefined);
  return installedMachine('callAddress').callAddress(address >>> 0, words) | 0;
}

const scratch: DataView = new DataView(new ArrayBuffer(4));

/** The 32 bits of a float. A NaN is 0x7fc00000. */
export function bitsOf(x: f32): i32 {
  if (Number.isNaN(x)) return 0x7fc00000;
  scratch.setFloat32(0, x);
  return scratch.getInt32(0);
}

/** The float that has these 32 bits. */
export function floatOf(bits: i32): f32 {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

type NumberArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** Address of the first element of an array. */
export function arrayAddress(array: NumberArray): u32 {
  return addressInMemory(array);
}

/** True if `a` and `b` are parts of one array and `a` begins behind the beginning of `b`; for others it may be either. */
export function beginsBehind(a: NumberArray, b: NumberArray): boolean {
  return a.buffer === b.buffer && a.byteOffset > b.byteOffset;
}
