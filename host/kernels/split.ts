import { ShoalError } from '../../protocol/errors.ts';
import { typedArrayKind } from '../../protocol/values/typed-arrays.ts';
import { BoardArray } from '../memory/board-array.ts';
import { describeValue } from './describe-value.ts';

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
  readonly array: T | BoardArray<T>;

  /** Use {@link split}. */
  constructor(array: T | BoardArray<T>) {
    this.array = array;
  }

  /**
   * The share of one of `count` cores: consecutive elements. They are dealt out in groups of `group` elements, of which
   * the last may be shorter; the first cores have one group more if they do not come out even.
   */
  share(index: number, count: number, group: number): T | BoardArray<T> {
    const { length } = this.array;
    const groups = Math.ceil(length / group);
    const begin = (core: number): number => {
      const before = core * Math.floor(groups / count) + Math.min(core, groups % count);
      return Math.min(length, before * group);
    };
    return this.array.subarray(begin(index), begin(index + 1)) as T | BoardArray<T>;
  }
}

/** Kernels take arrays in board memory that begin at multiples of so many bytes. */
const BOARD_ALIGNMENT_BYTES = 8;

/**
 * The arguments of each of `count` cores. All arrays of one length are dealt out alike, so that their shares belong
 * together: if one of them stands in board memory, in groups of 8 bytes of its elements, else element by element.
 */
export function shareOut(values: readonly unknown[], count: number): unknown[][] {
  let group = 1;
  for (const value of values) {
    if (!(value instanceof Split && value.array instanceof BoardArray)) continue;
    group = Math.max(group, BOARD_ALIGNMENT_BYTES / value.array.type.BYTES_PER_ELEMENT);
  }
  return Array.from({ length: count }, (_, index) =>
    values.map((value) => (value instanceof Split ? value.share(index, count, group) : value)),
  );
}

/**
 * Marks an argument of `kernels.everywhere`: core 0 gets the first share of the array, core 1 the next, and so on. Of
 * an array in board memory each core gets a part of it, where it stands. Shares differ by at most one element; if the
 * call splits an array in board memory, by at most 8.
 *
 * Throws CALL_ARGUMENT for anything but a typed array or an array in board memory.
 */
export function split<T extends KernelArray>(array: T | BoardArray<T>): Split<T> {
  if (!(array instanceof BoardArray) && typedArrayKind(array) === undefined) {
    throw new ShoalError('CALL_ARGUMENT', `split() takes a typed array, not ${describeValue(array)}`);
  }
  return new Split(array);
}
