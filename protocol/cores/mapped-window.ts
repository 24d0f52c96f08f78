import type { MemoryWindow } from './memory-window.ts';
import type { RegisterAccess } from './register-port.ts';

/** Memory that is mapped, and the mesh address of its first byte. Both are multiples of 4. */
export interface MappedPart {
  readonly address: number;
  readonly bytes: Uint8Array;
}

interface Words {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly view: DataView;
}

/** Parts are found by the megabytes of the mesh in which they lie. */
const MEGABYTE_SHIFT = 20;

/**
 * Memory of a board as the operating system maps it. Every access is one of 32 bits but at ends that are not aligned:
 * device memory knows no others on some processors, and what copies blocks uses them.
 */
export class MappedWindow implements MemoryWindow {
  readonly #parts = new Map<number, Words[]>();
  readonly #registers: RegisterAccess | null;

  /** `registers`: what takes accesses to addresses that are in no part; null if nothing does. */
  constructor(parts: readonly MappedPart[], registers: RegisterAccess | null) {
    this.#registers = registers;
    for (const { address, bytes } of parts) {
      const { buffer, byteOffset, byteLength } = bytes;
      const view = new DataView(buffer, byteOffset, byteLength);
      const part = { address, bytes, words: new Int32Array(buffer, byteOffset, byteLength >> 2), view };
      const last = (address + byteLength - 1) >>> MEGABYTE_SHIFT;
      for (let megabyte = address >>> MEGABYTE_SHIFT; megabyte <= last; megabyte++) {
        this.#parts.set(megabyte, [...(this.#parts.get(megabyte) ?? []), part]);
      }
    }
  }

  /** Throws RangeError for addresses that are not all in one part. */
  read(address: number, lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    if (lengthBytes === 0) return bytes;
    const part = this.#partOf(address, lengthBytes);
    const target = new DataView(bytes.buffer);
    const offset = address - part.address;
    let at = 0;
    for (; at < lengthBytes && ((offset + at) & 3) !== 0; at++) bytes[at] = part.view.getUint8(offset + at);
    for (; at + 4 <= lengthBytes; at += 4) target.setInt32(at, part.words[(offset + at) >> 2] as number, true);
    for (; at < lengthBytes; at++) bytes[at] = part.view.getUint8(offset + at);
    return bytes;
  }

  /** Throws RangeError for addresses that are not all in one part. */
  write(address: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const part = this.#partOf(address, bytes.length);
    const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const offset = address - part.address;
    let at = 0;
    for (; at < bytes.length && ((offset + at) & 3) !== 0; at++) part.view.setUint8(offset + at, source.getUint8(at));
    for (; at + 4 <= bytes.length; at += 4) part.words[(offset + at) >> 2] = source.getInt32(at, true);
    for (; at < bytes.length; at++) part.view.setUint8(offset + at, source.getUint8(at));
  }

  /** Throws RangeError where nothing is, LINK_LOST if it is a register of a board that has ended. */
  readWord(address: number): number {
    const part = this.#find(address, 4);
    if (part !== null) return Atomics.load(part.words, (address - part.address) >> 2) >>> 0;
    if (this.#registers === null) throw nothingAt(address, 4);
    return this.#registers.readWord(address);
  }

  /** Throws RangeError where nothing is, LINK_LOST if it is a register of a board that has ended. */
  writeWord(address: number, value: number): void {
    const part = this.#find(address, 4);
    if (part !== null) Atomics.store(part.words, (address - part.address) >> 2, value | 0);
    else if (this.#registers === null) throw nothingAt(address, 4);
    else this.#registers.writeWord(address, value);
  }

  #find(address: number, lengthBytes: number): Words | null {
    for (const part of this.#parts.get(address >>> MEGABYTE_SHIFT) ?? []) {
      if (address >= part.address && address + lengthBytes <= part.address + part.bytes.length) return part;
    }
    return null;
  }

  #partOf(address: number, lengthBytes: number): Words {
    const part = this.#find(address, lengthBytes);
    if (part === null) throw nothingAt(address, lengthBytes);
    return part;
  }
}

function nothingAt(address: number, lengthBytes: number): RangeError {
  return new RangeError(`the window has not ${lengthBytes} bytes at 0x${address.toString(16)}`);
}
