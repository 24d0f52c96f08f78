'use kernel';
/** The typed arrays that kernels have, and what their methods make of indices. */
import type { i32 } from '../index.ts';

export type NumberArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** A negative index counts from the end; what comes out is in 0 … length. */
export function placeIn(length: i32, index: i32): i32 {
  return index < 0 ? Math.max(0, index + length) : Math.min(index, length);
}
