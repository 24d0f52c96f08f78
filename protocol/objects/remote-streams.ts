/** What stands here for a stream or signal of the other side: one of this engine, or the least that does its work. */
import { ShoalError } from '../errors.ts';
import { sizeBound } from './cursor.ts';
import { readableOver, type Sink, writableOver } from './engine-streams.ts';
import type { Imported } from './import-table.ts';
import type { PendingResult } from './pending-result.ts';
import { type AbortSignalLike, platform } from './platform.ts';
import type { RemoteSession } from './remote-handler.ts';
import { RemoteIterator } from './remote-iteration.ts';

/** A ReadableStream, or an async iterable where there are none. */
export function readableOf(session: RemoteSession, imported: Imported): object {
  return readableOver(new RemoteIterator(session, imported, 2));
}

/** Writes to a sink of the other side with no more bytes on their way than it allows. */
export class RemoteSink implements Sink {
  readonly #session: RemoteSession;
  readonly #imported: Imported;
  readonly #window: number;
  #bytesUnderWay = 0;
  #isEnded = false;
  #error: { readonly thrown: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(session: RemoteSession, imported: Imported) {
    this.#session = session;
    this.#imported = imported;
    const [window] = imported.constants;
    this.#window = typeof window === 'number' ? window : 0;
  }

  /** Resolves when there is room for the next one; a failed write rejects the next one or `close`. */
  async write(chunk: unknown): Promise<void> {
    const size = sizeBound(chunk);
    if (size > this.#window && chunk instanceof Uint8Array) {
      const half = chunk.length >> 1;
      await this.write(chunk.subarray(0, half));
      return this.write(chunk.subarray(half));
    }
    if (size > this.#window) {
      throw new ShoalError(
        'LIMIT_EXCEEDED',
        `a value of ${size} bytes for a stream that takes ${this.#window} at a time`,
        {
          hint: 'write smaller values, or raise limits.streamWindowBytes of the session that has the stream',
          details: { limit: 'streamWindowBytes' },
        },
      );
    }
    await this.#room(this.#window - size);
    this.#bytesUnderWay += size;
    const result = this.#invoke('write', chunk);
    result.whenSettled(() => {
      this.#bytesUnderWay -= size;
      if (result.state === 'threw') this.#error ??= { thrown: result.value };
      this.#wake?.();
    });
  }

  /** Waits until at most `bytes` are under way. */
  async #room(bytes: number): Promise<void> {
    while (this.#bytesUnderWay > bytes && this.#error === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) {
      this.#end();
      throw this.#error.thrown;
    }
  }

  async close(): Promise<void> {
    await this.#room(0);
    const result = this.#invoke('close');
    await result.promise.finally(() => this.#end());
  }

  async abort(reason: unknown): Promise<void> {
    if (this.#isEnded) return;
    const result = this.#invoke('abort', reason);
    await result.promise.finally(() => this.#end());
  }

  #invoke(method: string, ...values: readonly unknown[]): PendingResult {
    return this.#session.operate(this.#imported, { kind: 'invoke', path: [method], arguments: values }, {}, undefined);
  }

  #end(): void {
    this.#isEnded = true;
    this.#session.release(this.#imported);
  }
}

/** A WritableStream, or a RemoteSink where there are none. */
export function writableOf(session: RemoteSession, imported: Imported): object {
  return writableOver(new RemoteSink(session, imported));
}

/** A signal that is aborted when its original is. Throws VALUE_REFUSED on engines without AbortController. */
export function signalOf(session: RemoteSession, imported: Imported): AbortSignalLike {
  const { AbortController } = platform;
  if (AbortController === undefined) {
    throw new ShoalError('VALUE_REFUSED', 'this engine has no AbortController, so it cannot be given an AbortSignal');
  }
  const controller = new AbortController();
  const wait = session.operate(
    imported,
    { kind: 'await', path: [], arguments: [] },
    { timeoutMs: Infinity },
    undefined,
  );
  wait.whenSettled(() => {
    const end: unknown = wait.state === 'returned' ? wait.value : undefined;
    if (Array.isArray(end) && end[0] === true) controller.abort(end[1]);
  });
  return controller.signal;
}

/** A promise that is settled as its original is. */
export function promiseOf(session: RemoteSession, imported: Imported): Promise<unknown> {
  const wait = session.operate(
    imported,
    { kind: 'await', path: [], arguments: [] },
    { timeoutMs: Infinity },
    imported.scope,
  );
  const { promise } = wait;
  // Whoever got it may not care.
  promise.catch(() => {});
  wait.whenSettled(() => session.release(imported));
  return promise;
}
