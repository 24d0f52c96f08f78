import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isShoalError } from '../../../protocol/errors.ts';
import { type PackageFile, readPackage, writePackage } from '../../../protocol/flash/runtime-package.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const identity = { version: '1.2.3', boards: ['parallella-64', 'parallella-16'], protocol: [1, 2] } as const;
const files: readonly PackageFile[] = [
  { name: 'control.js', bytes: Uint8Array.of(1, 2, 3) },
  { name: 'cores/epiphany.elf', bytes: new Uint8Array(1000) },
];
const payload = writePackage(identity, files, sha256);

test('what was packed comes out, in the order of names', () => {
  const { manifest, files: read } = readPackage(payload, sha256);
  expect(read).toEqual(files);
  expect(manifest).toMatchObject({ version: '1.2.3', boards: ['parallella-16', 'parallella-64'], protocol: [1, 2] });
  expect(manifest.files.map(({ name, lengthBytes }) => [name, lengthBytes])).toEqual([
    ['control.js', 3],
    ['cores/epiphany.elf', 1000],
  ]);
});

test('the order of files and boards does not change the bytes', () => {
  const other = { ...identity, boards: ['parallella-16', 'parallella-64'] };
  expect(writePackage(other, [...files].reverse(), sha256)).toEqual(payload);
});

test.each([
  '../up',
  '/root',
  'a//b',
  'a/../b',
  '.hidden',
  'A',
  '',
  'a/',
  'a\\b',
  'x'.repeat(129),
])("a file named '%s' is refused", (name) =>
  expect(() => writePackage(identity, [{ name, bytes: new Uint8Array() }], sha256)).toThrow(/no name of a file/));

test('a file twice is refused', () =>
  expect(() => writePackage(identity, [...files, ...files], sha256)).toThrow(/not in its place/));

test('every flipped bit and every cut is found, or changes only what the image around it would show', () => {
  const whole = readPackage(payload, sha256);
  for (let bit = 0; bit < payload.length * 8; bit++) {
    const damaged = payload.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      // Versions and names of boards are covered by the hash of the image; files must be whole in any case.
      expect(readPackage(damaged, sha256).files.map(({ bytes }) => bytes)).toEqual(
        whole.files.map(({ bytes }) => bytes),
      );
    } catch (error) {
      expect(isShoalError(error, 'PACKAGE_INVALID')).toBe(true);
    }
  }
  for (let length = 0; length < payload.length; length++) {
    expect(() => readPackage(payload.subarray(0, length), sha256)).toThrow(/PACKAGE_INVALID/);
  }
});

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        readPackage(bytes, sha256);
      } catch (error) {
        expect(isShoalError(error, 'PACKAGE_INVALID')).toBe(true);
      }
    }),
  );
});
