import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isShoalError } from '../../../protocol/errors.ts';
import {
  checkImage,
  compareVersions,
  parseVersion,
  readImage,
  versionText,
  writeImage,
} from '../../../protocol/flash/mcuboot-image.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const payload = Uint8Array.from({ length: 100 }, (_, index) => index);
const version = { major: 1, minor: 2, revision: 3, build: 4 };

describe('an image', () => {
  test('has the bytes that the design of MCUboot says', () => {
    const image = writeImage(payload, version, sha256, null);
    expect(hex(image.subarray(0, 32))).toBe(
      '3db8f396' + '00000000' + '2000' + '0000' + '64000000' + '00000000' + '01020300' + '04000000' + '00000000',
    );
    expect(hex(image.subarray(132))).toBe(`0769280010002000${hex(sha256(image.subarray(0, 132)))}`);
  });

  test('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(255),
        fc.nat(0xffff),
        fc.nat(),
        (bytes, major, revision, build) => {
          const made = writeImage(bytes, { major, minor: 7, revision, build }, sha256, null);
          const read = checkImage(made, sha256);
          expect(read.payload).toEqual(bytes);
          expect(read.version).toEqual({ major, minor: 7, revision, build });
          expect(read).toMatchObject({ isBootable: true, signature: null, lengthBytes: made.length });
        },
      ),
    );
  });

  test('is signed with Ed25519 over its hash, and names its key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const keyHash = sha256(publicKey.export({ type: 'spki', format: 'der' }));
    const image = writeImage(payload, version, sha256, {
      keyHash,
      sign: (hash) => new Uint8Array(sign(null, hash, privateKey)),
    });
    const { hash, signature } = checkImage(image, sha256);
    expect(signature?.keyHash).toEqual(keyHash);
    expect(verify(null, hash, publicKey, signature?.bytes ?? new Uint8Array())).toBe(true);
  });

  test('may have protected records, which the hash covers', () => {
    const plain = writeImage(payload, version, sha256, null);
    const record = [0xa0, 0, 1, 0, 42];
    const head = plain.slice(0, 32);
    new DataView(head.buffer).setUint16(10, 4 + record.length, true);
    const hashed = Uint8Array.from([...head, ...payload, 0x08, 0x69, 4 + record.length, 0, ...record]);
    const image = Uint8Array.from([...hashed, 0x07, 0x69, 40, 0, 0x10, 0, 32, 0, ...sha256(hashed)]);
    expect(checkImage(image, sha256).payload).toEqual(payload);
  });
});

describe('what is no image is refused', () => {
  const image = writeImage(payload, version, sha256, null);

  test('every flipped bit', () => {
    for (let bit = 0; bit < image.length * 8; bit++) {
      const damaged = image.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => checkImage(damaged, sha256)).toThrow(/PACKAGE_INVALID/);
    }
  });

  test('every cut', () => {
    for (let length = 0; length < image.length; length++) {
      expect(() => readImage(image.subarray(0, length))).toThrow(/PACKAGE_INVALID/);
    }
  });

  test('any bytes, also behind a right magic number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, isMarked) => {
        const tried = isMarked ? Uint8Array.from([0x3d, 0xb8, 0xf3, 0x96, ...bytes]) : bytes;
        try {
          readImage(tried);
        } catch (error) {
          expect(isShoalError(error, 'PACKAGE_INVALID')).toBe(true);
        }
      }),
    );
  });
});

describe('versions', () => {
  test.each(['1.2.3', '255.255.65535', '1.2.3.45'])('%s', (text) => expect(versionText(parseVersion(text))).toBe(text));
  test('a build number may stand behind a plus', () => expect(versionText(parseVersion('1.2.3+45'))).toBe('1.2.3.45'));
  test.each(['', '1', '1.2', '256.0.0', '1.2.65536', 'v1.2.3', '1.2.3-rc'])("'%s' is refused", (text) =>
    expect(() => parseVersion(text)).toThrow(/is not a version/));
  test('are compared by their numbers', () => {
    const sorted = ['0.10.0', '0.9.9', '1.0.0', '0.9.10', '1.0.0.2'].map(parseVersion).sort(compareVersions);
    expect(sorted.map(versionText)).toEqual(['0.9.9', '0.9.10', '0.10.0', '1.0.0', '1.0.0.2']);
  });
});
