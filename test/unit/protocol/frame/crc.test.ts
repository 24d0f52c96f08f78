import { CRC_16, CRC_32, CRC_START, type Crc, crcFinish, crcUpdate } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { xorshift } from '../../../support/xorshift.ts';

const checksum = (crc: Crc, bytes: Uint8Array): number => crcFinish(crc, crcUpdate(crc, CRC_START, bytes));
const digits = Uint8Array.from('123456789', (digit) => digit.charCodeAt(0));

/** A checksum without tables, bit by bit, from its definition. */
function bitwise(reflected: number, width: 16 | 32, bytes: Uint8Array): number {
  const ones = 2 ** width - 1;
  let running = ones;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (running ^ (byte >>> bit)) & 1;
      running = (running >>> 1) ^ (feedback ? reflected : 0);
    }
  }
  return ((running >>> 0) ^ ones) >>> 0;
}

describe('checksums', () => {
  test('of the nine digits, as the catalogues of CRCs list them', () => {
    expect(checksum(CRC_16, digits)).toBe(0x906e);
    expect(checksum(CRC_32, digits)).toBe(0xcbf43926);
  });

  test('are those of their definitions', () => {
    const random = xorshift(1);
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, () => random() & 0xff);
      expect(checksum(CRC_16, bytes)).toBe(bitwise(0x8408, 16, bytes));
      expect(checksum(CRC_32, bytes)).toBe(bitwise(0xedb88320, 32, bytes));
    }
  });

  test('go on where they stopped', () => {
    for (const crc of [CRC_16, CRC_32]) {
      const first = crcUpdate(crc, CRC_START, digits, 0, 4);
      expect(crcFinish(crc, crcUpdate(crc, first, digits, 4))).toBe(checksum(crc, digits));
    }
  });
});

describe('CRC-16 detects', () => {
  const frame = new Uint8Array(16).map((_, index) => index * 37);
  const withCheck = (bytes: Uint8Array): Uint8Array => {
    const check = checksum(CRC_16, bytes);
    return Uint8Array.of(...bytes, check & 0xff, check >>> 8);
  };
  const isValid = (bytes: Uint8Array): boolean => {
    const end = bytes.length - 2;
    return checksum(CRC_16, bytes.subarray(0, end)) === ((bytes[end] as number) | ((bytes[end + 1] as number) << 8));
  };
  const good = withCheck(frame);
  const bits = good.length * 8;
  const flip = (bytes: Uint8Array, bit: number): void => {
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  };

  test('every error of one, two and three bits', () => {
    expect(isValid(good)).toBe(true);
    const bad = good.slice();
    for (let a = 0; a < bits; a++) {
      flip(bad, a);
      if (isValid(bad)) expect.unreachable(`bit ${a}`);
      for (let b = 0; b < a; b++) {
        flip(bad, b);
        if (isValid(bad)) expect.unreachable(`bits ${a} ${b}`);
        for (let c = 0; c < b; c++) {
          flip(bad, c);
          if (isValid(bad)) expect.unreachable(`bits ${a} ${b} ${c}`);
          flip(bad, c);
        }
        flip(bad, b);
      }
      flip(bad, a);
    }
  });

  test('every burst of up to 16 bits', () => {
    for (let start = 0; start <= bits - 16; start += 5) {
      for (let pattern = 1; pattern < 0x10000; pattern += 2) {
        const bad = good.slice();
        for (let bit = 0; bit < 16; bit++) if ((pattern >>> bit) & 1) flip(bad, start + bit);
        if (isValid(bad)) expect.unreachable(`burst ${pattern.toString(2)} at bit ${start}`);
      }
    }
  });

  test('an appended zero', () => {
    expect(isValid(Uint8Array.of(...good, 0))).toBe(false);
  });

  test('all but one in 65536 of frames of nonsense, as the theory says', () => {
    const random = xorshift(7);
    const trials = 2 ** 22;
    let undetected = 0;
    const bad = new Uint8Array(8);
    const words = new Uint32Array(bad.buffer);
    for (let trial = 0; trial < trials; trial++) {
      words[0] = random();
      words[1] = random();
      if (isValid(bad)) undetected++;
    }
    // Poisson with mean 64: five standard deviations.
    expect(Math.abs(undetected - trials / 65536)).toBeLessThan(40);
    expect(undetected).toBeGreaterThan(0);
  });
});
