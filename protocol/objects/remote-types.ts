/** What the program sees of objects of the other side, as types. */

/** Goes by value as it is. */
type ByValue = undefined | null | boolean | number | bigint | string | Date | Error | ArrayBufferView;

type AnyFunction = (...parameters: never) => unknown;
type AnyClass = abstract new (...parameters: never) => unknown;

/** True for objects that have a method, and so go by reference. */
type HasMethod<T> = true extends { [K in keyof T]: T[K] extends AnyFunction | AnyClass ? true : never }[keyof T]
  ? true
  : false;

/**
 * What arrives for a `T` that the other side passes: values as they are, functions and objects with methods as
 * {@link Remote}, plain data with its fields treated the same way.
 */
export type Arrived<T> = T extends ByValue
  ? T
  : T extends PromiseLike<infer U>
    ? Promise<Arrived<U>>
    : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | AbortSignalShape | StreamShape
      ? T
      : T extends AnyFunction | AnyClass
        ? Remote<T>
        : T extends readonly unknown[]
          ? { [K in keyof T]: Arrived<T[K]> }
          : T extends object
            ? HasMethod<T> extends true
              ? Remote<T>
              : { [K in keyof T]: Arrived<T[K]> }
            : T;

interface AbortSignalShape {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

interface StreamShape {
  readonly locked: boolean;
}

/** What can be passed for a `T`: itself, what the other side gave for it, or a result that is still to come. */
export type Passed<T> = T extends AnyFunction ? T | PromiseLike<T> : T | Arrived<T> | PromiseLike<T | Arrived<T>>;

type PassedAll<P extends readonly unknown[]> = { [K in keyof P]: Passed<P[K]> };

/** Members of an object of the other side: methods give promises, fields are promises. */
type Members<T> = {
  readonly [K in keyof T as K extends symbol ? never : K]: T[K] extends AnyFunction | AnyClass
    ? RemoteFunction<T[K]>
    : RemotePromise<T[K]>;
};

type RemoteFunction<T> = (T extends (...parameters: infer P) => infer R
  ? (...parameters: PassedAll<P>) => RemotePromise<Awaited<R>>
  : unknown) &
  (T extends abstract new (
    ...parameters: infer P
  ) => infer R
    ? new (
        ...parameters: PassedAll<P>
      ) => RemotePromise<R>
    : unknown) &
  Members<T>;

/** Of an iterable object, its values one after another. */
type Iteration<T> = T extends AsyncIterable<infer V> | Iterable<infer V>
  ? { [Symbol.asyncIterator](): AsyncIterator<Arrived<V>> }
  : unknown;

/** An object or function of the other side that has arrived. */
export type Remote<T> = (T extends AnyFunction | AnyClass ? RemoteFunction<T> : Members<T>) &
  Iteration<T> &
  Disposable &
  AsyncDisposable;

/** A result or field of the other side: a promise of it, whose members can be used before it is there. */
export type RemotePromise<T> = Promise<Arrived<T>> &
  (T extends Memberless ? unknown : Omit<RemoteFunction<T>, keyof Promise<unknown>> & CallSignature<T> & Iteration<T>) &
  Disposable;

type Memberless = undefined | null | boolean | number | bigint | symbol;

type CallSignature<T> = (T extends (...parameters: infer P) => infer R
  ? (...parameters: PassedAll<P>) => RemotePromise<Awaited<R>>
  : unknown) &
  (T extends abstract new (
    ...parameters: infer P
  ) => infer R
    ? new (
        ...parameters: PassedAll<P>
      ) => RemotePromise<R>
    : unknown);

/** What `session.import` gives for an object of type `T`. */
export type Imported<T> = Promise<Remote<T>> & Omit<Remote<T>, keyof Promise<unknown>> & CallSignature<T>;
