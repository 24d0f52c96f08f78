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
  byteRelative: 4, // S + A - start of the section patched
  halfRelative: 5,
  wordRelative: 6,
  branch8: 7, // bits 15:8 = (S + A - P) / 2
  branch24: 8, // bits 31:8 = (S + A - P) / 2
  high: 9, // imm16 = upper half of S + A
  low: 10, // imm16 = lower half
  signed11: 11, // immediate of add and sub, -1024 ... 1023
  magnitude11: 12, // displacement of loads and stores, 0 ... 2047
  immediate8: 13, // immediate of the 16-bit mov, 0 ... 255
} as const;

/** Bytes that each type patches, by its number. */
const SIZE_BYTES: readonly number[] = [0, 1, 2, 4, 1, 2, 4, 2, 4, 4, 4, 4, 4, 2];

function place16(word: number, value: number): number {
  return (word & ~0x0ff01fe0) | ((value & 0xff) << 5) | (((value >> 8) & 0xff) << 20);
}

/** Bits 9:7 hold the lower three bits of an 11-bit immediate, bits 23:16 the upper eight. */
function place11(word: number, value: number): number {
  return (word & ~0x00ff0380) | ((value & 7) << 7) | (((value >> 3) & 0xff) << 16);
}

/**
 * Patches `bytes`, all of a section, at `offset`, which will stand at `place` in memory, with the address `target` (S + A).
 * @throws ShoalError MEMORY_OVERFLOW if a branch does not reach or a value does not fit, ELF_INVALID for a type that is
 * not known and for an offset outside of the bytes.
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
  const within = (least: number, most: number): void => {
    if (target < least || target > most) {
      throw new ShoalError(
        'MEMORY_OVERFLOW',
        `${target} does not fit the instruction at 0x${place.toString(16)}, which takes ${least} to ${most}`,
      );
    }
  };
  const sizeBytes = SIZE_BYTES[type];
  if (sizeBytes === undefined) throw new ShoalError('ELF_INVALID', `relocation type ${type} is not known`);
  if (offset < 0 || offset + sizeBytes > bytes.length) {
    throw new ShoalError('ELF_INVALID', `a relocation at offset ${offset} lies outside of ${bytes.length} bytes`);
  }
  const relative = target - (place - offset);
  switch (type) {
    case RELOCATION.byteRelative:
      view.setUint8(offset, relative);
      return;
    case RELOCATION.halfRelative:
      view.setUint16(offset, relative, true);
      return;
    case RELOCATION.wordRelative:
      view.setUint32(offset, relative, true);
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
    case RELOCATION.signed11:
      within(-1024, 1023);
      view.setUint32(offset, place11(view.getUint32(offset, true), target), true);
      return;
    case RELOCATION.magnitude11:
      within(0, 2047);
      view.setUint32(offset, place11(view.getUint32(offset, true), target), true);
      return;
    case RELOCATION.immediate8:
      within(0, 255);
      view.setUint16(offset, (view.getUint16(offset, true) & ~0x1fe0) | (target << 5), true);
      return;
  }
}
