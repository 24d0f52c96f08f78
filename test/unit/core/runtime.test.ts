import fc from 'fast-check';
import { ByteWriter, writeMessage } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import * as mailbox from '../../../protocol/mailbox.ts';
import { writeAlignedArrayHead } from '../../../protocol/values/aligned-array-head.ts';
import { canonicaliseNans } from '../../../protocol/values/typed-arrays.ts';
import { check, reading, SimulatedCore } from './simulated-core.ts';

/** What an entry stub does for `(a: i32, b: i32): i32`, `(x: f32): f32`, `(b: boolean): boolean`, arrays, nothing. */
const stubs = [
  () => {
    const a = reading.readInteger();
    const b = reading.readInteger();
    reading.end();
    reading.writeInteger((a + b) | 0);
  },
  () => {
    const x = reading.readFloat();
    reading.end();
    reading.writeFloat(Math.fround(x * 2));
  },
  () => {
    const b = reading.readBoolean();
    reading.end();
    reading.writeBoolean(1 - b);
  },
  () => {
    const address = reading.readArray(85);
    const length = reading.lastLength();
    reading.end();
    reading.writeUnsigned(((address << 16) | length) >>> 0);
  },
  () => {
    reading.end();
    reading.writeVoid();
  },
  () => {
    reading.end();
    check(7, 130, 128);
  },
];

function call(target: number, values: readonly (number | boolean)[], id = 1): Uint8Array {
  const writer = new ByteWriter();
  writeMessage(writer, { kind: 'call', call: id, target, arguments: values });
  return writer.view().slice();
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function answers(...messages: Uint8Array[]): unknown[] {
  const core = new SimulatedCore(stubs);
  core.post(...messages);
  core.runUntilAsleep();
  return core.read();
}

describe('the core runtime', () => {
  test('says hello with its nonce and node', () => {
    const core = new SimulatedCore(stubs);
    core.boot();
    expect(core.read()).toStrictEqual([{ kind: 'hello', version: 1, nonce: 77, node: 6 }]);
  });

  test('answers calls in order and then is idle', () => {
    const core = new SimulatedCore(stubs);
    core.post(call(0, [7, 35], 1), call(4, [], 2), call(2, [true], 3), call(0, [-5, 3], 65535));
    core.runUntilAsleep();
    expect(core.read()).toStrictEqual([
      { kind: 'return', call: 1, value: 42 },
      { kind: 'return', call: 2, value: undefined },
      { kind: 'return', call: 3, value: false },
      { kind: 'return', call: 65535, value: -2 },
    ]);
    expect(core.word(mailbox.STATE_ADDRESS)).toBe(mailbox.STATE_IDLE);
  });

  test('integers of every head size, both signs', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(answers(call(0, [a, b]))).toStrictEqual([{ kind: 'return', call: 1, value: (a + b) | 0 }]);
      }),
      { seed: 4 },
    );
    expect(answers(hex('02 01 00 1b0000000000000007 1a00000023'))).toMatchObject([{ value: 42 }]);
  });

  test('floats are bits, NaN is canonical', () => {
    expect(answers(hex('01 01 01 fa3fc00000'))).toStrictEqual([{ kind: 'return', call: 1, value: 3 }]);
    expect(answers(hex('01 01 01 faffffffff'))).toStrictEqual([{ kind: 'return', call: 1, value: Number.NaN }]);
  });

  test('a typed array is used in place', () => {
    const writer = new ByteWriter();
    writer.bytes(hex('01 01 03'));
    writeAlignedArrayHead(writer, 85, 12);
    const at = writer.reserve(12);
    const [answer] = answers(writer.view()) as [{ value: number }];
    expect(answer.value & 0xffff).toBe(3);
    expect(answer.value >>> 16).toBe(0x2000 + at);
    expect(at % 8).toBe(0);
  });

  test('padding in front of a typed array is stepped over', () => {
    expect(answers(hex('01 01 03 d9d9f7 d855 40'))).toMatchObject([{ kind: 'return' }]);
  });

  test('a failed check is a TRAP with site and operands, and the next call runs', () => {
    expect(answers(call(5, [], 9), call(0, [1, 2], 10))).toStrictEqual([
      { kind: 'trap', call: 9, cause: 0, number: 7, first: 130, second: 128 },
      { kind: 'return', call: 10, value: 3 },
    ]);
  });

  test.each([
    ['an empty message', '', 0, 1],
    ['a cut head', '02 01', 0, 1],
    ['a cut argument', '02 01 00 07 19', 1, 1],
    ['an argument of another type', '02 01 00 07 61', 1, 2],
    ['an indefinite length', '02 01 00 07 1f', 1, 3],
    ['a number of 33 bits', '02 01 00 07 1b0000000100000000', 1, 3],
    ['a return', '09 01 00', 0, 4],
    ['a kernel that is not there', '00 01 06', 1, 5],
    ['a kernel number of 32 bits', '00 01 1affffffff', 1, 5],
    ['one argument too few', '01 01 00 07', 1, 6],
    ['one argument too many', '03 01 00 07 08 09', 1, 6],
    ['a float written as an integer', '01 01 01 05', 1, 2],
    ['a double', '01 01 01 fb3ff8000000000000', 1, 3],
    ['null for a boolean', '01 01 02 f6', 1, 2],
    ['a negative number below 32 bits', '02 01 00 07 3affffffff', 1, 2],
    ['an array of other elements', '01 01 03 d84e 44 00000000', 1, 7],
    ['an array that is cut', '01 01 03 d855 5affffffff', 1, 1],
    ['an unaligned array', '01 01 03 d855 44 00000000', 1, 7],
    ['an array with half an element', '01 01 03 d855 5900 02 0000', 1, 7],
  ])('refuses %s and takes the next call', (_, bytes, id, reason) => {
    const [refused, next, ...rest] = answers(hex(bytes), call(0, [1, 2], 2));
    expect(refused).toMatchObject({ kind: 'trap', call: id, cause: 3, number: reason });
    expect(next).toStrictEqual({ kind: 'return', call: 2, value: 3 });
    expect(rest).toStrictEqual([]);
  });

  test('whatever bytes a call block holds: one answer, then the next call', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          // Most random bytes fail at the first: also bytes that begin like a call.
          fc
            .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 6 }), fc.uint8Array({ maxLength: 40 }))
            .map(([operation, target, tail]) => Uint8Array.of(operation, 1, target, ...tail)),
        ),
        (bytes) => {
          const [first, next, ...rest] = answers(bytes, call(0, [1, 2], 99)) as { kind: string }[];
          expect(['return', 'trap']).toContain(first?.kind);
          expect(next).toStrictEqual({ kind: 'return', call: 99, value: 3 });
          expect(rest).toStrictEqual([]);
        },
      ),
      { seed: 5, numRuns: 5000 },
    );
  });

  test('a full outbound ring makes the core sleep until the host has read', () => {
    const core = new SimulatedCore([
      () => {
        reading.end();
        reading.writeUnsigned(0xffff_ffff);
      },
    ]);
    const got: unknown[] = [];
    let waits = 0;
    core.onSleep = () => {
      if (core.word(mailbox.WAITING_FOR_ROOM_ADDRESS) !== 0) {
        waits++;
        got.push(...core.read());
        return true;
      }
      if (next > 200) return false;
      for (let index = 0; index < mailbox.INBOUND_RING_SLOTS; index++) core.post(call(0, [], next++));
      return true;
    };
    let next = 1;
    core.runUntilAsleep();
    got.push(...core.read());
    expect(waits).toBeGreaterThan(3);
    expect(got).toStrictEqual(
      Array.from({ length: next - 1 }, (_, i) => ({ kind: 'return', call: i + 1, value: 0xffff_ffff })),
    );
  });

  test('every NaN becomes 7fc00000, infinities and numbers stay', () => {
    const bytes = hex('0100807f ffffffff 0000807f 0000c07f 01000000');
    canonicaliseNans(bytes);
    const right = '0000c07f0000c07f0000807f0000c07f01000000';
    expect(Buffer.from(bytes).toString('hex')).toBe(right);
    // The same at an address that is no multiple of 4.
    const unaligned = new Uint8Array(21).subarray(1);
    unaligned.set(hex('0100807f ffffffff 0000807f 0000c07f 01000000'));
    canonicaliseNans(unaligned);
    expect(Buffer.from(unaligned).toString('hex')).toBe(right);
  });
});

describe('an array that stands elsewhere', () => {
  test('in shared memory, the other vector of protocol/spec.md', () => {
    const seen: number[] = [];
    const core = new SimulatedCore([() => seen.push(reading.readArray(72), reading.lastLength())]);
    core.post(hex('01 01 00 d848 82 1a8e000000 00'));
    core.runUntilAsleep();
    expect(seen).toStrictEqual([0x8e000000 | 0, 0]);
  });

  test.each<[string, unknown]>([
    ['d855 82 196000 1864', (0x6000 << 16) | 25],
    ['d900 55 82 1a00006000 1a00000064', (0x6000 << 16) | 25],
    ['d855 82 1807 00', 7 << 16],
  ])('%s', (bytes, value) => {
    expect(answers(hex(`01 01 03 ${bytes}`))).toMatchObject([{ kind: 'return', call: 1, value }]);
  });

  test.each<[string, string, number]>([
    ['another element type', 'd84e 82 196000 1864', 7],
    ['a length that is no multiple', 'd855 82 196000 1862', 7],
    ['an address that is no multiple', 'd855 82 196002 1864', 7],
    ['one integer', 'd855 81 196000', 2],
    ['three integers', 'd855 83 196000 1864 00', 2],
    ['a negative address', 'd855 82 20 1864', 2],
    ['a negative length', 'd855 82 196000 20', 2],
    ['a length of 2^31', 'd855 82 196000 1a80000000', 1],
    ['an address that ends with the message', 'd855 82 19', 1],
    ['no length', 'd855 82 196000', 1],
  ])('refused: %s', (_, bytes, reason) => {
    const [answer] = answers(hex(`01 01 03 ${bytes}`));
    expect(answer).toMatchObject({ kind: 'trap', call: 1, cause: 3, number: reason });
  });
});
