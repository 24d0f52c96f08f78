// biome-ignore-all lint/suspicious/noShadowRestrictedNames: these are the declarations of those names
/**
 * The whole standard library of kernels, used in place of TypeScript's own (`noLib`). What has no machine code is not
 * declared, so using it is an error; the empty interfaces are names that TypeScript itself asks for.
 * Everything here is a part of the standard library with the same types: a kernel that passes here passes in an editor.
 */
export {};

/** Tells the typed arrays apart; not a member that code can name. */
declare const element: unique symbol;

declare global {
  interface Object {}
  interface Function {}
  interface CallableFunction extends Function {}
  interface NewableFunction extends Function {}
  interface IArguments {}
  interface String {}
  interface Number {}
  interface Boolean {}
  interface RegExp {}
  interface Array<T> {
    readonly length: number;
    [index: number]: T;
    [Symbol.iterator](): IterableIterator<T>;
    at(index: number): T | undefined;
    copyWithin(target: number, start: number, end?: number): this;
    entries(): IterableIterator<[number, T]>;
    fill(value: T, start?: number, end?: number): this;
    includes(value: T, from?: number): boolean;
    indexOf(value: T, from?: number): number;
    keys(): IterableIterator<number>;
    lastIndexOf(value: T, from?: number): number;
    reverse(): T[];
    slice(start?: number, end?: number): T[];
    values(): IterableIterator<T>;
  }
  interface ReadonlyArray<T> {
    readonly length: number;
    readonly [index: number]: T;
    [Symbol.iterator](): IterableIterator<T>;
    at(index: number): T | undefined;
    entries(): IterableIterator<[number, T]>;
    includes(value: T, from?: number): boolean;
    indexOf(value: T, from?: number): number;
    keys(): IterableIterator<number>;
    lastIndexOf(value: T, from?: number): number;
    slice(start?: number, end?: number): T[];
    values(): IterableIterator<T>;
  }

  // For-of asks for these. No kernel can use `Symbol` as a value: the whitelist refuses it.
  interface SymbolConstructor {
    readonly iterator: unique symbol;
  }
  var Symbol: SymbolConstructor;
  interface IteratorYieldResult<T> {
    done?: false;
    value: T;
  }
  interface IteratorReturnResult<T> {
    done: true;
    value: T;
  }
  type IteratorResult<T, R = unknown> = IteratorYieldResult<T> | IteratorReturnResult<R>;
  interface Iterator<T, R = unknown, N = unknown> {
    next(...values: [] | [N]): IteratorResult<T, R>;
  }
  interface Iterable<T, R = unknown, N = unknown> {
    [Symbol.iterator](): Iterator<T, R, N>;
  }
  interface IterableIterator<T, R = unknown, N = unknown> extends Iterator<T, R, N> {
    [Symbol.iterator](): IterableIterator<T, R, N>;
  }

  var NaN: number;
  var Infinity: number;

  interface Error {
    readonly message: string;
  }
  interface ErrorConstructor {
    new (message: string): Error;
  }
  var Error: ErrorConstructor;
  interface RangeError extends Error {}
  interface RangeErrorConstructor {
    new (message: string): RangeError;
  }
  var RangeError: RangeErrorConstructor;

  interface Console {
    log(...values: unknown[]): void;
    assert(condition: boolean, message?: string, ...values: unknown[]): void;
  }
  var console: Console;

  interface ArrayBuffer {}
  type ArrayBufferLike = ArrayBuffer;

  interface ArrayLike<T> {
    readonly length: number;
    readonly [index: number]: T;
  }

  /** What all typed arrays have. `Self`: the array itself. */
  interface NumberArray<Self> {
    readonly length: number;
    [index: number]: number;
    [Symbol.iterator](): IterableIterator<number>;
    at(index: number): number | undefined;
    copyWithin(target: number, start: number, end?: number): Self;
    entries(): IterableIterator<[number, number]>;
    fill(value: number, start?: number, end?: number): Self;
    includes(value: number, from?: number): boolean;
    indexOf(value: number, from?: number): number;
    keys(): IterableIterator<number>;
    lastIndexOf(value: number, from?: number): number;
    reverse(): Self;
    set(source: ArrayLike<number>, offset?: number): void;
    slice(start?: number, end?: number): Self;
    sort(): Self;
    subarray(begin?: number, end?: number): Self;
    values(): IterableIterator<number>;
  }

  interface NumberArrayConstructor<Self> {
    new (length?: number): Self;
    new (elements: ArrayLike<number> | Iterable<number>): Self;
    from(elements: ArrayLike<number> | Iterable<number>): Self;
    from<T>(elements: ArrayLike<T> | Iterable<T>, map: (value: T, index: number) => number): Self;
    of(...elements: number[]): Self;
  }

  interface Int8Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Int8Array<ArrayBuffer>> {
    readonly [element]: 'i8';
  }
  interface Int8ArrayConstructor extends NumberArrayConstructor<Int8Array<ArrayBuffer>> {}
  var Int8Array: Int8ArrayConstructor;

  interface Uint8Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Uint8Array<ArrayBuffer>> {
    readonly [element]: 'u8';
  }
  interface Uint8ArrayConstructor extends NumberArrayConstructor<Uint8Array<ArrayBuffer>> {}
  var Uint8Array: Uint8ArrayConstructor;

  interface Int16Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Int16Array<ArrayBuffer>> {
    readonly [element]: 'i16';
  }
  interface Int16ArrayConstructor extends NumberArrayConstructor<Int16Array<ArrayBuffer>> {}
  var Int16Array: Int16ArrayConstructor;

  interface Uint16Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Uint16Array<ArrayBuffer>> {
    readonly [element]: 'u16';
  }
  interface Uint16ArrayConstructor extends NumberArrayConstructor<Uint16Array<ArrayBuffer>> {}
  var Uint16Array: Uint16ArrayConstructor;

  interface Int32Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Int32Array<ArrayBuffer>> {
    readonly [element]: 'i32';
  }
  interface Int32ArrayConstructor extends NumberArrayConstructor<Int32Array<ArrayBuffer>> {}
  var Int32Array: Int32ArrayConstructor;

  interface Uint32Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Uint32Array<ArrayBuffer>> {
    readonly [element]: 'u32';
  }
  interface Uint32ArrayConstructor extends NumberArrayConstructor<Uint32Array<ArrayBuffer>> {}
  var Uint32Array: Uint32ArrayConstructor;

  interface Float32Array<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike>
    extends NumberArray<Float32Array<ArrayBuffer>> {
    readonly [element]: 'f32';
  }
  interface Float32ArrayConstructor extends NumberArrayConstructor<Float32Array<ArrayBuffer>> {}
  var Float32Array: Float32ArrayConstructor;

  interface Math {
    readonly E: number;
    readonly LN10: number;
    readonly LN2: number;
    readonly LOG2E: number;
    readonly LOG10E: number;
    readonly PI: number;
    readonly SQRT1_2: number;
    readonly SQRT2: number;
    abs(x: number): number;
    acos(x: number): number;
    acosh(x: number): number;
    asin(x: number): number;
    asinh(x: number): number;
    atan(x: number): number;
    atan2(y: number, x: number): number;
    atanh(x: number): number;
    cbrt(x: number): number;
    ceil(x: number): number;
    clz32(x: number): number;
    cos(x: number): number;
    cosh(x: number): number;
    exp(x: number): number;
    expm1(x: number): number;
    floor(x: number): number;
    fround(x: number): number;
    hypot(x?: number, y?: number, z?: number, w?: number): number;
    imul(x: number, y: number): number;
    log(x: number): number;
    log10(x: number): number;
    log1p(x: number): number;
    log2(x: number): number;
    max(...values: number[]): number;
    min(...values: number[]): number;
    pow(base: number, exponent: number): number;
    round(x: number): number;
    sign(x: number): number;
    sin(x: number): number;
    sinh(x: number): number;
    sqrt(x: number): number;
    tan(x: number): number;
    tanh(x: number): number;
    trunc(x: number): number;
  }
  var Math: Math;
}
