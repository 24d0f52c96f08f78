/** The types of `board.map`, `board.forEach` and `board.reduce`. */
import type { CallOptions } from '../kernels/pending-call.ts';

/** A kernel of a loaded module: `k.blur`, `k.at(3).blur`, `k.with({ timeoutMs }).blur`. */
export type KernelFunction = (...values: never[]) => Promise<unknown>;

/** The arguments of one call of a kernel. */
export type Item<Kernel extends KernelFunction> = Readonly<Parameters<Kernel>>;

/** Lists of arguments. They are taken as cores get free, not all at once. */
export type Items<Kernel extends KernelFunction> = Iterable<Item<Kernel>> | AsyncIterable<Item<Kernel>>;

/**
 * What a failing item does to the others. `'stop'`: no more items are begun, those that wait are not run, those that
 * run are waited for; then the promise rejects with ITEM_FAILED. `'continue'`: all others run; each result is a
 * `PromiseSettledResult`, for failing items with an ITEM_FAILED error as its reason.
 */
export type OnError = 'stop' | 'continue';

/** What one item gives. */
export type Outcome<Kernel extends KernelFunction, E extends OnError> = E extends 'continue'
  ? PromiseSettledResult<Awaited<ReturnType<Kernel>>>
  : Awaited<ReturnType<Kernel>>;

export interface Progress {
  /** Items that have ended, the failed ones included. */
  readonly done: number;
  readonly failed: number;
  /** Items in all; undefined until it is known, if they come from an iterator. */
  readonly total: number | undefined;
}

/** Options of `map`, `forEach` and `reduce`. `signal` ends all calls, those that run too, and resets their cores. */
export interface WorkListOptions<E extends OnError = OnError> extends CallOptions {
  /** Most calls at a time, an integer from 1. Default: two for each core, one that runs and one that is transferred. */
  readonly concurrency?: number;
  /** Default `'stop'`. */
  readonly onError?: E;
  /** After each item. If it throws, the work stops with its error. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Gets the results in the order of the items; the next one waits for the promise that it may return. */
export type Visit<Kernel extends KernelFunction, Each extends Item<Kernel>, E extends OnError> = (
  result: Outcome<Kernel, E>,
  item: Each,
  index: number,
) => unknown;

export type Combine<Kernel extends KernelFunction, Each extends Item<Kernel>, E extends OnError, Total> = (
  total: Total,
  result: Outcome<Kernel, E>,
  item: Each,
  index: number,
) => Total | Promise<Total>;
