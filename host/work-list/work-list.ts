/** `map`, `forEach` and `reduce` over the cores of a board. What they do is said at their methods of Board. */
import { ShoalError } from '../../protocol/errors.ts';
import type { CallPool } from '../cores/call-pool.ts';
import { describeValue } from '../kernels/describe-value.ts';
import { kernelTarget } from '../kernels/kernel-function.ts';
import { checkOptions } from '../kernels/kernels-object.ts';
import { runWorkList, type Values, type WorkList } from './item-run.ts';
import type { WorkListOptions } from './work-list-types.ts';

/** One runs, and one is transferred meanwhile. */
const CALLS_PER_CORE = 2;

/** Items that were begun and wait for an earlier one to be handed on, for each that may run. */
const ITEMS_PER_CALL = 2;

export async function mapItems(
  pool: CallPool,
  kernel: unknown,
  items: unknown,
  options: WorkListOptions,
  site: Error,
): Promise<unknown[]> {
  const results: unknown[] = [];
  const list = workList(pool, kernel, items, options, site, (outcome) => results.push(outcome));
  // All results are kept: none has to wait for an earlier one.
  await runWorkList({ ...list, window: Number.POSITIVE_INFINITY });
  return results;
}

export async function visitItems(
  pool: CallPool,
  kernel: unknown,
  items: unknown,
  visit: (result: unknown, values: Values, index: number) => unknown,
  options: WorkListOptions,
  site: Error,
): Promise<void> {
  if (typeof visit !== 'function') throw wrong('the function for the results', 'a function', visit);
  await runWorkList(workList(pool, kernel, items, options, site, visit));
}

function workList(
  pool: CallPool,
  kernel: unknown,
  items: unknown,
  options: WorkListOptions,
  site: Error,
  visit: (result: unknown, values: Values, index: number) => unknown,
): WorkList {
  const target = kernelTarget(kernel);
  if (target === undefined || target.pool !== pool) {
    const what = target === undefined ? describeValue(kernel) : `${target.name}, which another board has loaded`;
    throw new ShoalError('CALL_ARGUMENT', `the first argument must be a kernel of this board, not ${what}`, {
      hint: 'Pass the function itself: board.map(k.blur, items).',
    });
  }
  checkWorkListOptions(options);
  if (!isIterable(items)) throw wrong('items', 'an iterable or async iterable of argument lists', items);
  const { onError = 'stop', signal, timeoutMs, concurrency = CALLS_PER_CORE * pool.slots.length } = options;
  return {
    name: target.name,
    items,
    total: Array.isArray(items) ? items.length : undefined,
    concurrency,
    window: ITEMS_PER_CALL * concurrency,
    onError,
    signal,
    onProgress: options.onProgress,
    call: (values, waitingSignal) =>
      target.call(values, site, {
        waitingSignal,
        ...(signal === undefined ? {} : { signal }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    deliver: (outcome, values, index) =>
      visit(onError === 'stop' && outcome.status === 'fulfilled' ? outcome.value : outcome, values, index),
  };
}

function checkWorkListOptions(options: WorkListOptions): void {
  checkOptions(options);
  const { concurrency, onError, onProgress } = options;
  if (concurrency !== undefined && !(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw wrong('concurrency', 'an integer from 1', concurrency);
  }
  if (onError !== undefined && onError !== 'stop' && onError !== 'continue') {
    throw wrong('onError', "'stop' or 'continue'", onError);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') throw wrong('onProgress', 'a function', onProgress);
  options.signal?.throwIfAborted();
}

function isIterable(items: unknown): items is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof items === 'object' && items !== null && (Symbol.asyncIterator in items || Symbol.iterator in items);
}

function wrong(name: string, expected: string, value: unknown): ShoalError {
  return new ShoalError('CALL_ARGUMENT', `${name} must be ${expected}, not ${describeValue(value)}`);
}
