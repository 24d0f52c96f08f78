/**
 * Float32 arithmetic by exact integers, written from the definition in docs/numbers.md and sharing nothing with
 * boards/arithmetic: values are bit patterns, sums and products are computed exactly as `n * 2^e` and rounded once.
 */

export type Rounding = 'nearest' | 'toward-zero';

const NAN = 0x7fc00000;
const INFINITY = 0x7f800000;
const SIGN = 0x80000000;

interface Exact {
  readonly negative: boolean;
  readonly n: bigint; // magnitude is n * 2^e
  readonly e: number;
}

const exponentOf = (bits: number): number => (bits >>> 23) & 0xff;
export const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) > INFINITY;
const isInfinite = (bits: number): boolean => (bits & 0x7fffffff) === INFINITY;
const isNegative = (bits: number): boolean => bits >>> 31 === 1;
const isZero = (bits: number): boolean => (bits & 0x7fffffff) === 0;

export function flushBits(bits: number): number {
  return exponentOf(bits) === 0 ? (bits & SIGN) >>> 0 : bits >>> 0;
}

function exact(bits: number): Exact {
  const e = exponentOf(bits);
  const m = bits & 0x7fffff;
  return { negative: isNegative(bits), n: BigInt(e === 0 ? m : m | 0x800000), e: (e === 0 ? 1 : e) - 150 };
}

const bitLength = (n: bigint): number => n.toString(2).length;

/** Rounds n * 2^e (n > 0; `sticky`: the true value is a little larger) to float32 and flushes. */
function round(negative: boolean, n: bigint, e: number, sticky: boolean, rounding: Rounding): number {
  const sign = negative ? SIGN : 0;
  // Two more bits at the bottom so that `sticky` has a place below any rounding position.
  let value = (n << 2n) | (sticky ? 1n : 0n);
  let exponent = e - 2;
  const lowest = Math.max(bitLength(value) + exponent - 24, -149);
  const drop = lowest - exponent;
  if (drop > 0) {
    const d = BigInt(drop);
    const rest = value & ((1n << d) - 1n);
    const half = 1n << (d - 1n);
    value >>= d;
    if (rounding === 'nearest' && (rest > half || (rest === half && (value & 1n) === 1n))) value += 1n;
  } else {
    value <<= BigInt(-drop);
  }
  exponent = lowest;
  if (value === 1n << 24n) {
    value >>= 1n;
    exponent += 1;
  }
  if (exponent + 23 > 127) return (sign | (rounding === 'nearest' ? INFINITY : 0x7f7fffff)) >>> 0;
  if (value < 1n << 23n) return sign >>> 0; // subnormal or zero
  return (sign | ((exponent + 150) << 23) | (Number(value) & 0x7fffff)) >>> 0;
}

export function referenceFma(aBits: number, bBits: number, cBits: number, rounding: Rounding = 'nearest'): number {
  const [a, b, c] = [flushBits(aBits), flushBits(bBits), flushBits(cBits)];
  if (isNaNBits(a) || isNaNBits(b) || isNaNBits(c)) return NAN;
  const productNegative = isNegative(a) !== isNegative(b);
  if (isInfinite(a) || isInfinite(b)) {
    if (isZero(a) || isZero(b)) return NAN;
    if (isInfinite(c) && isNegative(c) !== productNegative) return NAN;
    return ((productNegative ? SIGN : 0) | INFINITY) >>> 0;
  }
  if (isInfinite(c)) return c;
  const x = exact(a);
  const y = exact(b);
  const z = exact(c);
  const e = Math.min(x.e + y.e, z.e);
  const product = (x.n * y.n) << BigInt(x.e + y.e - e);
  const addend = z.n << BigInt(z.e - e);
  const sum = (productNegative ? -product : product) + (z.negative ? -addend : addend);
  if (sum === 0n) {
    const bothNegative = productNegative && z.negative && product === 0n && addend === 0n;
    return bothNegative ? SIGN : 0;
  }
  return round(sum < 0n, sum < 0n ? -sum : sum, e, false, rounding);
}

export function referenceMul(aBits: number, bBits: number, rounding: Rounding = 'nearest'): number {
  const [a, b] = [flushBits(aBits), flushBits(bBits)];
  if (isNaNBits(a) || isNaNBits(b)) return NAN;
  const sign = isNegative(a) !== isNegative(b) ? SIGN : 0;
  if (isInfinite(a) || isInfinite(b)) return isZero(a) || isZero(b) ? NAN : (sign | INFINITY) >>> 0;
  if (isZero(a) || isZero(b)) return sign;
  const x = exact(a);
  const y = exact(b);
  return round(sign !== 0, x.n * y.n, x.e + y.e, false, rounding);
}

const ONE = 0x3f800000;

export function referenceAdd(a: number, b: number, rounding: Rounding = 'nearest'): number {
  return referenceFma(ONE, a, b, rounding);
}

export function referenceSub(a: number, b: number, rounding: Rounding = 'nearest'): number {
  return referenceFma(ONE, a, (b ^ SIGN) >>> 0, rounding);
}

export function referenceDiv(aBits: number, bBits: number): number {
  const [a, b] = [flushBits(aBits), flushBits(bBits)];
  if (isNaNBits(a) || isNaNBits(b)) return NAN;
  const sign = isNegative(a) !== isNegative(b) ? SIGN : 0;
  if (isInfinite(a)) return isInfinite(b) ? NAN : (sign | INFINITY) >>> 0;
  if (isInfinite(b)) return sign;
  if (isZero(b)) return isZero(a) ? NAN : (sign | INFINITY) >>> 0;
  if (isZero(a)) return sign;
  const x = exact(a);
  const y = exact(b);
  const scaled = x.n << 64n;
  return round(sign !== 0, scaled / y.n, x.e - y.e - 64, scaled % y.n !== 0n, 'nearest');
}

export function referenceSqrt(bits: number): number {
  const a = flushBits(bits);
  if (isNaNBits(a)) return NAN;
  if (isZero(a)) return a;
  if (isNegative(a)) return NAN;
  if (isInfinite(a)) return a;
  const x = exact(a);
  const odd = Math.abs(x.e) % 2;
  const n = x.n << BigInt(64 + odd); // exponent x.e - odd - 64 is even
  let root = 1n << BigInt((bitLength(n) >> 1) + 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  return round(false, root, (x.e - odd - 64) / 2, root * root !== n, 'nearest');
}

/** The remainder of float32 by integers. */
export function referenceRem(aBits: number, bBits: number): number {
  const [a, b] = [flushBits(aBits), flushBits(bBits)];
  if (isNaNBits(a) || isNaNBits(b) || isInfinite(a) || isZero(b)) return NAN;
  if (isZero(a) || isInfinite(b)) return a;
  const x = exact(a);
  const y = exact(b);
  const e = Math.min(x.e, y.e);
  const rest = (x.n << BigInt(x.e - e)) % (y.n << BigInt(y.e - e));
  return rest === 0n ? (x.negative ? SIGN : 0) : round(x.negative, rest, e, false, 'nearest');
}

/** floor, ceil, trunc and round of a float32 by integers. */
export function referenceIntegral(aBits: number, mode: 'floor' | 'ceil' | 'trunc' | 'round'): number {
  const a = flushBits(aBits);
  if (isNaNBits(a)) return NAN;
  if (isInfinite(a) || isZero(a)) return a;
  const x = exact(a);
  if (x.e >= 0) return a;
  const unit = 1n << BigInt(-x.e);
  let whole = x.n / unit;
  const rest = x.n % unit;
  const away = x.negative ? mode === 'floor' : mode === 'ceil';
  if (away && rest !== 0n) whole += 1n;
  if (mode === 'round' && (x.negative ? 2n * rest > unit : 2n * rest >= unit)) whole += 1n;
  return whole === 0n ? (x.negative ? SIGN : 0) : round(x.negative, whole, 0, false, 'nearest');
}

/** JavaScript's ToInt32 by integers. */
export function referenceToInt32(a: number): number {
  if (isNaNBits(a) || isInfinite(a)) return 0;
  const x = exact(a);
  const magnitude = x.e >= 0 ? x.n << BigInt(x.e) : x.n >> BigInt(-x.e);
  return Number(BigInt.asIntN(32, x.negative ? -magnitude : magnitude));
}
