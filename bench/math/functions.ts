/**
 * The functions of Math that are computed by kernels, with the bounds that docs/numbers.md states, and how their error
 * is measured: against JavaScript's own in double precision, whose error is some 2^-29 of an ulp of f32.
 */

export interface MathFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  /** The call in a kernel. */
  readonly call: string;
  /** The largest error that is promised, in units of the last place of an f32. */
  readonly boundUlp: number;
  readonly reference: (...values: number[]) => number;
  /** Besides edges and random bits: arguments where the function is neither flat nor out of range. */
  readonly nearby: (random: () => number) => readonly number[];
}

/** `random` gives numbers from 0 to below 1. */
const spread = (random: () => number, low: number, high: number): number => low + (high - low) * random();
const signed = (random: () => number, magnitude: number): number => (random() < 0.5 ? -magnitude : magnitude);
/** Of any size from 2^low to 2^high. */
const power = (random: () => number, low: number, high: number): number => 2 ** spread(random, low, high);

/** Functions of one number, by which their references are found in JavaScript's Math. */
type UnaryName =
  | 'acos'
  | 'acosh'
  | 'asin'
  | 'asinh'
  | 'atan'
  | 'atanh'
  | 'cbrt'
  | 'cos'
  | 'cosh'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log10'
  | 'log1p'
  | 'log2'
  | 'sin'
  | 'sinh'
  | 'tan'
  | 'tanh';

function unary(name: UnaryName, boundUlp: number, nearby: (random: () => number) => number): MathFunction {
  return {
    name,
    parameters: ['x'],
    call: `Math.${name}(x)`,
    boundUlp,
    reference: Math[name],
    nearby: (random) => [nearby(random)],
  };
}

export const MATH_FUNCTIONS: readonly MathFunction[] = [
  ...(['sin', 'cos', 'tan'] as const).map((name) =>
    unary(name, 2, (random) => signed(random, random() < 0.5 ? power(random, -3, 6) : power(random, 6, 128))),
  ),
  ...(['asin', 'acos'] as const).map((name) => unary(name, 1.5, (random) => spread(random, -1, 1))),
  unary('atan', 1.75, (random) => signed(random, power(random, -6, 6))),
  {
    name: 'atan2',
    parameters: ['y', 'x'],
    call: 'Math.atan2(y, x)',
    boundUlp: 1.75,
    reference: Math.atan2,
    nearby: (random) => [signed(random, power(random, -6, 6)), signed(random, power(random, -6, 6))],
  },
  ...(['sinh', 'cosh'] as const).map((name) => unary(name, 2, (random) => signed(random, power(random, -6, 6.5)))),
  unary('tanh', 1.5, (random) => signed(random, power(random, -6, 4))),
  unary('asinh', 2, (random) => signed(random, power(random, -6, 13))),
  unary('acosh', 2, (random) => 1 + power(random, -20, 13)),
  unary('atanh', 2, (random) => spread(random, -1, 1)),
  unary('exp', 1, (random) => spread(random, -88, 89)),
  unary('expm1', 1.5, (random) => signed(random, power(random, -8, 6.5))),
  ...(['log', 'log2', 'log10'] as const).map((name) => unary(name, 1, (random) => power(random, -2, 2))),
  unary('log1p', 1.25, (random) => (random() < 0.5 ? spread(random, -1, 1) : power(random, -3, 26))),
  {
    name: 'pow',
    parameters: ['x', 'y'],
    call: 'Math.pow(x, y)',
    boundUlp: 2,
    reference: Math.pow,
    nearby: (random) => {
      const base = random() < 0.5 ? power(random, -1, 1) : power(random, -126, 128);
      return [base, spread(random, -128, 130) / Math.log2(base)];
    },
  },
  unary('cbrt', 0.51, (random) => signed(random, power(random, -126, 128))),
  {
    name: 'hypot',
    parameters: ['x', 'y'],
    call: 'Math.hypot(x, y)',
    boundUlp: 1.25,
    reference: Math.hypot,
    nearby: (random) => [signed(random, power(random, -3, 3)), signed(random, power(random, -3, 3))],
  },
];

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST_NORMAL = 2 ** -126;
const ULP_OF_SMALLEST = 2 ** -149;

/** Arguments at which functions have special values, overflow, or change the way they are computed. */
export const SPECIAL_ARGUMENTS: readonly number[] = [
  ...[0, 2 ** -149, SMALLEST_NORMAL / 2, SMALLEST_NORMAL, 2 ** -24, 0.5, 0.6, 1 - 2 ** -24, 1, 1 + 2 ** -23, 1.5, 2],
  ...[2.5, 3, Math.fround(Math.PI / 4), Math.fround(Math.PI / 2), Math.fround(Math.PI), 10, 17.5, 18, 24, 87.33654],
  ...[87.33655, 88, 88.72283, 88.72284, 89, 89.41598, 89.41599, 127, 128, 129, 4096, 65535.996, 65536, 8388607.5],
  ...[2 ** 24 - 1, 2 ** 24, 16367173 * 2 ** 72, LARGEST, Number.POSITIVE_INFINITY],
].flatMap((x) => [Math.fround(x), Math.fround(-x)]);

/** A subnormal counts as zero where a kernel computes. */
export function flushed(x: number): number {
  return Math.abs(x) < SMALLEST_NORMAL ? 0 * x : x;
}

/**
 * Distance of `got` from the exact value, in units of the last place of f32 there: those of 2^-126 below it, where only
 * zero is near enough. A wrong sign of zero, NaN or infinity is infinitely far.
 */
export function errorInUlp(got: number, exact: number): number {
  if (Object.is(got, exact)) return 0;
  if (Number.isNaN(got) || Number.isNaN(exact)) return Number.POSITIVE_INFINITY;
  const size = Math.abs(exact);
  if (Math.abs(got) === Number.POSITIVE_INFINITY || size === Number.POSITIVE_INFINITY) {
    // Infinity stands for 2^128 if it is the result of rounding.
    const limited = (x: number): number => Math.sign(x) * Math.min(Math.abs(x), 2 ** 128);
    const isRounding = size !== Number.POSITIVE_INFINITY || Math.abs(got) === LARGEST;
    return isRounding ? Math.abs(limited(got) - limited(exact)) / 2 ** 104 : Number.POSITIVE_INFINITY;
  }
  if (got === 0) {
    const isRight = exact !== 0 && 1 / got > 0 === exact > 0;
    return isRight ? Math.max(0, size - SMALLEST_NORMAL) / ULP_OF_SMALLEST : Number.POSITIVE_INFINITY;
  }
  return Math.abs(got - exact) / ulpOf(size);
}

/** 2^(e - 23) for 2^e <= size < 2^(e + 1). */
function ulpOf(size: number): number {
  if (size < SMALLEST_NORMAL) return ULP_OF_SMALLEST;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  if (2 ** (exponent + 1) <= size) exponent++;
  return 2 ** (exponent - 23);
}

export interface Accuracy {
  readonly points: number;
  readonly maximumUlp: number;
  /** Where. */
  readonly at: readonly number[];
}

/**
 * The largest error of `compute` over all special arguments, and `points` more, always the same: a half of them any
 * bits, which spreads them evenly over signs and exponents, the others nearby.
 */
export function measureAccuracy(f: MathFunction, compute: (...values: number[]) => number, points: number): Accuracy {
  let maximumUlp = 0;
  let at: readonly number[] = [];
  let count = 0;
  const note = (values: readonly number[]): void => {
    const error = errorInUlp(compute(...values), f.reference(...values.map(flushed)));
    count++;
    if (error <= maximumUlp) return;
    maximumUlp = error;
    at = values;
  };
  const specials = [...SPECIAL_ARGUMENTS, Number.NaN];
  if (f.parameters.length === 1) for (const x of specials) note([x]);
  else for (const x of specials) for (const y of specials) note([x, y]);
  const word = words(1);
  const random = (): number => (word() >>> 0) / 2 ** 32;
  const bits = new DataView(new ArrayBuffer(4));
  const anyFloat = (): number => {
    bits.setInt32(0, word());
    return bits.getFloat32(0);
  };
  for (let index = 0; index < points; index++) {
    if (index % 2 === 0) note(f.parameters.map(anyFloat));
    else note(f.nearby(random).map(Math.fround));
  }
  return { points: count, maximumUlp, at };
}

/** Words in an order that looks random. */
function words(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return mixed ^ (mixed >>> 13);
  };
}
