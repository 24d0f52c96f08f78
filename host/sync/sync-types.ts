/** What a program sees of objects of the other side that it uses without `await`, as types. */

/** Goes by value as it is, and functions that give it are what they are there. */
type ByValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Error
  | ArrayBufferView
  | readonly ByValue[];

type AnyFunction = (...parameters: never) => unknown;
type AnyClass = abstract new (...parameters: never) => unknown;

/** A `T` of the other side: promises of it are values here, and what does not come by value can be disposed. */
export type Sync<T> = T extends ByValue
  ? T
  : T extends PromiseLike<infer U>
    ? Sync<U>
    : T extends AnyFunction | AnyClass
      ? SyncFunction<T>
      : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | readonly unknown[]
        ? T
        : T extends object
          ? SyncObject<T>
          : T;

type SyncObject<T> = { [K in keyof T]: Sync<T[K]> } & Values<T> & Disposable;

/** Of an iterable object, also an asynchronous one. */
type Values<T> = T extends AsyncIterable<infer V> ? { [Symbol.iterator](): Iterator<Sync<V>> } : unknown;

/** Overloads are kept where results come as they are. */
type SyncFunction<T> = (T extends (...parameters: infer P) => infer R
  ? // biome-ignore lint/suspicious/noConfusingVoidType: what functions without a result give
    [R] extends [ByValue | void]
    ? T
    : (...parameters: P) => Sync<R>
  : unknown) &
  (T extends abstract new (...parameters: infer P) => infer R ? new (...parameters: P) => Sync<R> : unknown) & {
    [K in keyof T]: Sync<T[K]>;
  };
