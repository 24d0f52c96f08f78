/**
 * Relocation types of Epiphany and how to apply them. S is the symbol's address, A the addend, P the address patched.
 * Source: the meaning that the GNU assembler relies on; types 2 and 4 to 7, 11 and 12 are not applied right by GNU ld 2.40.
 */
import { ShoalError } from '../../../protocol/errors.ts';

export const RELOCATION = {
  none: 0,
  byte: 1, // S + A
  half: 2,
  word: 3,
  branch8: 7, // bits 15:8 = (S + A - P) / 2
  branch24: 8, // bits 31:8 = (S + A - P) / 2
  high: 9, // imm16 = upper half of S + A
  low: 10, // imm16 = lower half
} as const;

function place16(word: number, value: number): number {
  return (word & ~0x0ff01fe0) | ((value & 0xff) << 5) | (((value >> 8) & 0xff) << 20);
}

/**
 * Patches `bytes` at `offset`, which will stand at `place` in memory, with the address `target` (S + A).
 * @throws ShoalError MEMORY_OVERFLOW if a branch does not reach, ELF_INVALID for a type that is not known.
 */
export function applyRelocation(bytes: Uint8Array, offset: number, type: number, place: number, target: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const distance = (target - place) >> 1;
  const reach = (bits: number): void => {
    if (distance < -(2 ** (bits - 1)) || distance >= 2 ** (bits - 1)) {
      throw new ShoalError(
        'MEMORY_OVERFLOW',
        `a branch at 0x${place.toString(16)} does not reach 0x${target.toString(16)}`,
      );
    }
  };
  switch (type) {
    case RELOCATION.none:
      return;
    case RELOCATION.byte:
      view.setUint8(offset, target);
      return;
    case RELOCATION.half:
      view.setUint16(offset, target, true);
      return;
    case RELOCATION.word:
      view.setUint32(offset, target, true);
      return;
    case RELOCATION.branch8:
      reach(8);
      view.setUint8(offset + 1, distance);
      return;
    case RELOCATION.branch24:
      reach(24);
      view.setUint32(offset, (view.getUint32(offset, true) & 0xff) | (distance << 8), true);
      return;
    case RELOCATION.high:
      view.setUint32(offset, place16(view.getUint32(offset, true), target >>> 16), true);
      return;
    case RELOCATION.low:
      view.setUint32(offset, place16(view.getUint32(offset, true), target), true);
      return;
    default:
      throw new ShoalError('ELF_INVALID', `relocation type ${type} is not known`);
  }
}
