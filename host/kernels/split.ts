import { ShoalError } from '../../protocol/errors.ts';

/** Typed arrays that kernels take. */
export type KernelArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** The type of an array whatever memory of the host it stands in: of `Float32Array<ArrayBuffer>` it is `Float32Array`. */
export type AnyMemory<T extends KernelArray> = T extends Float32Array
  ? Float32Array
  : T extends Int32Array
    ? Int32Array
    : T extends Uint32Array
      ? Uint32Array
      : T extends Int16Array
        ? Int16Array
        : T extends Uint16Array
          ? Uint16Array
          : T extends Int8Array
            ? Int8Array
            : Uint8Array;

/** An array that `everywhere` deals out: each core gets, and gives back, its own share. */
export class Split<T extends KernelArray = KernelArray> {
  readonly array: T;

  /** Use {@link split}. */
  constructor(array: T) {
    this.array = array;
  }

  /** The share of one of `count` cores: consecutive elements, the first `length % count` cores have one more. */
  share(index: number, count: number): T {
    const whole = Math.floor(this.array.length / count);
    const more = this.array.length % count;
    const start = index * whole + Math.min(index, more);
    return this.array.subarray(start, start + whole + (index < more ? 1 : 0)) as T;
  }
}

/**
 * Marks an argument of `kernels.everywhere`: core 0 gets the first share of the array, core 1 the next, and so on.
 * Shares differ by at most one element. Throws CALL_ARGUMENT for anything but a typed array.
 */
export function split<T extends KernelArray>(array: T): Split<T> {
  if (!ArrayBuffer.isView(array) || array instanceof DataView) {
    throw new ShoalError('CALL_ARGUMENT', `split() takes a typed array, not ${typeof array}`);
  }
  return new Split(array);
}
