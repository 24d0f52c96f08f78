/**
 * Arguments of kernels on their way to another thread and back. Arrays that share memory share it there as well, so that
 * the board refuses there what it would refuse here.
 */
import { ShoalError } from '../../protocol/errors.ts';
import { bytesOf } from '../../protocol/values/typed-arrays.ts';
import { type KernelArray, Split, split } from '../kernels/split.ts';
import { KERNEL_ARRAY_TYPES, type KernelArrayName } from '../memory/kernel-array-types.ts';

interface PackedArray {
  readonly type: KernelArrayName;
  /** In the list of buffers. */
  readonly buffer: number;
  readonly offsetBytes: number;
  readonly length: number;
  readonly isSplit: boolean;
}

export interface PackedValues {
  /** What the arrays lie in, each piece of memory once. */
  readonly buffers: readonly Uint8Array[];
  readonly values: readonly ({ readonly array: PackedArray } | { readonly value: unknown })[];
}

/** A stretch of memory that arrays lie in; it begins at a multiple of 8 bytes. */
interface Stretch {
  readonly index: number;
  begin: number;
  end: number;
}

function arrayOf(value: unknown): KernelArray | undefined {
  const array: unknown = value instanceof Split ? value.array : value;
  return Object.values(KERNEL_ARRAY_TYPES).some((Class) => array instanceof Class) ? (array as KernelArray) : undefined;
}

export function packValues(values: readonly unknown[]): PackedValues {
  const stretches = new Map<ArrayBufferLike, Stretch>();
  for (const array of values.map(arrayOf)) {
    if (array === undefined) continue;
    const begin = array.byteOffset & ~7;
    const end = array.byteOffset + array.byteLength;
    const known = stretches.get(array.buffer);
    if (known === undefined) stretches.set(array.buffer, { index: stretches.size, begin, end });
    else Object.assign(known, { begin: Math.min(known.begin, begin), end: Math.max(known.end, end) });
  }
  return {
    buffers: [...stretches].map(([buffer, { begin, end }]) => new Uint8Array(buffer, begin, end - begin)),
    values: values.map((value) => {
      const array = arrayOf(value);
      const stretch = array === undefined ? undefined : stretches.get(array.buffer);
      if (array === undefined || stretch === undefined) return { value };
      const type = array[Symbol.toStringTag] as KernelArrayName;
      const place = { buffer: stretch.index, offsetBytes: array.byteOffset - stretch.begin, length: array.length };
      return { array: { type, ...place, isSplit: value instanceof Split } };
    }),
  };
}

/** The values, with their arrays over the buffers as they arrived. Throws PROTOCOL_INVALID. */
export function unpackValues({ buffers, values }: PackedValues): unknown[] {
  // Whatever they arrived in, typed arrays want to be aligned.
  const memory = buffers.map((bytes) => (bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()));
  return values.map((packed) => {
    if ('value' in packed) return packed.value;
    const { type, buffer, offsetBytes, length, isSplit } = packed.array;
    const bytes = memory[buffer];
    if (bytes === undefined) throw new ShoalError('PROTOCOL_INVALID', `there is no buffer ${buffer}`);
    const array = new KERNEL_ARRAY_TYPES[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + offsetBytes, length);
    return isSplit ? split(array) : array;
  });
}

/** Copies what `after` holds, the arrays of the values as a kernel has left them, into those that were passed. */
export function takeBack(values: readonly unknown[], after: readonly (Uint8Array | undefined)[]): void {
  for (const [index, value] of values.entries()) {
    const [array, bytes] = [arrayOf(value), after[index]];
    if (array !== undefined && bytes !== undefined) bytesOf(array).set(bytes);
  }
}

/** Bytes of the arrays among values. */
export function arrayBytes(values: readonly unknown[]): (Uint8Array | undefined)[] {
  return values.map((value) => {
    const array = arrayOf(value);
    return array === undefined ? undefined : bytesOf(array);
  });
}
