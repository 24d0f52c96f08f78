import fc from 'fast-check';
import {
  CRC_START,
  cobsBound,
  cobsDecode,
  cobsEncode,
  crcOfPayload,
  encodeFrame,
  frameBound,
  isText,
  ReceivedFrame,
  SegmentSplitter,
} from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { xorshift } from '../../../support/xorshift.ts';

function encode(content: Uint8Array): Uint8Array {
  const out = new Uint8Array(cobsBound(content.length));
  return out.subarray(0, cobsEncode(content, out, 0));
}

function decode(segment: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(segment.length);
  const end = cobsDecode(segment, out, 0);
  return end < 0 ? undefined : out.subarray(0, end);
}

/** Mostly few distinct bytes, so that zeros and long runs without them both occur. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.uint8Array({ max: 1, maxLength: 600 }),
  fc.nat(1100).map((length) => new Uint8Array(length).fill(7)),
);

const ones = (count: number): number[] => Array<number>(count).fill(1);

describe('COBS', () => {
  test.each<[string, number[], number[]]>([
    ['nothing', [], [1]],
    ['a zero', [0], [1, 1]],
    ['two zeros', [0, 0], [1, 1, 1]],
    ['a zero inside', [0x11, 0x22, 0, 0x33], [3, 0x11, 0x22, 2, 0x33]],
    ['a zero at the end', [0x11, 0], [2, 0x11, 1]],
    ['253 ones', ones(253), [254, ...ones(253)]],
    ['254 ones', ones(254), [255, ...ones(254)]],
    ['255 ones', ones(255), [255, ...ones(254), 2, 1]],
    ['254 ones and a zero', [...ones(254), 0], [255, ...ones(254), 1, 1]],
    ['a zero and 254 ones', [0, ...ones(254)], [1, 255, ...ones(254)]],
  ])('of %s', (_name, plain, encoded) => {
    expect([...encode(Uint8Array.from(plain))]).toEqual(encoded);
    expect([...(decode(Uint8Array.from(encoded)) ?? [])]).toEqual(plain);
  });

  test('has no zeros, is as long as promised at most, and comes back', () => {
    fc.assert(
      fc.property(content, (plain) => {
        const encoded = encode(plain);
        expect(encoded.includes(0)).toBe(false);
        expect(encoded.length).toBeLessThanOrEqual(cobsBound(plain.length));
        expect(decode(encoded)).toEqual(plain);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test.each([[[0]], [[2]], [[3, 1]], [[1, 5, 1]], [[3, 0, 1]]])('refuses %j', (segment) => {
    expect(decode(Uint8Array.from(segment))).toBeUndefined();
  });
});

/** Frames through splitter and decoder, in chunks of the given sizes. */
function receive(bytes: Uint8Array, chunkBytes: number, isCrc32: boolean, prefix: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const splitter = new SegmentSplitter(2000, (segment, isWhole) => {
    if (!isWhole) return;
    const frame = ReceivedFrame.decode(segment);
    const payload = frame?.check(frame.crc(isCrc32), prefix);
    if (payload !== undefined) payloads.push(payload);
  });
  for (let from = 0; from < bytes.length; from += chunkBytes) splitter.push(bytes.subarray(from, from + chunkBytes));
  return payloads;
}

const frameOf = (payload: Uint8Array, isCrc32 = false, prefix = CRC_START): Uint8Array =>
  encodeFrame(0x5c, payload, crcOfPayload(payload.length, isCrc32), prefix);

describe('frames', () => {
  test('come back, in any chunks, with either checksum and any prefix, 8-aligned', () => {
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 4 }),
        fc.integer({ min: 1, max: 700 }),
        fc.boolean(),
        fc.nat(),
        (payloads, chunkBytes, isCrc32, prefix) => {
          const frames = payloads.map((payload) => frameOf(payload, isCrc32, prefix));
          for (const [index, frame] of frames.entries()) {
            expect(frame.at(-1)).toBe(0);
            expect(frame.indexOf(0)).toBe(frame.length - 1);
            expect(frame.length).toBeLessThanOrEqual(frameBound((payloads[index] as Uint8Array).length, isCrc32));
          }
          const received = receive(Uint8Array.from(frames.flatMap((frame) => [...frame])), chunkBytes, isCrc32, prefix);
          expect(received).toEqual(payloads);
          for (const payload of received) expect(payload.byteOffset % 8).toBe(0);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  test('cost five bytes up to 249 bytes of payload', () => {
    expect(frameOf(new Uint8Array(4).fill(1))).toHaveLength(9);
    expect(frameOf(new Uint8Array(249).fill(1)).length - 249).toBeLessThanOrEqual(6);
    expect(frameOf(new Uint8Array(0))).toHaveLength(5);
  });

  test('over 1024 bytes of payload have CRC-32 by themselves', () => {
    expect(frameOf(new Uint8Array(1025)).length - frameOf(new Uint8Array(1024)).length).toBe(3);
    for (const length of [1023, 1024, 1025, 1026, 1027]) {
      expect(receive(frameOf(new Uint8Array(length)), 100, false, CRC_START)).toEqual([new Uint8Array(length)]);
    }
  });

  test('of another prefix do not pass', () => {
    const payload = Uint8Array.of(1, 2, 3);
    expect(receive(frameOf(payload, false, 17), 100, false, 18)).toEqual([]);
  });

  test('that follow any garbage with a zero at its end come through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 3000 }), (garbage, chunkBytes) => {
        const payload = Uint8Array.of(1, 2, 0, 3);
        const bytes = Uint8Array.of(...garbage, 0, ...frameOf(payload, true));
        expect(receive(bytes, chunkBytes, true, CRC_START).at(-1)).toEqual(payload);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('a million inputs of nonsense and of damaged frames: nothing is thrown, and what passes is what was sent', () => {
    const runs = Number(process.env.FUZZ_RUNS ?? 1_000_000);
    const random = xorshift(11);
    const payload = Uint8Array.from({ length: 20 }, (_, index) => index);
    const good = frameOf(payload, true);
    let pieces = 0;
    const splitter = new SegmentSplitter(32, (segment, isWhole) => {
      pieces++;
      if (segment.length > 32) expect.unreachable('more than the splitter may hold');
      const frame = isWhole ? ReceivedFrame.decode(segment) : undefined;
      const passed = frame?.check(frame.crc(true), CRC_START);
      // An edit may write the byte that was there.
      if (passed !== undefined) expect(passed).toEqual(payload);
    });
    for (let run = 0; run < runs; run++) {
      const bytes = good.slice(0, random() % (good.length + 1));
      for (let edits = 1 + (random() % 3); edits > 0; edits--) bytes[random() % (bytes.length || 1)] = random();
      splitter.push(bytes);
    }
    expect(pieces).toBeGreaterThan(runs / 10);
  });
});

describe('text before the first frame', () => {
  test('is taken out line by line, and frames are left alone', () => {
    const splitter = new SegmentSplitter(100, () => {});
    const text = Uint8Array.from('U-Boot 2020\r\nLoading', (character) => character.charCodeAt(0));
    splitter.push(text);
    expect(splitter.takeText()).toEqual(text.subarray(0, 13));
    expect(splitter.takeText()).toBeUndefined();
    for (const byte of [0, 10, 3, 10]) {
      splitter.push(Uint8Array.of(byte));
      expect(splitter.takeText()).toBeUndefined();
    }
  });

  test('is what a terminal shows', () => {
    expect(isText(Uint8Array.from('\x1b[1mready\r\n\tü', (character) => character.charCodeAt(0)))).toBe(true);
    for (const byte of [0, 3, 7, 11]) expect(isText(Uint8Array.of(0x41, byte))).toBe(false);
  });
});
