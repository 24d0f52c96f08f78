/** The constructors of typed arrays that kernels take. */
import type { KernelArray } from '../kernels/split.ts';

/** `Float32Array` and the other constructors of arrays that kernels take. */
export interface KernelArrayType<T extends KernelArray> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): T;
}

export type KernelArrayName =
  | 'Int8Array'
  | 'Uint8Array'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float32Array';

export const KERNEL_ARRAY_TYPES: Readonly<Record<KernelArrayName, KernelArrayType<KernelArray>>> = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
};
