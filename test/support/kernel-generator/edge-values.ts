/** Values where arithmetic breaks, mixed with ordinary ones; every argument and literal comes from these pools. */
import type { Random } from './random.ts';

const I32: readonly number[] = [
  0, 1, -1, 2, -2, 3, 7, 8, 31, 32, 33, 100, 127, 128, 255, 256, -128, -129, 32767, 32768, -32768, 65535, 65536,
  16777215, 16777216, 16777217, 0x7fffffff, -0x80000000, -0x7fffffff, 0x40000000, 0x55555555, -0x55555556,
];
const U32: readonly number[] = [
  ...I32.filter((value) => value >= 0),
  0x80000000,
  0x80000001,
  0xffffffff,
  0xfffffffe,
  0xedb88320,
];
const F32: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  3,
  10,
  0.1,
  1.5,
  2.5,
  1 + 2 ** -12,
  1 + 2 ** -23,
  1 - 2 ** -24,
  2 ** -80,
  -(2 ** -80),
  2 ** -126,
  -(2 ** -126),
  2 ** -127,
  2 ** -149,
  1e-40,
  1e30,
  -1e30,
  3.4028234663852886e38,
  2 ** 23,
  2 ** 24,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 33 + 2 ** 11,
  4294967040,
  2147483520,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
].map(Math.fround);

export function edgeI32(random: Random): number {
  return random.chance(0.6) ? random.pick(I32) : random.word() | 0;
}
export function edgeU32(random: Random): number {
  return random.chance(0.6) ? random.pick(U32) : random.word();
}
const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);
export function edgeF32(random: Random): number {
  if (random.chance(0.6)) return random.pick(F32);
  if (random.chance(0.5)) return Math.fround((random.word() - 2 ** 31) / 2 ** (8 + random.below(24)));
  words[0] = random.word();
  const value = floats[0] as number;
  return Number.isNaN(value) ? Number.NaN : value;
}
/** A multiple of 2^-10 below 2^10: sums, differences and products with small integers of such never become subnormal. */
export function tameF32(random: Random): number {
  return random.chance(0.3)
    ? random.pick([0, 1, -1, 2, 0.5, -0.25, 1023])
    : (random.below(2 ** 21) - 2 ** 20) / 2 ** 10;
}

/** Text that gives the value in a kernel. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return '(Math.fround(0) / Math.fround(0))';
  if (!Number.isFinite(value)) return value > 0 ? '3.5e38' : '(-3.5e38)';
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return `Math.fround(${text})`;
}
