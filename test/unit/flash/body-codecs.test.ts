/** The two codecs of SMP bodies, the small one and the one by cbor-x, held by the same vectors and by each other. */
import fc from 'fast-check';
import { isShoalError, type Value } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { cborXBodyCodec } from '../../../host/values/cbor-x-body.ts';
import { type BodyCodec, type SmpBody, smallBodyCodec } from '../../../protocol/flash/smp-body.ts';

const CODECS: readonly (readonly [name: string, codec: BodyCodec])[] = [
  ['small', smallBodyCodec],
  ['cbor-x', cborXBodyCodec],
];
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Values as RFC 8949, appendix A, writes them, and bodies of indefinite length as Zephyr's servers do. */
const BODIES: readonly (readonly [hex: string, body: SmpBody])[] = [
  ['a0', {}],
  ['bfff', {}],
  ['a1617220', { r: -1 }],
  ['a161721903e8', { r: 1000 }],
  ['a161721a000f4240', { r: 1_000_000 }],
  ['a161721b000000e8d4a51000', { r: 1_000_000_000_000 }],
  ['a161723b0000000100000000', { r: -(2 ** 32) - 1 }],
  ['a161723bffffffffffffffff', { r: -(2n ** 64n) }],
  ['a16172fb3ff199999999999a', { r: 1.1 }],
  ['a16172f98000', { r: -0 }],
  ['a46161f46162f56163f66164f7', { a: false, b: true, c: null, d: undefined }],
  ['a161724401020304', { r: Uint8Array.of(1, 2, 3, 4) }],
  ['a1617262c3bc', { r: 'ü' }],
  ['a161728301820203820405', { r: [1, [2, 3], [4, 5]] }],
  ['bf61729f018202039f0405ffffff', { r: [1, [2, 3], [4, 5]] }],
  ['bf656d61746368f5636f666618ffff', { match: true, off: 255 }],
  ['a16172c11a514b67b0', { r: new Date(1_363_896_240_000) }],
];

const REFUSED: readonly (readonly [what: string, hex: string])[] = [
  ['nothing', ''],
  ['a list', '80'],
  ['a key that is no text', 'a10101'],
  ['a map that is cut', 'a26161'],
  ['text that is cut', 'a1617263'],
  ['bytes behind it', 'a000'],
  ['text that is not UTF-8', 'a1617261ff'],
  ['a break without a beginning', 'a16172ff'],
  ['text in parts', 'a161727f6161ff'],
  ['an array longer than the bytes', 'a161729affffffff'],
  ['nesting over the limit', `a16172${'81'.repeat(100)}00`],
  ['nesting that would overflow a stack', `a16172${'9f'.repeat(200_000)}`],
];

describe.each(CODECS)('%s', (_, codec) => {
  test.each(BODIES)('%s', (hex, body) => expect(codec.read(bytesOf(hex))).toStrictEqual(body));

  test.each(REFUSED)('%s is refused', (__, hex) => {
    expect(() => codec.read(bytesOf(hex))).toThrow(/PROTOCOL_INVALID/);
  });

  test('bytes are a copy of their own kind, also out of a Buffer', () => {
    const message = Buffer.from('a161724401020304', 'hex');
    const { r } = codec.read(message) as { readonly r: Uint8Array };
    message.fill(0);
    expect(r.constructor).toBe(Uint8Array);
    expect([...r]).toEqual([1, 2, 3, 4]);
  });

  test('a key called __proto__ is data', () => {
    const body = codec.read(bytesOf('a1695f5f70726f746f5f5f01'));
    expect(Object.entries(body)).toEqual([['__proto__', 1]]);
  });
});

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(undefined, null, true, false, -0, 2 ** 32, -(2 ** 32), 2 ** 53 - 1),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 4 }),
);
const { body } = fc.letrec<{ value: Value; body: SmpBody }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 5 }), tie('body')),
  body: fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('__proto__')), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}));

test('each reads what the other writes', () => {
  fc.assert(
    fc.property(body, (given) => {
      for (const [, writing] of CODECS) {
        const bytes = writing.write(given);
        for (const [, reading] of CODECS) expect(reading.read(bytes)).toStrictEqual(given);
      }
    }),
    { seed: 41, numRuns: 1500 },
  );
});

test('both give the same, or both refuse, whatever the bytes', () => {
  const damaged = fc
    .tuple(body, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }), fc.nat(8))
    .map(([given, changes, cut]) => {
      const bytes = smallBodyCodec.write(given).slice();
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, bytes.length - (cut > 5 ? cut - 5 : 0));
    });
  const random = fc
    .uint8Array({ minLength: 1, maxLength: 24 })
    .map((bytes) => Uint8Array.of(0xa1, 0x61, 0x61, ...bytes));
  const result = (codec: BodyCodec, bytes: Uint8Array): unknown => {
    try {
      return codec.read(bytes);
    } catch (error) {
      if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
      return 'refused';
    }
  };
  fc.assert(
    fc.property(fc.oneof(damaged, random), (bytes) => {
      expect(result(cborXBodyCodec, bytes)).toStrictEqual(result(smallBodyCodec, bytes));
    }),
    { seed: 42, numRuns: 8000 },
  );
});
