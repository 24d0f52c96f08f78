import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, formNamed } from '../../../boards/isa/epiphany/instruction-table.ts';
import { applyRelocation, RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import { isShoalError } from '../../../protocol/errors.ts';

const PLACE = 0x1000;
/** The instruction does not stand at the start of its section. */
const OFFSET = 2;

function patched(type: number, word: number, target: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(OFFSET, word, true);
  applyRelocation(new Uint8Array(view.buffer), OFFSET, type, PLACE, target);
  expect([view.getUint16(0), view.getUint16(6)]).toEqual([0, 0]);
  return view.getUint32(OFFSET, true);
}

/** Fields of the patched instruction; all but the one that was patched must be as before. */
function fieldsAfter(type: number, mnemonic: string, form: string, target: number): unknown {
  const before = { rd: 5, rn: 3 };
  const found = formNamed(mnemonic, form);
  const registers = Object.fromEntries(Object.entries(before).filter(([name]) => name in found.fields));
  return decode(patched(type, encode(found, registers), target))?.fields;
}

describe('each type patches its field and nothing else', () => {
  const address = fc.integer({ min: 0, max: 0xffff_ffff });

  test('LOW and HIGH', () => {
    fc.assert(
      fc.property(address, (target) => {
        expect(fieldsAfter(RELOCATION.low, 'mov', 'imm.long', target)).toEqual({ rd: 5, immediate: target & 0xffff });
        expect(fieldsAfter(RELOCATION.high, 'movt', 'imm.long', target)).toEqual({ rd: 5, immediate: target >>> 16 });
      }),
      { seed: 1 },
    );
  });

  test('SIMM24 and SIMM8', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x80_0000, max: 0x7f_ffff }), (halfwords) => {
        const target = PLACE + 2 * halfwords;
        expect(fieldsAfter(RELOCATION.branch24, 'bl', 'long', target)).toEqual({ displacement: 2 * halfwords });
      }),
      { seed: 1 },
    );
    for (let halfwords = -128; halfwords < 128; halfwords++) {
      const target = PLACE + 2 * halfwords;
      expect(fieldsAfter(RELOCATION.branch8, 'b', 'short', target)).toEqual({ displacement: 2 * halfwords });
    }
  });

  test('SIMM11, IMM11 and IMM8', () => {
    for (let value = -1024; value < 1024; value++) {
      expect(fieldsAfter(RELOCATION.signed11, 'add', 'imm.long', value)).toEqual({ rd: 5, rn: 3, immediate: value });
    }
    for (let value = 0; value < 2048; value++) {
      const fields = { rd: 5, rn: 3, immediate: value, subtract: 0 };
      expect(fieldsAfter(RELOCATION.magnitude11, 'ldr', 'disp.long', value)).toEqual(fields);
    }
    for (let value = 0; value < 256; value++) {
      expect(fieldsAfter(RELOCATION.immediate8, 'mov', 'imm.short', value)).toEqual({ rd: 5, immediate: value });
    }
  });

  test('data words, absolute and from the start of the section', () => {
    expect(patched(RELOCATION.word, 0, 0x89abcdef)).toBe(0x89abcdef);
    expect(patched(RELOCATION.half, 0xffff_0000, 0x1234)).toBe(0xffff_1234);
    expect(patched(RELOCATION.byte, 0xffff_ff00, 0x12)).toBe(0xffff_ff12);
    const start = PLACE - OFFSET;
    expect(patched(RELOCATION.wordRelative, 0, start - 4)).toBe(0xffff_fffc);
    expect(patched(RELOCATION.halfRelative, 0, start + 0x1234)).toBe(0x1234);
    expect(patched(RELOCATION.byteRelative, 0, start + 0x12)).toBe(0x12);
    expect(patched(RELOCATION.none, 0x1234_5678, 9)).toBe(0x1234_5678);
  });
});

describe('refused', () => {
  const codeOf = (action: () => void): string => {
    try {
      action();
    } catch (error) {
      if (isShoalError(error)) return error.code;
      throw error;
    }
    return 'nothing';
  };

  test.each([
    [RELOCATION.branch24, PLACE + 0x100_0000],
    [RELOCATION.branch24, PLACE - 0x100_0002],
    [RELOCATION.branch8, PLACE + 256],
    [RELOCATION.branch8, PLACE - 258],
    [RELOCATION.signed11, 1024],
    [RELOCATION.signed11, -1025],
    [RELOCATION.magnitude11, 2048],
    [RELOCATION.magnitude11, -1],
    [RELOCATION.immediate8, 256],
  ])('type %i with target %i does not fit', (type, target) => {
    expect(codeOf(() => patched(type, 0, target))).toBe('MEMORY_OVERFLOW');
  });

  test('a place outside of the section, and types that nobody knows', () => {
    const bytes = new Uint8Array(8);
    for (const offset of [-1, 5, 8, 1e9]) {
      expect(codeOf(() => applyRelocation(bytes, offset, RELOCATION.word, 0, 0))).toBe('ELF_INVALID');
    }
    for (const type of [14, 99, 255]) expect(codeOf(() => applyRelocation(bytes, 0, type, 0, 0))).toBe('ELF_INVALID');
  });
});
