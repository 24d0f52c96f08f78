/**
 * A work list on its way: takes items while there is room, keeps so many calls going, hands the outcomes on in order.
 * The source of the items is asked for the next one only when it can be begun.
 */
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { onAbort, orAbort } from '../kernels/abort-actions.ts';
import { describeValue } from '../kernels/describe-value.ts';
import type { OnError, Progress } from './work-list-types.ts';

export type Values = readonly unknown[];

export interface WorkList {
  /** Of the kernel, for messages. */
  readonly name: string;
  readonly items: Iterable<unknown> | AsyncIterable<unknown>;
  readonly total: number | undefined;
  readonly concurrency: number;
  /** Most items that were begun and not handed on. */
  readonly window: number;
  readonly onError: OnError;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Runs one item. After `stopped` has aborted its outcome does not matter. */
  readonly call: (values: Values, stopped: AbortSignal) => Promise<unknown>;
  /** Gets the outcomes in order, one after another. */
  readonly deliver: (outcome: PromiseSettledResult<unknown>, values: Values, index: number) => unknown;
}

interface Ended {
  readonly outcome: PromiseSettledResult<unknown>;
  readonly values: Values;
}

/** Resolves when all was delivered; rejects, after all calls have ended, with what stopped the work. */
export async function runWorkList(list: WorkList): Promise<void> {
  await new ItemRun(list).run();
}

class ItemRun {
  readonly #list: WorkList;
  /** By index: not yet delivered. */
  readonly #ended = new Map<number, Ended>();
  readonly #stopping = new AbortController();
  #stoppedBy: { readonly error: unknown } | null = null;
  #running = 0;
  #done = 0;
  #failed = 0;
  #delivered = 0;
  /** Known when the source has ended. */
  #total: number | undefined;
  #waiting: (() => void)[] = [];

  constructor(list: WorkList) {
    this.#list = list;
  }

  async run(): Promise<void> {
    const { signal } = this.#list;
    const off = signal === undefined ? () => {} : onAbort(signal, () => this.#stop(signal.reason));
    try {
      await Promise.all([this.#takeItems(), this.#deliverAll()]);
      while (this.#running > 0) await this.#change();
    } finally {
      off();
    }
    if (this.#stoppedBy !== null) throw this.#stoppedBy.error;
  }

  /** The first reason counts. Calls that wait are taken back, calls that run are waited for. */
  #stop(error: unknown): void {
    if (this.#stoppedBy !== null) return;
    this.#stoppedBy = { error };
    this.#stopping.abort(error);
    this.#notify();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #hasRoom(index: number): boolean {
    const { concurrency, window } = this.#list;
    return this.#running < concurrency && index - this.#delivered < window;
  }

  async #takeItems(): Promise<void> {
    const iterator = iteratorOf(this.#list.items);
    let isAsked = false;
    try {
      for (let index = 0; ; index++) {
        while (this.#stoppedBy === null && !this.#hasRoom(index)) await this.#change();
        if (this.#stoppedBy !== null) break;
        isAsked = true;
        const step = await this.#unlessStopped(Promise.resolve(iterator.next()));
        if (step === null) break;
        isAsked = false;
        if (step.done === true) {
          this.#total = index;
          this.#notify();
          return;
        }
        this.#begin(step.value, index);
      }
    } catch (error) {
      // An iterator that has thrown has ended.
      this.#stop(error);
      return;
    }
    const closed = Promise.resolve()
      .then(() => iterator.return?.())
      .catch(() => undefined);
    // A source that still owes an item would keep the work from ending; and who aborts does not wait for its clean-up.
    if (!isAsked && this.#list.signal?.aborted !== true) await orAbort(closed, this.#list.signal).catch(() => {});
  }

  /** null if the work stops first. */
  #unlessStopped<T>(promise: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const stopped = (): void => resolve(null);
      const { signal } = this.#stopping;
      signal.addEventListener('abort', stopped);
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stopped));
      if (signal.aborted) stopped();
    });
  }

  #begin(values: unknown, index: number): void {
    this.#running++;
    this.#call(values, index).then(
      (value) => this.#end(index, { outcome: { status: 'fulfilled', value }, values: values as Values }),
      (cause: unknown) => {
        // Not the item's fault, and every other item would have it too.
        if (isShoalError(cause, 'BOARD_CLOSED') || isShoalError(cause, 'CALL_CANCELLED')) this.#stop(cause);
        const reason = itemError(this.#list.name, index, cause);
        if (this.#list.onError === 'stop') this.#stop(reason);
        this.#end(index, { outcome: { status: 'rejected', reason }, values: values as Values });
      },
    );
  }

  async #call(values: unknown, index: number): Promise<unknown> {
    if (Array.isArray(values)) return this.#list.call(values, this.#stopping.signal);
    const text = `item ${index} must be an array of the arguments of ${this.#list.name}, not ${describeValue(values)}`;
    throw new ShoalError('CALL_ARGUMENT', text);
  }

  #end(index: number, ended: Ended): void {
    this.#running--;
    this.#done++;
    if (ended.outcome.status === 'rejected') this.#failed++;
    this.#ended.set(index, ended);
    if (this.#stoppedBy === null) {
      try {
        const total = this.#total ?? this.#list.total;
        this.#list.onProgress?.({ done: this.#done, failed: this.#failed, total });
      } catch (error) {
        this.#stop(error);
      }
    }
    this.#notify();
  }

  async #deliverAll(): Promise<void> {
    try {
      for (;;) {
        const index = this.#delivered;
        while (this.#stoppedBy === null && index !== this.#total && !this.#ended.has(index)) await this.#change();
        const ended = this.#ended.get(index);
        if (this.#stoppedBy !== null || ended === undefined) return;
        this.#ended.delete(index);
        await this.#list.deliver(ended.outcome, ended.values, index);
        this.#delivered++;
        this.#notify();
      }
    } catch (error) {
      this.#stop(error);
    }
  }
}

function iteratorOf(items: Iterable<unknown> | AsyncIterable<unknown>): AsyncIterator<unknown> | Iterator<unknown> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

function itemError(kernel: string, index: number, cause: unknown): ShoalError {
  const text = cause instanceof Error ? cause.message.replace(/ \[[A-Z_]+\]$/, '') : String(cause);
  const code = isShoalError(cause) ? cause.code : undefined;
  return new ShoalError('ITEM_FAILED', `item ${index} of ${kernel}: ${text}`, {
    cause,
    details: { index, kernel, code },
    ...(isShoalError(cause) && cause.hint !== undefined ? { hint: cause.hint } : {}),
  });
}
