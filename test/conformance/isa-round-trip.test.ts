/** Properties of the instruction table that no list of examples can show. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../boards/isa/epiphany/assembler.ts';
import { disassembleInstruction } from '../../boards/isa/epiphany/disassembler.ts';
import {
  decode,
  encode,
  type FieldName,
  type Fields,
  fieldRange,
  fits,
  INSTRUCTIONS,
  type InstructionForm,
  instructionWidthBytes,
} from '../../boards/isa/epiphany/instruction-table.ts';

const SEED = 0x5_0a1;

/** Every field of the form, filled with a value that it can hold. */
function fillings(form: InstructionForm): fc.Arbitrary<Fields> {
  const names = Object.keys(form.fields) as FieldName[];
  const entries = names.map((name) => {
    const { min, max } = fieldRange(form, name) ?? { min: 0, max: 0 };
    const value = fc.integer({ min, max });
    return [name, name === 'displacement' ? value.map((distance) => distance & ~1) : value] as const;
  });
  return fc.record(Object.fromEntries(entries));
}

describe.each(INSTRUCTIONS.map((form) => [`${form.mnemonic} ${form.form}`, form] as const))('%s', (_, form) => {
  const isReturn = (fields: Fields): boolean => form.mnemonic === 'jr' && form.widthBytes === 4 && fields.rn === 14;

  test('decoding what was encoded gives the fields back', () => {
    fc.assert(
      fc.property(fillings(form), (fields) => {
        const word = encode(form, fields);
        expect(instructionWidthBytes(word)).toBe(form.widthBytes);
        const decoded = decode(word);
        if (isReturn(fields)) {
          expect(decoded?.form.mnemonic).toBe('rts');
          return;
        }
        expect(decoded?.form).toBe(form);
        expect(decoded?.fields).toEqual(fields);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('a value that is one too large or too small is refused', () => {
    for (const name of Object.keys(form.fields) as FieldName[]) {
      const range = fieldRange(form, name);
      if (range === undefined) throw new Error(`${name} has no range`);
      const step = name === 'displacement' ? 2 : 1;
      for (const value of [range.min - step, range.max + step]) {
        expect(fits(form, { [name]: value })).toBe(false);
        expect(() => encode(form, { [name]: value })).toThrow(RangeError);
      }
    }
  });

  test('assembling the disassembly gives the same word', () => {
    fc.assert(
      fc.property(fillings(form), (fields) => {
        // Instructions with one source do not look at RM: the text does not show it.
        const word = encode(form, form.syntax === 'RD,RN' ? { ...fields, ...('rm' in fields && { rm: 0 }) } : fields);
        const { text } = disassembleInstruction(word, 0);
        // Double words with an odd first register: GNU as refuses them, and so do we.
        if (form.sizeBytes === 8 && (fields.rd ?? 0) % 2 === 1) return;
        const [mnemonic = '', ...operands] = text.split(' ');
        const suffix = mnemonic === 'rts' || form.syntax === '' ? '' : form.widthBytes === 2 ? '.s' : '.l';
        // Branch targets are printed as addresses; the instruction stands at 0, so the distance is the same number.
        const written =
          form.syntax === 'LABEL'
            ? `.${(fields.displacement ?? 0) < 0 ? '' : '+'}${fields.displacement ?? 0}`
            : operands.join(' ');
        const bytes = assemble(`${mnemonic}${suffix} ${written}`).sections[0]?.bytes ?? new Uint8Array();
        const assembled = bytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
        expect(`${text}: ${assembled.toString(16)}`).toBe(`${text}: ${word.toString(16)}`);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

/** Words that match no row, so that a table that accepts more than the documents say fails. */
test('an undecodable word stays undecodable, and a decodable one matches exactly one row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (word) => {
      const bits = (instructionWidthBytes(word) === 2 ? word & 0xffff : word) >>> 0;
      const rows = INSTRUCTIONS.filter(
        ({ widthBytes, mask, match }) => widthBytes === instructionWidthBytes(word) && (bits & mask) >>> 0 === match,
      );
      const names = rows.map(({ mnemonic }) => mnemonic);
      expect(names.length <= 1 || names.join() === 'rts,jr').toBe(true);
      const decoded = decode(word);
      expect(decoded?.form).toBe(rows[0]);
      const text = disassembleInstruction(word, 0).text;
      if (decoded === undefined) expect(text).toMatch(/^\.(short|word) 0x[0-9a-f]+$/);
      else expect(encode(decoded.form, decoded.fields)).toBe(bits);
    }),
    { seed: SEED, numRuns: 50_000 },
  );
});

test('every 16-bit word', () => {
  let decodable = 0;
  for (let word = 0; word < 0x1_0000; word++) {
    if (instructionWidthBytes(word) === 4) continue;
    const decoded = decode(word);
    if (decoded === undefined) continue;
    decodable++;
    expect(decoded.form.widthBytes).toBe(2);
    expect(encode(decoded.form, decoded.fields)).toBe(word);
  }
  expect(decodable).toBeGreaterThan(30_000);
});
