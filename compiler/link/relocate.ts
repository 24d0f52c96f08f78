/** Fix-ups of the Epiphany ELF supplement that compiled code uses. */
import { ShoalError } from '../../protocol/errors.ts';

export const R_EPIPHANY_32 = 3;
export const R_EPIPHANY_SIMM24 = 8;
export const R_EPIPHANY_HIGH = 9;
export const R_EPIPHANY_LOW = 10;

const BRANCH_REACH_BYTES = 0x100_0000;

/**
 * Patches the word at `offset` of a section that lies at `sectionAddress`, so that it refers to `target`.
 * Throws INTERNAL for types that the compiler never makes, MEMORY_OVERFLOW for branches that do not reach.
 */
export function relocate(view: DataView, offset: number, sectionAddress: number, type: number, target: number): void {
  const word = view.getUint32(offset, true);
  switch (type) {
    case R_EPIPHANY_32:
      view.setUint32(offset, target >>> 0, true);
      return;
    case R_EPIPHANY_SIMM24: {
      const distance = (target - (sectionAddress + offset)) | 0;
      if (distance < -BRANCH_REACH_BYTES || distance >= BRANCH_REACH_BYTES) {
        throw new ShoalError('MEMORY_OVERFLOW', `a branch spans ${distance} bytes; it reaches ${BRANCH_REACH_BYTES}`);
      }
      view.setUint32(offset, ((word & 0xff) | ((distance >> 1) << 8)) >>> 0, true);
      return;
    }
    case R_EPIPHANY_HIGH:
      view.setUint32(offset, withImmediate16(word, target >>> 16), true);
      return;
    case R_EPIPHANY_LOW:
      view.setUint32(offset, withImmediate16(word, target & 0xffff), true);
      return;
    default:
      throw new ShoalError('INTERNAL', `relocation type ${type} is not one that compiled code uses`);
  }
}

/** The 16-bit immediate of MOV and MOVT: low byte in bits 12:5, high byte in bits 27:20. */
function withImmediate16(word: number, immediate: number): number {
  const cleared = word & ~0x0ff01fe0;
  return (cleared | ((immediate & 0xff) << 5) | ((immediate >>> 8) << 20)) >>> 0;
}
