/**
 * The library kernels that lowering calls: ordinary kernel modules in device/kernel/math. Their symbols in a flow graph
 * carry a prefix that no module of a user can have.
 */

/** Stands before the symbol of every function from device/kernel/math. */
export const LIBRARY_PREFIX = 'math/';

/** Symbols of the library functions that lowered code calls. */
export const LIBRARY = {
  /** (f32, f32) -> f32, correctly rounded. */
  divideFloat: 'math/divide.divideFloat',
  /** (f32) -> f32, correctly rounded. */
  squareRoot: 'math/square-root.squareRoot',
  /** (f32, f32) -> f32, exact; divisor 0 gives NaN. */
  remainderFloat: 'math/remainder.remainderFloat',
  /** (i32, i32) -> i32, truncated; divisor 0 gives 0. */
  divideSigned: 'math/divide-integers.divideSigned',
  /** (u32, u32) -> u32; divisor 0 gives 0. */
  divideUnsigned: 'math/divide-integers.divideUnsigned',
  /** (i32, i32) -> i32, sign of the dividend; the divisor is not 0. */
  remainderSigned: 'math/divide-integers.remainderSigned',
  /** (u32, u32) -> u32; the divisor is not 0. */
  remainderUnsigned: 'math/divide-integers.remainderUnsigned',
  /** (f32) -> i32, JavaScript's ToInt32; the same bits are ToUint32. */
  toInteger: 'math/round.toInteger',
  /** (f32) -> f32, also the next three. */
  floor: 'math/round.floor',
  ceil: 'math/round.ceil',
  trunc: 'math/round.trunc',
  round: 'math/round.round',
} as const;

/** The kernel module, relative to the package, that defines a library symbol; null for any other symbol. */
export function libraryModuleOf(symbol: string): string | null {
  if (!symbol.startsWith(LIBRARY_PREFIX)) return null;
  const file = symbol.slice(LIBRARY_PREFIX.length).split('.')[0] ?? '';
  return `device/kernel/math/${file}.ts`;
}
