import fc from 'fast-check';
import { ByteWriter } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { argumentDescriptor } from '../../../compiler/flow-graph/entry-stub.ts';
import type { VariableType } from '../../../compiler/kernel-tree/tree.ts';
import { ARGUMENT_WORDS_ADDRESS, MAILBOX_END } from '../../../protocol/mailbox.ts';
import { writeAlignedArrayHead } from '../../../protocol/values/aligned-array-head.ts';
import { typedArrayKind } from '../../../protocol/values/typed-arrays.ts';
import { reading, SimulatedCore } from './simulated-core.ts';

type Value =
  | number
  | boolean
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array;
interface Sample {
  readonly type: VariableType;
  readonly value: Value;
}

const scalar = (name: 'i32' | 'u32' | 'f32' | 'bool', value: fc.Arbitrary<number | boolean>): fc.Arbitrary<Sample> =>
  value.map((v) => ({ type: { tag: 'scalar', scalar: name }, value: v }));
const array = (
  element: Extract<VariableType, { tag: 'array' }>['element'],
  make: new (length: number) => Exclude<Value, number | boolean>,
): fc.Arbitrary<Sample> =>
  fc
    .integer({ min: 0, max: 9 })
    .map((length) => ({ type: { tag: 'array', element }, value: new make(length).fill(7) }));

const sample: fc.Arbitrary<Sample> = fc.oneof(
  scalar('i32', fc.integer()),
  scalar('u32', fc.integer({ min: 0, max: 0xffffffff })),
  scalar('bool', fc.boolean()),
  array('i8', Int8Array),
  array('u8', Uint8Array),
  array('i16', Int16Array),
  array('u16', Uint16Array),
  array('i32', Int32Array),
  array('u32', Uint32Array),
  array('f32', Float32Array),
);

const wordsOf = ({ type }: Sample): number => (type.tag === 'array' ? 2 : 1);

/** Runs one call of a kernel with these parameters; gives the argument words that its stub finds, or the refusal. */
function read(
  types: readonly VariableType[],
  values: readonly Value[],
): { words: Int32Array; core: SimulatedCore; answer: unknown } {
  const [low, high] = argumentDescriptor(types);
  const words = new Int32Array(16);
  const core: SimulatedCore = new SimulatedCore([
    () => {
      const address = reading.readAll(low, high);
      for (let i = 0; i < words.length; i++) words[i] = core.memory.getInt32(address + 4 * i, true);
      reading.writeVoid();
    },
  ]);
  const writer = new ByteWriter();
  writer.bytes(Uint8Array.of(8, 1, 0));
  writer.head(0, values.length);
  for (const value of values) {
    if (typeof value === 'boolean') writer.byte(value ? 0xf5 : 0xf4);
    else if (typeof value === 'number') writer.head(value < 0 ? 1 : 0, value < 0 ? -1 - value : value);
    else {
      writeAlignedArrayHead(writer, typedArrayKind(value)?.tag ?? 0, value.byteLength);
      writer.bytes(new Uint8Array(value.buffer));
    }
  }
  core.post(writer.view());
  core.runUntilAsleep();
  return { words, core, answer: core.read()[0] };
}

describe('arguments that an entry stub reads', () => {
  test('any signature of up to sixteen words', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 16 }), (all) => {
        let total = 0;
        const samples = all.filter((one) => {
          total += wordsOf(one);
          return total <= 16;
        });
        const { words, core, answer } = read(
          samples.map(({ type }) => type),
          samples.map(({ value }) => value),
        );
        expect(answer).toStrictEqual({ kind: 'return', call: 1, value: undefined });
        let at = 0;
        for (const { value } of samples) {
          const word = words[at++] as number;
          if (typeof value !== 'object') {
            expect(word).toBe(Number(value) | 0);
            continue;
          }
          expect(words[at++]).toBe(value.length);
          expect(new Uint8Array(core.memory.buffer, word, value.byteLength)).toStrictEqual(
            new Uint8Array(value.buffer),
          );
        }
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  test('f32 arrives as its bits', () => {
    const [low, high] = argumentDescriptor([{ tag: 'scalar', scalar: 'f32' }]);
    const core = new SimulatedCore([() => reading.writeInteger(core.word(reading.readAll(low, high)) | 0)]);
    core.post(Uint8Array.of(1, 1, 0, 0xfa, 0xbf, 0xc0, 0, 0));
    core.runUntilAsleep();
    expect(core.read()).toStrictEqual([{ kind: 'return', call: 1, value: 0xbfc00000 | 0 }]);
  });

  test('another signature is refused', () => {
    const i32: VariableType = { tag: 'scalar', scalar: 'i32' };
    const bytes: VariableType = { tag: 'array', element: 'u8' };
    expect(read([i32], []).answer).toMatchObject({ kind: 'trap', cause: 3, number: 6 });
    expect(read([i32], [1, 2]).answer).toMatchObject({ kind: 'trap', cause: 3, number: 6 });
    expect(read([i32], [true]).answer).toMatchObject({ kind: 'trap', cause: 3, number: 2 });
    expect(read([bytes], [new Int8Array(3)]).answer).toMatchObject({ kind: 'trap', cause: 3, number: 7 });
  });

  test('the words are 8-aligned and end with the mailbox', () => {
    expect(ARGUMENT_WORDS_ADDRESS % 8).toBe(0);
    expect(MAILBOX_END - ARGUMENT_WORDS_ADDRESS).toBe(64);
  });
});
