import {
  challengePrefix,
  cobsBound,
  cobsDecode,
  cobsEncode,
  crcOfPayload,
  decodeHello,
  encodeFrame,
  encodeHello,
  framePrefix,
  type Hello,
  ReceivedFrame,
} from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { bytesOfHex, evaluate, hexOfBytes, vectorsBelow } from '../../../support/spec-vectors.ts';

interface SpecFrame {
  readonly type: number;
  readonly number: number;
  readonly acknowledged: number;
  readonly isNoisy: boolean;
  readonly payload: readonly number[];
}

describe('vectors of protocol/spec.md', () => {
  test.each(vectorsBelow('next zero ends it', 6))('COBS $hex is $text', ({ hex, text }) => {
    const plain = Uint8Array.from(evaluate(text) as number[]);
    const encoded = new Uint8Array(cobsBound(plain.length));
    expect(hexOfBytes(encoded.subarray(0, cobsEncode(plain, encoded, 0)))).toBe(hex);
    const decoded = new Uint8Array(encoded.length);
    expect(decoded.subarray(0, cobsDecode(bytesOfHex(hex), decoded, 0))).toEqual(plain);
  });

  test.each(vectorsBelow('Frames from a sender with challenge', 8))('frame $hex is $text', ({ hex, text }) => {
    const { type, number, acknowledged, isNoisy, payload } = evaluate(text) as SpecFrame;
    const bytes = Uint8Array.from(payload);
    const crc = crcOfPayload(bytes.length, isNoisy);
    const prefix = framePrefix(challengePrefix(0x11223344, 0x55667788), crc, number, acknowledged);
    const linkByte = ((number & 7) << 5) | ((acknowledged & 7) << 2) | type;
    expect(hexOfBytes(encodeFrame(linkByte, bytes, crc, prefix))).toBe(hex);
    const received = ReceivedFrame.decode(bytesOfHex(hex.slice(0, -2)));
    expect(received?.linkByte).toBe(linkByte);
    expect(received?.check(received.crc(isNoisy), prefix)).toEqual(bytes);
  });

  test.each(vectorsBelow('What follows is for later versions', 1))('hello $hex is $text', ({ hex, text }) => {
    const hello = evaluate(text) as Hello;
    expect(hexOfBytes(encodeHello(hello))).toBe(hex);
    expect(decodeHello(bytesOfHex(hex))).toEqual(hello);
    expect(decodeHello(bytesOfHex(`${hex}00f6`))).toEqual(hello);
    for (let length = 0; length < hex.length; length += 2) {
      expect(() => decodeHello(bytesOfHex(hex.slice(0, length)))).toThrow(
        expect.objectContaining({ code: 'PROTOCOL_INVALID' }),
      );
    }
  });
});
