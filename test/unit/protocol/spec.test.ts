import {
  ByteReader,
  ByteWriter,
  isShoalError,
  type Message,
  readMessage,
  readMessages,
  readValue,
  type Value,
  writeMessage,
  writeValue,
} from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { bytesOfHex, evaluate, vectorsBelow } from '../../support/spec-vectors.ts';

function decode(hex: string): Value {
  const reader = new ByteReader(bytesOfHex(hex));
  const value = readValue(reader);
  expect(reader.remaining).toBe(0);
  return value;
}

function encode(value: Value): string {
  const writer = new ByteWriter();
  writeValue(writer, value);
  return Buffer.from(writer.view()).toString('hex');
}

describe('vectors of protocol/spec.md', () => {
  test.each(vectorsBelow('A receiver gives integers beyond', 35))('value $hex is $text', ({ hex, text }) => {
    const value = evaluate(text) as Value;
    expect(decode(hex)).toStrictEqual(value);
    expect(encode(value)).toBe(hex);
  });

  test.each(vectorsBelow('These are only received', 7))('received value $hex is $text', ({ hex, text }) => {
    expect(decode(hex)).toStrictEqual(evaluate(text));
  });

  test.each(vectorsBelow('These are refused', 14))('$hex is refused: $text', ({ hex }) => {
    expect(() => decode(hex)).toThrow(expect.objectContaining({ code: 'PROTOCOL_INVALID' }));
  });

  test.each(vectorsBelow('An empty payload needs no', 2))('padded $hex is $text', ({ hex, text }) => {
    const value = evaluate(text) as Value;
    expect(decode(hex)).toStrictEqual(value);
    expect(encode(value)).toBe(hex);
  });

  test.each(vectorsBelow('**LOG**: the receiver', 14))('message $hex is $text', ({ hex, text }) => {
    const message = evaluate(text) as Message;
    expect(readMessages(bytesOfHex(hex))).toStrictEqual([message]);
    const writer = new ByteWriter();
    writeMessage(writer, message);
    expect(Buffer.from(writer.view()).toString('hex')).toBe(hex);
  });

  test('messages follow each other without separators', () => {
    const all = vectorsBelow('**LOG**: the receiver', 14);
    expect(readMessages(bytesOfHex(all.map((vector) => vector.hex).join('')))).toHaveLength(14);
  });

  test.each(vectorsBelow('session that has no cores refuses it', 4))('of a node: $hex is $text', ({ hex, text }) => {
    const reader = new ByteReader(bytesOfHex(hex));
    reader.head();
    expect(reader.major).toBe(1);
    expect({ node: reader.value + 1, ...readMessage(reader) }).toStrictEqual(evaluate(text));
    expect(reader.remaining).toBe(0);
  });

  test('a cut message is refused at every length', () => {
    for (const { hex } of vectorsBelow('**LOG**: the receiver', 14)) {
      for (let length = 1; length < hex.length / 2; length++) {
        try {
          readMessages(bytesOfHex(hex).subarray(0, length));
          expect.unreachable(`${hex} cut to ${length}`);
        } catch (error) {
          expect(isShoalError(error, 'PROTOCOL_INVALID')).toBe(true);
        }
      }
    }
  });
});
