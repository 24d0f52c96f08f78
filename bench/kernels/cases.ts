/** The ten kernels with the data of test/conformance/data/gcc-kernels/bench.c, and what they must give. */

type Words = Float32Array | Int32Array | Uint8Array;
/** A word, an f32, or an array that the kernel gets as it is and leaves changed. */
export type KernelArgument = { readonly i32: number } | { readonly f32: number } | Words;

export interface KernelCase {
  /** As GCC's files are named. */
  readonly name: string;
  readonly file: string;
  readonly kernel: string;
  readonly arguments: readonly KernelArgument[];
  /** Throws if the result, or what the arrays hold after the call, is wrong. */
  readonly verify: (result: number) => void;
}

const floats = (length: number, of: (index: number) => number): Float32Array =>
  Float32Array.from({ length }, (_, index) => of(index));

function same(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 0): void {
  for (let i = 0; i < expected.length; i++) {
    const [have, want] = [actual[i] as number, expected[i] as number];
    if (!(Math.abs(have - want) <= tolerance)) throw new Error(`${name}: [${i}] is ${have}, not ${want}`);
  }
}

const sum = (length: number, of: (index: number) => number): number => {
  let total = 0;
  for (let i = 0; i < length; i++) total += of(i);
  return total;
};

/** The sequence of bench.c's rnd(). */
function randomWords(length: number): Int32Array {
  let seed = 12345;
  return Int32Array.from({ length }, () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return seed;
  });
}

export function kernelCases(): readonly KernelCase[] {
  return [saxpy(), dot(), matmul32(), conv5x5(), fft256(), bubble(), quick(), ...crc32(), sha256()];
}

function saxpy(): KernelCase {
  const x = floats(512, (i) => i & 31);
  const y = floats(512, (i) => i & 7);
  const expected = floats(512, (i) => 2.5 * (i & 31) + (i & 7));
  return {
    name: 'saxpy',
    file: './saxpy.ts',
    kernel: 'saxpy',
    arguments: [{ f32: 2.5 }, x, y],
    verify: () => same('saxpy', y, expected),
  };
}

function dot(): KernelCase {
  const x = floats(512, (i) => i & 31);
  const y = floats(512, (i) => i & 7);
  const expected = sum(512, (i) => (i & 31) * (i & 7));
  return {
    name: 'dot',
    file: './dot.ts',
    kernel: 'dot',
    arguments: [x, y],
    verify: (result) => same('dot', [floatOf(result)], [expected]),
  };
}

function matmul32(): KernelCase {
  const a = floats(1024, (i) => ((i * 7) & 15) - 8);
  const b = floats(1024, (i) => ((i * 5) & 15) - 7);
  const c = new Float32Array(1024);
  const expected = floats(1024, (at) =>
    sum(32, (k) => (a[(at & ~31) + k] as number) * (b[k * 32 + (at & 31)] as number)),
  );
  return {
    name: 'matmul32',
    file: './matmul32.ts',
    kernel: 'matmul32',
    arguments: [a, b, c],
    verify: () => same('matmul32', c, expected),
  };
}

function conv5x5(): KernelCase {
  const image = floats(1024, (i) => (i * 11) & 15);
  const k = floats(25, (i) => (i % 7) - 3);
  const out = new Float32Array(28 * 28);
  const expected = floats(28 * 28, (at) => {
    const [x, y] = [at % 28, Math.floor(at / 28)];
    return sum(25, (i) => (image[(y + Math.floor(i / 5)) * 32 + x + (i % 5)] as number) * (k[i] as number));
  });
  return {
    name: 'conv5x5',
    file: './conv5x5.ts',
    kernel: 'conv5x5',
    arguments: [image, { i32: 32 }, { i32: 32 }, k, out],
    verify: () => same('conv5x5', out, expected),
  };
}

function fft256(): KernelCase {
  const x = floats(512, (i) => (i === 6 ? 1 : 0));
  const angle = (k: number): number => (-2 * Math.PI * k) / 256;
  const part = (k: number): number => ((k & 1) === 0 ? Math.cos : Math.sin)(angle(k >> 1));
  const tw = floats(256, part);
  // The transform of an impulse at 3.
  const expected = floats(512, (i) => ((i & 1) === 0 ? Math.cos : Math.sin)(angle(3 * (i >> 1))));
  return {
    name: 'fft256',
    file: './fft256.ts',
    kernel: 'fft256',
    arguments: [x, tw],
    verify: () => same('fft256', x, expected, 1e-4),
  };
}

function bubble(): KernelCase {
  const v = randomWords(128);
  const expected = v.slice().sort();
  return {
    name: 'bubble',
    file: './bubble.ts',
    kernel: 'bubble',
    arguments: [v],
    verify: () => same('bubble', v, expected),
  };
}

function quick(): KernelCase {
  const v = randomWords(1024);
  const expected = v.slice().sort();
  return {
    name: 'quick',
    file: './quick.ts',
    kernel: 'quick',
    arguments: [v, { i32: 0 }, { i32: 1023 }],
    verify: () => same('quick', v, expected),
  };
}

function crc32(): KernelCase[] {
  const bytes = Uint8Array.from({ length: 1024 }, (_, i) => i);
  const verify = (result: number): void => same('crc32', [result >>> 0], [0xb70b4c26]);
  return [
    { name: 'crc32bit', file: './crc32-bit.ts', kernel: 'crc32Bit', arguments: [bytes], verify },
    { name: 'crc32tab', file: './crc32-table.ts', kernel: 'crc32Table', arguments: [bytes], verify },
  ];
}

function sha256(): KernelCase {
  const state = Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );
  const message = new Uint8Array(64);
  message.set([0x61, 0x62, 0x63, 0x80]);
  message[63] = 24;
  // SHA-256 of "abc", FIPS 180-2, B.1.
  const expected = Int32Array.of(
    0xba7816bf,
    0x8f01cfea,
    0x414140de,
    0x5dae2223,
    0xb00361a3,
    0x96177a9c,
    0xb410ff61,
    0xf20015ad,
  );
  return {
    name: 'sha256',
    file: './sha256.ts',
    kernel: 'sha256Block',
    arguments: [state, message],
    verify: () => same('sha256', state, expected),
  };
}

const floatOf = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0] as number;
