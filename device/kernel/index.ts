/**
 * What kernels import: the number kinds, where a kernel runs, and `assert`. The compiler knows these names; in Node they are
 * ordinary types and functions, so a kernel runs there untransformed.
 *
 * A kind is a soft brand: every `number` fits every kind, but a value that has one kind does not become another by
 * itself where that could change it. An integer goes into an f32; an f32 goes into an integer by `| 0`, `>>> 0` or
 * `Math.trunc`. docs/numbers.md says what each kind means.
 */

import { arrayOfCapacity } from './fixed-array.ts';

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

/** Rows of cores that the board has. In Node, outside a call, 1. */
export function boardRows(): i32 {
  return 1;
}

/** Columns of cores that the board has. In Node, outside a call, 1. */
export function boardColumns(): i32 {
  return 1;
}

/** What the memory of another core is seen as. */
export type KernelArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** A core of the board as the others see it. Peers are got from {@link peer}, {@link neighbour}, {@link north}, … */
export interface Peer {
  /**
   * The array that `array`, one of a module's, is on that core: same type, same length, same checks. Accesses go over
   * the mesh: a write costs the writer little, a read waits for the way there and back. What is written is certain to
   * be seen behind the next {@link barrier}; until then others, and the writer itself, may read the old value.
   */
  view<T extends KernelArray>(array: T): T;
}

/** In Node, outside of `hostCores`, the only core there is. */
const self: Peer = { view: (array) => array };

/** The core with this index; null if the board has none. May be the own one. */
export function peer(core: i32): Peer | null;
/** The core at this row and column of the board, both from 0; null if the board has none. */
export function peer(row: i32, column: i32): Peer | null;
export function peer(row: i32, column: i32 = 0): Peer | null {
  return row === 0 && column === 0 ? self : null;
}

/** The core so many rows to the south and columns to the east of this one; null beyond the edges of the board. */
export function neighbour(rows: i32, columns: i32): Peer | null {
  return peer(rows, columns);
}

/** As {@link neighbour} on a board without edges: behind the last row comes the first, behind the last column too. */
export function wrappedNeighbour(_rows: i32, _columns: i32): Peer {
  return self;
}

/** The next core in the row above; null in the first row. */
export function north(): Peer | null {
  return null;
}

/** The next core in the row below; null in the last row. */
export function south(): Peer | null {
  return null;
}

/** The next core in the column to the right; null in the last column. */
export function east(): Peer | null {
  return null;
}

/** The next core in the column to the left; null in the first column. */
export function west(): Peer | null {
  return null;
}

/**
 * Waits until every core of the board is here. What any core has written before to its own memory or, through peers, to
 * that of others is seen by every core behind it. Arrays in the shared memory of the board are not a part of this.
 *
 * Meant for calls by `everywhere`: a barrier that some core never enters ends the call with CALL_DEADLOCK, or with
 * CALL_TIMEOUT if another core still works. In Node, outside of `hostCores`, it does nothing.
 */
export function barrier(): void {}

/**
 * Lets one core at a time pass. Made at the top level of a module: `const tally = new Lock()` is one lock for all cores.
 * It stands on core 0, and guards what stands there: writes to core 0 (through `peer(0)`) are seen by the core that
 * takes the lock next. For writes to other cores only {@link barrier} says that.
 */
export class Lock {
  #held = false;

  /** Waits until no core has the lock, and takes it. A core that has it already waits for ever. */
  acquire(): void {
    if (this.#held) throw new Error('the lock is held, and there is no other core that could release it');
    this.#held = true;
  }

  /** Gives the lock back. A core must not release what it has not acquired. */
  release(): void {
    this.#held = false;
  }
}

/** An array of numbers of the kind `T` that has a capacity, and grows and shrinks within it. Got from {@link fixedArray}. */
export interface FixedArray<T extends number> {
  /** Elements that it has now, from 0 to its capacity. */
  readonly length: number;
  /** Elements that it can have. */
  readonly capacity: number;
  [index: number]: T;
  /** Adds an element behind the last one, and gives the new length. RangeError if the array is full. */
  push(value: T): number;
  /** Takes the last element away, and gives it. RangeError if there is none. */
  pop(): T;
  [Symbol.iterator](): IterableIterator<T>;
}

/**
 * An empty array with room for `capacity` elements: `fixedArray<f32>(16)`. In a kernel the capacity is a constant, and
 * the array lives in the frame of the function that makes it, or in the memory of the core if top-level code makes it.
 *
 * Throws RangeError in Node if the capacity is no integer from 0 on; a kernel is refused (SH3050 to SH3052).
 */
export function fixedArray<T extends number>(capacity: i32): FixedArray<T> {
  return arrayOfCapacity<T>(capacity);
}

/** The integers from 0 up to, not including, `end`: `for (const i of range(n))`. In kernels for for-of only. */
export function range(end: i32): Iterable<number>;
/**
 * The integers from `begin` on, each by `step` more than the one before it, up to, not including, `end`; down to it if
 * the step is negative. In kernels the loop is `for (let i = begin; i < end; i += step)` with the two evaluated once,
 * and the step a constant; so `end + step` must be an i32, too.
 *
 * Throws RangeError in Node, and is refused in kernels (SH1034), if the step is 0 or no integer.
 */
export function range(begin: i32, end: i32, step?: i32): Iterable<number>;
export function* range(first: i32, second?: i32, step: i32 = 1): Iterable<number> {
  if (step === 0 || (step | 0) !== step) throw new RangeError('the step of a range is an integer other than 0');
  const [begin, end] = second === undefined ? [0, first] : [first, second];
  for (let i = begin; step > 0 ? i < end : i > end; i += step) yield i;
}

/**
 * Stops the kernel with an `Error` if the condition does not hold. The message is a literal; on a core it costs nothing.
 * `console.assert` only says so, and goes on.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
