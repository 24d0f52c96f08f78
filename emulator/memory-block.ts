/**
 * One stretch of plain memory (the local memory of a core, or the shared memory of a board) under views of each width,
 * all little endian as the cores are.
 */

/** Memory is guarded in lines of this many bytes. */
export const GUARD_LINE_SHIFT = 5;
/** The line holds code that was turned into a generated function; a store must drop that function. */
export const GUARD_CODE = 1;
/** The line lies in a page that MEMPROTECT protects from being written. */
export const GUARD_PROTECTED = 2;

/** Code made from this memory, forgotten when one of its lines is written. */
export interface CodeOwner {
  /** True if code was made from one of these bytes. */
  covers(offset: number, lengthBytes: number): boolean;
  forget(offset: number, lengthBytes: number): void;
  /** Forgets code whose bytes have changed since it was made, without anybody having told. */
  check(): void;
}

export class MemoryBlock {
  readonly lengthBytes: number;
  readonly bytes: Uint8Array;
  readonly halfwords: Uint16Array;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  /** GUARD_ bits of each line. A store to a line whose guard is not zero takes the slow way. */
  readonly guard: Uint8Array;
  /** Who must hear of stores to lines with {@link GUARD_CODE}. */
  codeOwner: CodeOwner | undefined;

  /** Its length must be a multiple of 32. */
  constructor(memory: Uint8Array) {
    const { buffer, byteOffset, length } = memory;
    this.lengthBytes = length;
    this.bytes = memory;
    this.halfwords = new Uint16Array(buffer, byteOffset, length >>> 1);
    this.words = new Int32Array(buffer, byteOffset, length >>> 2);
    this.floats = new Float32Array(buffer, byteOffset, length >>> 2);
    this.guard = new Uint8Array(length >>> GUARD_LINE_SHIFT);
  }

  /** Copies bytes in, past write protection. Code made from a line that changes is forgotten. */
  write(offset: number, bytes: Uint8Array): void {
    const last = (offset + bytes.length - 1) >>> GUARD_LINE_SHIFT;
    for (let line = offset >>> GUARD_LINE_SHIFT; line <= last; line++) {
      if (((this.guard[line] as number) & GUARD_CODE) === 0) continue;
      const from = Math.max(offset, line << GUARD_LINE_SHIFT);
      const to = Math.min(offset + bytes.length, (line + 1) << GUARD_LINE_SHIFT);
      for (let at = from; at < to; at++) {
        if (this.bytes[at] === bytes[at - offset]) continue;
        this.codeOwner?.forget(from, to - from);
        break;
      }
    }
    this.bytes.set(bytes, offset);
  }

  isProtected(offset: number): boolean {
    return ((this.guard[offset >>> GUARD_LINE_SHIFT] as number) & GUARD_PROTECTED) !== 0;
  }
}
