import { describe, expect, it } from 'vitest';
import type { ObjectSection } from '../../../boards/elf/object.ts';
import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import { mergeObjects } from '../../../compiler/link/merge-objects.ts';
import { readModuleElf, writeModuleElf } from '../../../compiler/link/module-elf.ts';
import { placeModule, type RelocatableObject, undefinedSymbols } from '../../../compiler/link/place-module.ts';
import { stackBytesOf } from '../../../compiler/link/stack-depth.ts';
import { isShoalError } from '../../../protocol/errors.ts';

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
const wordAt = (bytes: Uint8Array, offset: number): number => new DataView(bytes.buffer).getUint32(offset, true);

function text(length: number, relocations: ObjectSection['relocations'] = []): ObjectSection {
  return {
    name: '.text',
    alignBytes: 4,
    lengthBytes: length * 4,
    bytes: words(...new Array(length).fill(0xe8)),
    relocations,
  };
}

const OBJECT: RelocatableObject = {
  sections: [
    text(3, [
      { offset: 0, type: RELOCATION.branch24, symbol: 'outside', addend: 0 },
      { offset: 4, type: RELOCATION.branch24, symbol: 'f', addend: 0 },
    ]),
    {
      name: '.data',
      alignBytes: 8,
      lengthBytes: 8,
      bytes: words(1, 2),
      relocations: [{ offset: 4, type: RELOCATION.word, symbol: 'zeros', addend: 4 }],
    },
    { name: '.bss', alignBytes: 8, lengthBytes: 16, relocations: [] },
  ],
  symbols: [
    { name: 'f', section: '.text', offset: 8, lengthBytes: 4, kind: 'function' },
    { name: 'zeros', section: '.bss', offset: 8, lengthBytes: 8, kind: 'object' },
  ],
};

describe('placeModule', () => {
  it('puts sections in order, aligned, and resolves symbols', () => {
    const placed = placeModule(OBJECT, 0x1000, new Map([['outside', 0x40]]));
    expect(placed.segments.map(({ name, address, lengthBytes }) => [name, address, lengthBytes])).toEqual([
      ['.text', 0x1000, 12],
      ['.data', 0x1010, 8],
      ['.bss', 0x1018, 16],
    ]);
    expect(placed.endAddress).toBe(0x1028);
    expect(placed.symbols.get('zeros')).toBe(0x1020);
    const [code, data] = placed.segments;
    expect(wordAt(code?.bytes as Uint8Array, 0) >> 8).toBe((0x40 - 0x1000) / 2);
    expect(wordAt(code?.bytes as Uint8Array, 4) >> 8).toBe(2);
    expect(wordAt(data?.bytes as Uint8Array, 4)).toBe(0x1024);
  });

  it('does not change the object, so it can be placed again', () => {
    const outside = new Map([['outside', 0]]);
    placeModule(OBJECT, 0x2000, outside);
    const again = placeModule(OBJECT, 0x3000, outside);
    expect(wordAt(again.segments[1]?.bytes as Uint8Array, 4)).toBe(0x3024);
    expect(wordAt(OBJECT.sections[1]?.bytes as Uint8Array, 4)).toBe(2);
  });

  it('refuses to put code that loads short addresses above 64 KB', () => {
    const low = { offset: 0, type: RELOCATION.low, symbol: 'f', addend: 0 };
    const symbols = OBJECT.symbols.filter((symbol) => symbol.name === 'f');
    const short = { sections: [text(3, [low])], symbols };
    const long = { sections: [text(3, [low, { ...low, offset: 4, type: RELOCATION.high }])], symbols };
    expect(() => placeModule(short, 0x8e000000)).toThrow(/below 64 KB/);
    expect(placeModule(long, 0x8e000000).symbols.get('f')).toBe(0x8e000008);
    expect(placeModule(short, 0x7000).symbols.get('f')).toBe(0x7008);
  });

  it('refuses symbols that nobody defines and bases that are not aligned', () => {
    expect(undefinedSymbols(OBJECT)).toEqual(['outside']);
    expect(() => placeModule(OBJECT, 0x1000)).toThrow(/outside is used but not defined/);
    expect(() => placeModule(OBJECT, 0x1004, new Map([['outside', 0]]))).toThrow(/not a multiple of 8/);
  });
});

describe('mergeObjects', () => {
  it('moves symbols, relocations and lines of later objects', () => {
    const first = { sections: [text(2)], symbols: [], lines: [{ offset: 0, position: null }] };
    const position = { file: 'k.ts', line: 3, column: 5 };
    const merged = mergeObjects([first, { ...OBJECT, lines: [{ offset: 4, position }] }]);
    const code = merged.sections[0];
    expect(code?.lengthBytes).toBe(20);
    expect(code?.relocations.map(({ offset }) => offset)).toEqual([8, 12]);
    expect(merged.symbols.find((symbol) => symbol.name === 'f')?.offset).toBe(16);
    expect(merged.lines).toEqual([
      { offset: 0, position: null },
      { offset: 12, position },
    ]);
    expect(merged.sections.find((section) => section.name === '.bss')?.bytes).toBeUndefined();
  });
});

describe('ELF files of modules', () => {
  it('come back as they were', () => {
    const lines = [
      { offset: 0, position: { file: 'a.ts', line: 7, column: 3 } },
      { offset: 4, position: null },
      { offset: 8, position: { file: 'b.ts', line: 2, column: 9 } },
    ];
    const placed = placeModule(OBJECT, 0, new Map([['outside', 0]]));
    const read = readModuleElf(writeModuleElf('test', { ...OBJECT, lines }, placed));
    expect(read.lines.slice(0, 3)).toEqual(lines);
    expect(new Set(read.symbols)).toEqual(new Set(OBJECT.symbols));
    const outside = new Map([['outside', 0x1234]]);
    expect(placeModule(read, 0x4000, outside)).toEqual(placeModule(OBJECT, 0x4000, outside));
  });
});

describe('stackBytesOf', () => {
  const frame = (symbol: string, frameBytes: number, ...callees: string[]) => ({ symbol, frameBytes, callees });

  it('takes the deepest path', () => {
    const frames = [frame('a', 8, 'b', 'c'), frame('b', 16, 'd'), frame('c', 40), frame('d', 32, 'outside')];
    expect(stackBytesOf('a', frames)).toBe(56);
    expect(stackBytesOf('a', frames, { externals: new Map([['outside', 100]]) })).toBe(156);
  });

  it('takes the largest frame of what calls each other, also for the call that is too deep', () => {
    const frames = [frame('root', 4, 'a'), frame('a', 8, 'b'), frame('b', 24, 'a', 'leaf'), frame('leaf', 100)];
    expect(stackBytesOf('root', frames, { depths: new Map([['b', 10]]) })).toBe(4 + 11 * 24 + 100);
  });

  it('refuses recursion without a depth', () => {
    const frames = [frame('a', 8, 'b'), frame('b', 8, 'a')];
    expect(() => stackBytesOf('a', frames)).toThrow(/a calls b calls a/);
    try {
      stackBytesOf('a', frames);
    } catch (error) {
      expect(isShoalError(error, 'INTERNAL')).toBe(true);
    }
  });
});
