import fc from 'fast-check';
import { ByteReader, ByteWriter, isShoalError, type Message, readMessage, writeMessage } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { skipMessage } from '../../../protocol/skip-message.ts';

const value = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme-ascii' }), fc.constant(undefined), fc.float32Array());
const number = fc.integer({ min: 1, max: 1000 });
const values = (maxLength: number) => fc.array(value, { maxLength });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), call: number, target: number, arguments: values(20) }),
  fc.record({ kind: fc.constant('return' as const), call: number, value }),
  fc.record({ kind: fc.constant('throw' as const), call: number, name: fc.string(), message: fc.string() }),
  fc.record({
    kind: fc.constant('trap' as const),
    call: number,
    cause: fc.constantFrom(0, 1, 2, 3),
    number: number,
    first: fc.integer(),
    second: fc.integer(),
  }),
  fc.record({ kind: fc.constant('log' as const), format: number, values: values(8) }),
  fc.record({ kind: fc.constant('written' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant('hello' as const), version: number, nonce: number, node: number }),
);

test('every message is stepped over to where the next one begins', () => {
  fc.assert(
    fc.property(message, (given) => {
      const writer = new ByteWriter();
      writeMessage(writer, given);
      const end = writer.length;
      writer.byte(0);
      const skipping = new ByteReader(writer.view());
      skipMessage(skipping);
      expect(skipping.offset).toBe(end);
    }),
    { seed: 31, numRuns: 2000 },
  );
});

test('what readMessage can read, skipMessage steps over the same way; of all else it throws the declared error at most', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
      const skipping = new ByteReader(bytes);
      const reading = new ByteReader(bytes);
      let canSkip = true;
      try {
        skipMessage(skipping);
      } catch (error) {
        expect(isShoalError(error, 'PROTOCOL_INVALID')).toBe(true);
        canSkip = false;
      }
      try {
        readMessage(reading);
      } catch {
        return;
      }
      expect(canSkip).toBe(true);
      expect(skipping.offset).toBe(reading.offset);
    }),
    { seed: 32, numRuns: 20_000 },
  );
});
