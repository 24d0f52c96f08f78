/**
 * What printed kernels import in Node (`shoal/compiler/exact`). Not for hand-written code: the printer knows which
 * operands are already flushed and in range.
 */
import { fma as fmaOf } from '../../boards/arithmetic/float32.ts';
import type { TrapMessage } from '../kernel-tree/trap-message.ts';
import { trapError, trapMessage } from '../kernel-tree/trap-message.ts';

export { bitsOf, fma, fromBits } from '../../boards/arithmetic/float32.ts';

/** Subnormals become zero of the same sign. The literal is 2^-126, so that the engine sees a constant. */
export function flush(x: number): number {
  return Math.abs(x) < 1.1754943508222875e-38 ? x * 0 : x;
}

/** `a * b + c` where c stands left of the product in the source and is evaluated first. */
export function fmaAddendFirst(c: number, a: number, b: number): number {
  return fmaOf(a, b, c);
}

/** A NaN that is stored is 0x7fc00000; the engine would keep the sign and payload that the processor made. */
export function canonical(x: number): number {
  return Number.isNaN(x) ? NaN : x;
}

/** `i` if it is an index of an array of that length; otherwise throws RangeError. `text` is the source: `x[i]`. */
export function index(i: number, length: number, text: string): number {
  if (i >>> 0 < length) return i;
  throw raised(trapMessage({ kind: 'index-out-of-range', text }, [i, length]), index);
}

/** True if `a` begins behind the beginning of `b` in one memory. */
export function beginsBehind(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return a.buffer === b.buffer && a.byteOffset > b.byteOffset;
}

/** `divisor` if it is not 0; otherwise throws RangeError. */
export function nonZero(divisor: number): number {
  if (divisor !== 0) return divisor;
  throw raised(trapMessage({ kind: 'division-by-zero', text: '' }, []), nonZero);
}

/** `console.log` of a kernel. */
export function log(...values: readonly (number | boolean | string)[]): void {
  console.log(...values);
}

/** A `console.assert` of a kernel that does not hold. */
export function warn(...values: readonly (number | boolean | string)[]): void {
  console.warn(...values);
}

/** The error of a `throw` in a kernel. */
export function thrown(errorClass: string, message: string): Error {
  return raised({ errorClass, message }, thrown);
}

/** Starts the stack at the kernel's own frame, not in this file. */
function raised(trap: TrapMessage, helper: (...args: never[]) => unknown): Error {
  const error = trapError(trap);
  Error.captureStackTrace(error, helper);
  return error;
}
