/**
 * Single-precision arithmetic on JavaScript numbers that hold float32 values, with the rules of docs/numbers.md: an
 * operation takes subnormal operands as zero of the same sign, is exact, rounds once, and replaces a subnormal result
 * by zero of the same sign. Shared by exact Node and the emulator. Nothing here allocates.
 *
 * Operands must be float32 values already (`Math.fround(x) === x`, or NaN); results are.
 */
import { MULTIPLY_ADD_ROUNDS_ONCE } from '../isa/epiphany/silicon-assumptions.ts';

/** The smallest normal float32, 2^-126. */
export const SMALLEST_NORMAL: number = 2 ** -126;
/** The largest finite float32, (2 - 2^-23) * 2^127. */
export const LARGEST_FINITE: number = (2 - 2 ** -23) * 2 ** 127;
/** The NaN that is stored or passed, as a bit pattern. */
export const CANONICAL_NAN_BITS = 0x7fc00000;

const EPSILON = 2 ** -52;

const floatView = new Float32Array(1);
const bitsView = new Int32Array(floatView.buffer);

/** Replaces a subnormal by zero of the same sign. */
export function flush(x: number): number {
  return Math.abs(x) < SMALLEST_NORMAL ? x * 0 : x;
}

/** The word that holds `x` as a signed integer; every NaN is {@link CANONICAL_NAN_BITS}. */
export function bitsOf(x: number): number {
  if (Number.isNaN(x)) return CANONICAL_NAN_BITS;
  floatView[0] = x;
  return bitsView[0] as number;
}

/** The float32 value of a word; all NaNs become JavaScript's one NaN. Subnormals are kept. */
export function fromBits(word: number): number {
  bitsView[0] = word;
  return floatView[0] as number;
}

// A double has 53 bits, at least 2 * 24 + 2: rounding the double result of one + - * / or sqrt to float32 gives the
// correctly rounded float32 result, subnormal ones included. This is not so for a product followed by a sum: see fma.

/** `a + b`. */
export function add(a: number, b: number): number {
  return flush(Math.fround(flush(a) + flush(b)));
}

/** `a - b`. */
export function sub(a: number, b: number): number {
  return flush(Math.fround(flush(a) - flush(b)));
}

/** `a * b`. */
export function mul(a: number, b: number): number {
  return flush(Math.fround(flush(a) * flush(b)));
}

/** `a / b`; division by zero gives an infinity, 0/0 NaN. */
export function div(a: number, b: number): number {
  return flush(Math.fround(flush(a) / flush(b)));
}

/** Square root; negative operands give NaN, -0 gives -0. */
export function sqrt(x: number): number {
  return Math.fround(Math.sqrt(flush(x)));
}

/** `a * b + c`, rounded once to nearest even. `c - a*b` is `fma(-a, b, c)`, `a*b - c` is `fma(a, b, -c)`. */
export function fma(a: number, b: number, c: number): number {
  if (!MULTIPLY_ADD_ROUNDS_ONCE) return add(mul(a, b), c);
  return flush(roundSum(flush(a) * flush(b), flush(c)));
}

/**
 * Rounds `p + c` to float32 once, to nearest even. `p` is a product of two float32 values: exact as a double.
 * The double sum `s` is itself rounded, and rounding it again goes wrong in one case only: `s` lies exactly halfway
 * between two float32 values and the exact sum does not. Then the error of `s` says which way to go.
 */
function roundSum(p: number, c: number): number {
  const s = p + c;
  const r = Math.fround(s);
  if (r === s) return r;
  const other = s + (s - r); // the neighbour of r, exactly, if s is halfway; otherwise never a float32
  if (Math.fround(other) !== other) return r;
  const error = sumError(p, c, s);
  if (error === 0) return r;
  return Math.fround(s * (error > 0 === s > 0 ? 1 + EPSILON : 1 - EPSILON));
}

/** The exact error of `s = p + c`: `p + c - s` (Knuth's two-sum). */
function sumError(p: number, c: number, s: number): number {
  const cPart = s - p;
  return p - (s - cPart) + (c - cPart);
}

/** `-x` as the language defines it, `(-0) - x`: subnormals become zero. */
export function neg(x: number): number {
  return -flush(x);
}

export function abs(x: number): number {
  return Math.abs(flush(x));
}

export function floor(x: number): number {
  return Math.floor(flush(x));
}

export function ceil(x: number): number {
  return Math.ceil(flush(x));
}

export function trunc(x: number): number {
  return Math.trunc(flush(x));
}

/** To the nearest whole number, halves upward. */
export function round(x: number): number {
  return Math.round(flush(x));
}

/** Remainder with the sign of `a`; exact, but for a subnormal one, which becomes zero. */
export function rem(a: number, b: number): number {
  return flush(flush(a) % flush(b));
}

/** -1, -0, 0, 1 or NaN. */
export function sign(x: number): number {
  return Math.sign(flush(x));
}

/** `Math.min`: NaN wins, -0 is below +0, subnormals stay. */
export function min(a: number, b: number): number {
  return Math.min(a, b);
}

/** `Math.max`: NaN wins, -0 is below +0, subnormals stay. */
export function max(a: number, b: number): number {
  return Math.max(a, b);
}

/** JavaScript's ToInt32: truncated, modulo 2^32; NaN and infinities give 0. */
export function toInt32(x: number): number {
  return x | 0;
}

/** JavaScript's ToUint32. */
export function toUint32(x: number): number {
  return x >>> 0;
}

/** An integer (i32 or u32 value) rounded to nearest even. */
export function fromInteger(x: number): number {
  return Math.fround(x);
}

/** `a * b + c` rounded once toward zero: what an Epiphany FPU in truncate mode gives. */
export function fmaTowardZero(a: number, b: number, c: number): number {
  return truncateSum(flush(a) * flush(b), flush(c));
}

/** `a + b` rounded toward zero. */
export function addTowardZero(a: number, b: number): number {
  return truncateSum(flush(a), flush(b));
}

/** `a - b` rounded toward zero. */
export function subTowardZero(a: number, b: number): number {
  return truncateSum(flush(a), -flush(b));
}

/** `a * b` rounded toward zero. */
export function mulTowardZero(a: number, b: number): number {
  const p = flush(a) * flush(b);
  return truncate(p, 0);
}

function truncateSum(p: number, c: number): number {
  const s = p + c;
  return truncate(s, sumError(p, c, s));
}

/** `s + error` rounded toward zero to float32, where `s` is the double nearest to that sum, and then flushed. */
function truncate(s: number, error: number): number {
  const r = Math.fround(s);
  if (r - r !== 0) {
    if (s - s !== 0) return r; // NaN, or an infinite operand
    return s > 0 ? LARGEST_FINITE : -LARGEST_FINITE;
  }
  const tooLarge = s > 0 ? r > s || (r === s && error < 0) : r < s || (r === s && error > 0);
  if (!tooLarge) return flush(r);
  floatView[0] = r;
  bitsView[0] = (bitsView[0] as number) - 1; // one step toward zero, for either sign
  return flush(floatView[0] as number);
}
