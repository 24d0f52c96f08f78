/**
 * The FPU of one core on 32-bit words, float mode and integer mode. The rounding itself is in boards/arithmetic; here
 * are what IEEE leaves open and what the STATUS register sees: which NaN comes out, overflow, underflow, invalid.
 *
 * Each operation returns the result word and leaves the exceptions it raised in {@link raised}.
 */
import {
  add,
  addTowardZero,
  flush,
  fma,
  fmaTowardZero,
  mul,
  mulTowardZero,
  SMALLEST_NORMAL,
  sub,
  subTowardZero,
} from '../boards/arithmetic/float32.ts';
import { FIX_TIES_AWAY_FROM_ZERO } from '../boards/isa/epiphany/silicon-assumptions.ts';
import { STATUS_BIS, STATUS_BUS, STATUS_BV, STATUS_BVS } from './status.ts';

/**
 * The recorded vectors show BIS set by FADD, FSUB and FMUL when the old content of RD, which is no operand of theirs,
 * is a NaN pattern. Nothing says that silicon does so; the vectors are what there is.
 */
export const OLD_DESTINATION_NAN_IS_INVALID = true;

const QUIET_BIT = 0x00400000;
const DEFAULT_NAN = 0x7fc00000;
const INFINITY_BITS = 0x7f800000;

const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);

/** STATUS bits that the last operation raises: BV (this result only) and the sticky BIS, BVS, BUS. */
export let raised = 0;

export function isNaNWord(word: number): boolean {
  return (word & 0x7fffffff) > INFINITY_BITS;
}

function toFloat(word: number): number {
  words[0] = word;
  return floats[0] as number;
}

function toWord(value: number): number {
  floats[0] = value;
  return words[0] as number;
}

/** The NaN among the operands that is passed on, made quiet; RN goes before RM before RD. */
function passNaN(n: number, m: number, d: number): number {
  raised = STATUS_BIS;
  return (isNaNWord(n) ? n : isNaNWord(m) ? m : d) | QUIET_BIT;
}

/**
 * Finishes an operation on operands that are not NaN. `exact` is the result as a double: it may be rounded itself, but
 * it is zero, infinite or NaN exactly if the true result is.
 */
function finish(exact: number, result: number, operandsFinite: boolean): number {
  if (Number.isNaN(result)) {
    raised |= STATUS_BIS;
    return DEFAULT_NAN;
  }
  if (operandsFinite) {
    if (result === 0) {
      if (exact !== 0) raised |= STATUS_BUS;
    } else if (Math.abs(result) === Infinity || Math.abs(exact) >= 2 ** 128) raised |= STATUS_BV | STATUS_BVS;
  }
  return toWord(result);
}

function isFinite3(a: number, b: number, c: number): boolean {
  return a - a === 0 && b - b === 0 && c - c === 0;
}

function begin(d: number): void {
  raised = OLD_DESTINATION_NAN_IS_INVALID && isNaNWord(d) ? STATUS_BIS : 0;
}

/** FADD. `d` is the old content of RD, see {@link OLD_DESTINATION_NAN_IS_INVALID}. */
export function floatAdd(n: number, m: number, d: number, towardZero: boolean): number {
  if (isNaNWord(n) || isNaNWord(m)) return passNaN(n, m, m);
  begin(d);
  const a = toFloat(n);
  const b = toFloat(m);
  return finish(flush(a) + flush(b), towardZero ? addTowardZero(a, b) : add(a, b), isFinite3(a, b, 0));
}

/** FSUB. */
export function floatSubtract(n: number, m: number, d: number, towardZero: boolean): number {
  if (isNaNWord(n) || isNaNWord(m)) return passNaN(n, m, m);
  begin(d);
  const a = toFloat(n);
  const b = toFloat(m);
  return finish(flush(a) - flush(b), towardZero ? subTowardZero(a, b) : sub(a, b), isFinite3(a, b, 0));
}

/** FMUL. */
export function floatMultiply(n: number, m: number, d: number, towardZero: boolean): number {
  if (isNaNWord(n) || isNaNWord(m)) return passNaN(n, m, m);
  begin(d);
  const a = toFloat(n);
  const b = toFloat(m);
  return finish(flush(a) * flush(b), towardZero ? mulTowardZero(a, b) : mul(a, b), isFinite3(a, b, 0));
}

/** FMADD and FMSUB: RD ± RN·RM, rounded once. */
export function floatMultiplyAdd(n: number, m: number, d: number, subtract: boolean, towardZero: boolean): number {
  if (isNaNWord(n) || isNaNWord(m) || isNaNWord(d)) return passNaN(n, m, d);
  raised = 0;
  const a = subtract ? -toFloat(n) : toFloat(n);
  const b = toFloat(m);
  const c = toFloat(d);
  const exact = flush(a) * flush(b) + flush(c);
  return finish(exact, towardZero ? fmaTowardZero(a, b, c) : fma(a, b, c), isFinite3(a, b, c));
}

/** FABS: the sign is cleared, a subnormal becomes zero. Of a NaN too, which becomes quiet; that is not invalid. */
export function floatAbsolute(n: number): number {
  raised = 0;
  if (isNaNWord(n)) return (n | QUIET_BIT) & 0x7fffffff;
  const magnitude = n & 0x7fffffff;
  return magnitude < 0x00800000 ? 0 : magnitude;
}

/** FLOAT: a signed integer to single precision. */
export function floatFromInteger(n: number, towardZero: boolean): number {
  raised = 0;
  const value = n | 0;
  const rounded = Math.fround(value);
  if (towardZero && Math.abs(rounded) > Math.abs(value)) return toWord(rounded) - 1;
  return toWord(rounded);
}

/** The integer nearest to a value, as FIX rounds it. */
export function nearestInteger(value: number): number {
  const magnitude = Math.abs(value);
  const below = Math.floor(magnitude);
  const above = magnitude - below;
  const up = above > 0.5 || (above === 0.5 && (FIX_TIES_AWAY_FROM_ZERO || below % 2 === 1));
  return Math.sign(value) * (up ? below + 1 : below);
}

/** FIX: single precision to a signed integer, saturating. A NaN saturates by its sign. */
export function fixToInteger(n: number, towardZero: boolean): number {
  raised = 0;
  if (isNaNWord(n)) return n < 0 ? -0x80000000 : 0x7fffffff;
  const value = toFloat(n);
  if (Math.abs(value) < SMALLEST_NORMAL) return 0;
  const magnitude = Math.abs(towardZero ? Math.trunc(value) : nearestInteger(value));
  if (value < 0) return magnitude >= 0x80000000 ? -0x80000000 : -magnitude | 0;
  return magnitude > 0x7fffffff ? 0x7fffffff : magnitude;
}
