import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MappedWindow } from '../../../../protocol/cores/mapped-window.ts';

const CORE = 0x80800000;
const SHARED = 0x8e000000;

function windowOf(): { window: MappedWindow; core: Uint8Array; shared: Uint8Array; asked: unknown[] } {
  const [core, shared] = [new Uint8Array(0x8000), new Uint8Array(0x200000)];
  const asked: unknown[] = [];
  const registers = {
    readWord: (address: number) => asked.push(['read', address]),
    writeWord: (address: number, value: number) => void asked.push(['write', address, value]),
  };
  const parts = [
    { address: CORE, bytes: core },
    { address: SHARED, bytes: shared },
  ];
  return { window: new MappedWindow(parts, registers), core, shared, asked };
}

test('bytes of any length at any address are written and read as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(64), fc.nat(3), (bytes, at, shift) => {
      const { window, core } = windowOf();
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      window.write(CORE + at, moved);
      expect(core.subarray(at, at + bytes.length)).toEqual(bytes);
      expect(core.reduce((sum, byte) => sum + byte, 0)).toBe(bytes.reduce((sum, byte) => sum + byte, 0));
      expect(window.read(CORE + at, bytes.length)).toEqual(bytes);
    }),
  );
});

test('a part of several megabytes, words of it, and registers', () => {
  const { window, shared, asked } = windowOf();
  window.writeWord(SHARED + 0x100004, 0xfedcba98);
  expect([...shared.subarray(0x100004, 0x100008)]).toEqual([0x98, 0xba, 0xdc, 0xfe]);
  expect(window.readWord(SHARED + 0x100004)).toBe(0xfedcba98);
  window.write(SHARED + 0xffffe, Uint8Array.of(1, 2, 3, 4));
  expect(window.read(SHARED + 0xffffd, 6)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 0));
  window.writeWord(CORE + 0xf042c, 2);
  expect(window.readWord(CORE + 0xf040c)).toBe(2);
  expect(asked).toEqual([
    ['write', CORE + 0xf042c, 2],
    ['read', CORE + 0xf040c],
  ]);
});

test('what is not there is refused', () => {
  const { window } = windowOf();
  expect(() => window.read(CORE + 0x7ffe, 4)).toThrow(RangeError);
  expect(() => window.write(SHARED - 1, Uint8Array.of(1, 2))).toThrow(RangeError);
  expect(() => new MappedWindow([], null).readWord(CORE)).toThrow('4 bytes at 0x80800000');
  expect(() => new MappedWindow([], null).writeWord(CORE, 1)).toThrow(RangeError);
});
