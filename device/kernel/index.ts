/**
 * What kernels import: the number kinds, where a kernel runs, and `assert`. The compiler knows these names; in Node they are
 * ordinary types and functions, so a kernel runs there untransformed.
 *
 * A kind is a soft brand: every `number` fits every kind, but a value that has one kind does not become another by
 * itself where that could change it. An integer goes into an f32; an f32 goes into an integer by `| 0`, `>>> 0` or
 * `Math.trunc`. docs/numbers.md says what each kind means.
 */

/** −128 … 127. */
export type i8 = number & { readonly __kind?: 'i8' };
/** 0 … 255. */
export type u8 = number & { readonly __kind?: 'u8' };
/** −32 768 … 32 767. */
export type i16 = number & { readonly __kind?: 'i16' | 'i8' | 'u8' };
/** 0 … 65 535. */
export type u16 = number & { readonly __kind?: 'u16' | 'u8' };
/** −2³¹ … 2³¹−1. */
export type i32 = number & { readonly __kind?: 'i32' | 'i16' | 'i8' | 'u16' | 'u8' };
/** 0 … 2³²−1. */
export type u32 = number & { readonly __kind?: 'u32' | 'u16' | 'u8' };
/** A single-precision number (binary32). Any integer kind is converted to it, rounding to nearest even. */
export type f32 = number & { readonly __kind?: 'f32' | 'i32' | 'u32' | 'i16' | 'u16' | 'i8' | 'u8' };

/** Index of the core that runs this, row by row from the board's first core, from 0. In Node, outside a call, 0. */
export function coreIndex(): i32 {
  return 0;
}

/** Number of cores of the board. In Node, outside a call, 1. */
export function coreCount(): i32 {
  return 1;
}

/**
 * Stops the kernel with an `Error` if the condition does not hold. The message is a literal; on a core it costs nothing.
 * `console.assert` only says so, and goes on.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
