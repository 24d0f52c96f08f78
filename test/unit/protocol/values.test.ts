import fc from 'fast-check';
import { ByteReader, ByteWriter, isShoalError, readMessages, readValue, type Value, writeValue } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { withoutStacks } from '../../support/without-stacks.ts';
import { xorshift } from '../../support/xorshift.ts';

function encode(value: Value): Uint8Array {
  const writer = new ByteWriter();
  writeValue(writer, value);
  return writer.view().slice();
}

function decode(bytes: Uint8Array): Value {
  const reader = new ByteReader(bytes);
  const value = readValue(reader);
  expect(reader.remaining).toBe(0);
  return value;
}

/** Runs a parser on hostile bytes: a value or PROTOCOL_INVALID, nothing else. */
function survives(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
  }
}

const typedArray = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    undefined,
    null,
    true,
    false,
    0,
    -0,
    NaN,
    2 ** 53,
    -(2 ** 53),
    2 ** 32,
    -(2 ** 32) - 1,
    5e-324,
  ),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.string({ unit: 'grapheme' }),
  fc.date(),
  typedArray,
);

const value: fc.Arbitrary<Value> = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 5 }),
    fc.array(leaf, { maxLength: 5 }).map((items) => new Set(items)),
    fc.array(fc.tuple(leaf, tie('any')), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

describe('values', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(decode(encode(item))).toStrictEqual(item);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('typed arrays stand 8-aligned wherever they are', () => {
    for (let before = 0; before < 24; before++) {
      for (const length of [1, 5, 23, 24, 70, 300, 20_000]) {
        const bytes = encode([...Array<Value>(before).fill(true), Int8Array.of(...Array<number>(length).fill(7))]);
        expect((bytes.length - length) % 8, `${before} items before ${length} bytes`).toBe(0);
        // Head of the outer array and at most 14 bytes of padded heads.
        expect(bytes.length - length - before).toBeLessThanOrEqual(14);
      }
    }
  });

  test('a million inputs of nonsense and of damaged encodings give a value or PROTOCOL_INVALID', () => {
    const runs = Number(process.env.FUZZ_RUNS ?? 1_000_000);
    const random = xorshift(2);
    const good = fc.sample(value, { seed: 3, numRuns: 400 }).map(encode);
    const nonsense = (): Uint8Array => Uint8Array.from({ length: random() % 60 }, random);
    const damaged = (): Uint8Array => {
      const bytes = (good[random() % good.length] as Uint8Array).slice();
      for (let edits = 1 + (random() % 3); edits > 0; edits--) bytes[random() % bytes.length] = random();
      return random() % 4 === 0 ? bytes.subarray(0, random() % bytes.length) : bytes;
    };
    withoutStacks(() => {
      for (let run = 0; run < runs; run++) {
        const bytes = run % 2 === 0 ? nonsense() : damaged();
        survives(() => readValue(new ByteReader(bytes)));
        survives(() => readMessages(bytes));
      }
    });
  });

  test.each([0x81, 0xc1, 0xd9])('a million nested 0x%s do not overflow the stack', (byte) => {
    const bytes = new Uint8Array(1_000_000).fill(byte);
    expect(() => readValue(new ByteReader(bytes))).toThrow(expect.objectContaining({ code: 'PROTOCOL_INVALID' }));
  });

  // Engines measure texts of some length by themselves.
  test.each([
    1, 100, 3000,
  ])('texts of all kinds of characters, %d times, come back; with half of one they do not', (times) => {
    for (const characters of ['a', 'aé', '€', '😀', 'aé€😀\0']) {
      expect(decode(encode(characters.repeat(times)))).toBe(characters.repeat(times));
      const message = expect.stringContaining(`at index ${characters.length * times}`);
      expect(() => encode(`${characters.repeat(times)}\ud800`)).toThrow(
        expect.objectContaining({ code: 'VALUE_REFUSED', message }),
      );
    }
  });

  test('what cannot travel by value is refused when sent', () => {
    class Point {
      readonly x = 1;
    }
    const cycle: Value[] = [];
    cycle.push(cycle);
    for (const item of [() => 1, Symbol('s'), new Point(), new WeakMap(), '\ud800', cycle, 2n ** 9000n]) {
      expect(() => encode(item as unknown as Value)).toThrow(expect.objectContaining({ code: 'VALUE_REFUSED' }));
    }
  });
});
