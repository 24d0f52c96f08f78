/** Variables and arrays that statements of a kernel can use, and what the elements of arrays are made of. */
import { edgeF32, edgeI32, edgeU32 } from './edge-values.ts';
import type { Random } from './random.ts';
import type { ExpressionKind } from './syntax-pieces.ts';

export interface Variable {
  readonly name: string;
  readonly kind: ExpressionKind;
  readonly writable: boolean;
}

export interface ArrayVariable {
  readonly name: string;
  readonly type: string;
  /** Kind that reading an element gives. */
  readonly kind: 'i32' | 'u32' | 'f32';
  /** Length, a power of two, so that `index & mask` is in range. */
  readonly length: number;
  readonly writable: boolean;
}

/** Kinds that promise fewer bits, and the values that keep the promise. */
export const NARROW_KINDS: readonly { readonly type: string; keep(value: number): number }[] = [
  { type: 'i8', keep: (value) => (value << 24) >> 24 },
  { type: 'u8', keep: (value) => value & 0xff },
  { type: 'i16', keep: (value) => (value << 16) >> 16 },
  { type: 'u16', keep: (value) => value & 0xffff },
];

export const ARRAY_TYPES: readonly { type: string; kind: 'i32' | 'u32' | 'f32'; pool: (random: Random) => number }[] = [
  { type: 'Int32Array', kind: 'i32', pool: edgeI32 },
  { type: 'Uint32Array', kind: 'u32', pool: edgeU32 },
  { type: 'Float32Array', kind: 'f32', pool: edgeF32 },
  { type: 'Int16Array', kind: 'i32', pool: (random) => (edgeI32(random) << 16) >> 16 },
  { type: 'Uint16Array', kind: 'i32', pool: (random) => edgeI32(random) & 0xffff },
  { type: 'Int8Array', kind: 'i32', pool: (random) => (edgeI32(random) << 24) >> 24 },
  { type: 'Uint8Array', kind: 'i32', pool: (random) => edgeI32(random) & 0xff },
];
