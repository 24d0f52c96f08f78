import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as float32 from '../../../boards/arithmetic/float32.ts';
import type { GraphProgram } from '../../../compiler/flow-graph/graph.ts';
import { addLibrary, requiredLibrary } from '../../../compiler/flow-graph/library.ts';
import { LIBRARY, libraryModuleOf } from '../../../compiler/flow-graph/library-symbols.ts';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import {
  divideSigned,
  divideUnsigned,
  remainderSigned,
  remainderUnsigned,
} from '../../../device/kernel/math/divide-integers.ts';
import { ceil, floor, round, toInteger, trunc } from '../../../device/kernel/math/round.ts';
import { Random } from '../../support/kernel-generator/random.ts';
import { EDGE_BITS } from '../arithmetic/float32-pools.ts';
import { LibraryRunner, lowerModule, wholeLibrary } from './library.ts';

const edges = [...new Set(EDGE_BITS.flatMap((bits) => [bits, bits ^ 0x80000000]))].map(float32.fromBits);
const library = new LibraryRunner(wholeLibrary());

/** Counts what differs and keeps the first difference, so that 10^5 comparisons are one expectation. */
class Differences {
  count = 0;
  first = '';

  note(got: number, wanted: number, ...operands: number[]): void {
    if (Object.is(got, wanted)) return;
    this.count++;
    if (this.count === 1) this.first = `f(${operands.join(', ')}) gives ${got}, not ${wanted}`;
  }

  expectNone(): void {
    expect([this.count, this.first]).toEqual([0, '']);
  }
}

describe('f32 division', () => {
  const divide = (a: number, b: number): number => library.floats(LIBRARY.divideFloat, a, b);

  test('edge values by each other', () => {
    const differences = new Differences();
    for (const a of edges) for (const b of edges) differences.note(divide(a, b), float32.div(a, b), a, b);
    differences.expectNone();
  });

  test('100 000 random pairs', () => {
    const random = new Random(1);
    const differences = new Differences();
    for (let index = 0; index < 100_000; index++) {
      const a = float32.fromBits(random.word() | 0);
      const b = float32.fromBits(random.word() | 0);
      differences.note(divide(a, b), float32.div(a, b), a, b);
    }
    differences.expectNone();
  });

  test('quotients at the boundary of 2^-126', () => {
    const random = new Random(2);
    const differences = new Differences();
    let belowMiddle = 0;
    for (let index = 0; index < 20_000; index++) {
      const b = Math.fround((1 + random.below(2 ** 23) / 2 ** 23) * 2 ** random.below(100));
      // a / b just below 2^-126.
      const a = float32.fromBits(float32.bitsOf(Math.fround(b * 2 ** -126)) - random.below(3));
      const wanted = float32.div(a, b);
      if (a / b < 2 ** -126 && a / b > 2 ** -126 * (1 - 2 ** -23)) belowMiddle++;
      differences.note(divide(a, b), wanted, a, b);
    }
    differences.expectNone();
    expect(belowMiddle).toBeGreaterThan(1000);
  });

  test('the divisors whose reciprocals are hardest to round', () => {
    const random = new Random(3);
    const differences = new Differences();
    for (let b = 0x3fffff80; b <= 0x3fffffff; b++) {
      for (let index = 0; index < 200; index++) {
        const bits = index === 0 ? 0x3f800000 : 0x3f800000 + random.below(2 ** 23);
        const a = float32.fromBits(bits);
        const divisor = float32.fromBits(b);
        differences.note(divide(a, divisor), float32.div(a, divisor), a, divisor);
      }
    }
    differences.expectNone();
  });
});

describe('remainder of f32', () => {
  const remainder = (a: number, b: number): number => library.floats(LIBRARY.remainderFloat, a, b);

  test('edge values by each other, and 20 000 pairs near and far', () => {
    const random = new Random(9);
    const differences = new Differences();
    const note = (a: number, b: number): void => differences.note(remainder(a, b), float32.rem(a, b), a, b);
    for (const a of edges) for (const b of edges) note(a, b);
    for (let index = 0; index < 20_000; index++) {
      const a = random.word() | 0;
      note(float32.fromBits(a), float32.fromBits(random.word() | 0));
      note(float32.fromBits(a), float32.fromBits((a & 0x7fffffff) - random.below(2 ** 25)));
    }
    differences.expectNone();
  });
});

describe('square root', () => {
  test('edge values and 100 000 random ones', () => {
    const random = new Random(4);
    const differences = new Differences();
    const note = (x: number): void => differences.note(library.floats(LIBRARY.squareRoot, x), float32.sqrt(x), x);
    edges.forEach(note);
    for (let index = 0; index < 100_000; index++)
      note(float32.fromBits(random.word() & (index % 8 === 0 ? -1 : 0x7fffffff)));
    differences.expectNone();
  });
});

describe('rounding to whole numbers', () => {
  const functions = [
    { symbol: LIBRARY.floor, plain: floor, wanted: float32.floor },
    { symbol: LIBRARY.ceil, plain: ceil, wanted: float32.ceil },
    { symbol: LIBRARY.trunc, plain: trunc, wanted: float32.trunc },
    { symbol: LIBRARY.round, plain: round, wanted: float32.round },
  ];

  test.each(functions)('$symbol', ({ symbol, plain, wanted }) => {
    const random = new Random(5);
    const differences = new Differences();
    const note = (x: number): void => {
      differences.note(library.floats(symbol, x), wanted(x), x);
      differences.note(plain(x), wanted(x), x);
    };
    edges.forEach(note);
    for (let index = 0; index < 20_000; index++) {
      note(float32.fromBits(random.word() | 0));
      // Where fractions are.
      note(float32.fromBits((random.word() & -0x80000000) | (0x3e000000 + random.below(0x0e000000))));
      note(random.below(2000) / 2 - 500);
    }
    differences.expectNone();
  });

  test('ToInt32', () => {
    const random = new Random(6);
    const differences = new Differences();
    const note = (x: number): void => {
      differences.note(library.words(LIBRARY.toInteger, float32.bitsOf(x)), x | 0, x);
      differences.note(toInteger(x), x | 0, x);
    };
    edges.forEach(note);
    for (let index = 0; index < 40_000; index++) {
      note(float32.fromBits(random.word() | 0));
      note(float32.fromBits((random.word() & -0x80000000) | (0x3e000000 + random.below(0x21000000))));
    }
    differences.expectNone();
  });
});

describe('integer division', () => {
  const words = [0, 1, 2, 3, 7, 10, 255, 65535, 65536, 0x7fffffff, -0x80000000, -0x7fffffff, -1, -2, -10, 0x55555555];
  const random = new Random(7);
  const pairs = words.flatMap((a) => words.map((b): [number, number] => [a, b]));
  for (let index = 0; index < 15_000; index++) {
    const a = (random.word() >>> random.below(32)) | 0;
    const b = (random.word() >>> random.below(32)) | 0;
    pairs.push([a, b], [-a | 0, b], [a, -b | 0]);
  }

  const functions = [
    { symbol: LIBRARY.divideSigned, plain: divideSigned, wanted: (a: number, b: number) => (a / b) | 0 },
    { symbol: LIBRARY.remainderSigned, plain: remainderSigned, wanted: (a: number, b: number) => (a % b) | 0 },
    {
      symbol: LIBRARY.divideUnsigned,
      plain: (a: number, b: number) => divideUnsigned(a >>> 0, b >>> 0) | 0,
      wanted: (a: number, b: number) => ((a >>> 0) / (b >>> 0)) | 0,
    },
    {
      symbol: LIBRARY.remainderUnsigned,
      plain: (a: number, b: number) => remainderUnsigned(a >>> 0, b >>> 0) | 0,
      wanted: (a: number, b: number) => ((a >>> 0) % (b >>> 0)) | 0,
    },
  ];

  test.each(functions)('$symbol', ({ symbol, plain, wanted }) => {
    const differences = new Differences();
    const isRemainder = symbol.includes('remainder');
    for (const [a, b] of pairs) {
      if (isRemainder && b === 0) continue;
      differences.note(library.words(symbol, a, b), wanted(a, b), a, b);
      differences.note(plain(a, b), wanted(a, b), a, b);
    }
    differences.expectNone();
  });
});

describe('the optimised library', () => {
  const whole = wholeLibrary();
  // What is not exported may be inlined away.
  const program = { ...whole, functions: whole.functions.map((graph) => ({ ...graph, exported: true })) };
  optimise(program, { verify: true });
  const optimised = new LibraryRunner(program);
  const edgeWords = edges.map(float32.bitsOf);

  test.each(Object.values(LIBRARY))('%s gives the same words', (symbol) => {
    const random = new Random(8);
    const arity = program.functions.find((graph) => graph.symbol === symbol)?.parameters.length ?? 0;
    const differences = new Differences();
    const note = (...words: number[]): void => {
      if (symbol.includes('remainder') && words[1] === 0) return;
      differences.note(optimised.words(symbol, ...words), library.words(symbol, ...words), ...words);
    };
    for (let index = 0; index < 4000; index++) {
      note(...Array.from({ length: arity }, () => (index % 2 === 0 ? random.pick(edgeWords) : random.word() | 0)));
    }
    differences.expectNone();
  });
});

describe('the library as a part of a program', () => {
  test('what is called is added, with what that calls, under names that no module can have', () => {
    const user = lowerModule('device/kernel/math/round.ts');
    const [first] = user.functions;
    if (first === undefined) throw new Error('no function');
    first.blocks[0]?.instructions.push(
      { op: 'call', callee: LIBRARY.remainderSigned, result: null, arguments: [], position: null },
      { op: 'call', callee: LIBRARY.divideFloat, result: null, arguments: [], position: null },
    );
    const program: GraphProgram = { name: 'user', functions: [first], data: [] };
    expect(requiredLibrary(program)).toEqual(['device/kernel/math/divide-integers.ts', 'device/kernel/math/divide.ts']);
    addLibrary(program, lowerModule);
    expect(requiredLibrary(program)).toEqual([]);
    expect(
      program.functions
        .slice(1)
        .map((graph) => graph.symbol)
        .sort(),
    ).toEqual([
      'math/divide-integers.magnitude',
      'math/divide-integers.remainderSigned',
      'math/divide-integers.remainderUnsigned',
      'math/divide.divideFloat',
      'math/divide.divideSpecial',
    ]);
    expect(program.functions.slice(1).every((graph) => !graph.exported)).toBe(true);
  });

  test('every module is checked by itself: in programs that use it, it is not checked again', () => {
    const folder = new URL('../../../device/kernel/math/', import.meta.url);
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const { diagnostics } = checkKernelProgram(fileURLToPath(new URL(file, folder)));
      expect(diagnostics.map(({ message }) => `${file}: ${message}`)).toEqual([]);
    }
  });

  test('every library symbol is defined by its module', () => {
    for (const symbol of Object.values(LIBRARY)) {
      const module = lowerModule(libraryModuleOf(symbol) as string);
      expect(module.functions.map((graph) => graph.symbol)).toContain(symbol);
    }
    expect(libraryModuleOf('divide.divideFloat')).toBeNull();
  });
});
