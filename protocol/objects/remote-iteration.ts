/** The receiving end of iterations and streams: asks for values with a credit of bytes. */
import { ShoalError } from '../errors.ts';
import type { CallOptions, PendingResult } from './pending-result.ts';
import type { RemoteSession, Root } from './remote-handler.ts';
import type { Scope } from './scope.ts';

const NO_OPTIONS: CallOptions = {};

export class RemoteIterator implements AsyncIterableIterator<unknown> {
  readonly #session: RemoteSession;
  readonly #cursor: Root;
  readonly #scope: Scope | undefined;
  /** Questions on their way at a time. */
  readonly #ahead: number;
  readonly #asked: PendingResult[] = [];
  readonly #values: unknown[] = [];
  #isDone = false;

  /**
   * @param ahead 1 for iterations, where to ask is to act; 2 for streams, so that the line is never idle; they share
   *   the window
   */
  constructor(session: RemoteSession, cursor: Root, ahead: 1 | 2) {
    this.#session = session;
    this.#cursor = cursor;
    this.#scope = cursor.scope;
    this.#ahead = ahead;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#values.length === 0) {
      if (this.#isDone) return { done: true, value: undefined };
      this.#ask();
      const answer = this.#asked.shift();
      if (answer === undefined) continue;
      await this.#take(answer);
    }
    const value = this.#values.shift();
    if (this.#ahead > 1 && !this.#isDone) this.#ask();
    return { done: false, value };
  }

  #ask(): void {
    const credit = Math.floor(this.#session.streamWindowBytes / this.#ahead);
    while (this.#asked.length < this.#ahead) {
      const operation = { kind: 'next', path: [], arguments: [credit] } as const;
      const result = this.#session.operate(this.#cursor, operation, NO_OPTIONS, this.#scope);
      result.observe();
      this.#asked.push(result);
    }
  }

  async #take(answer: PendingResult): Promise<void> {
    try {
      const batch = await answer.promise;
      if (!Array.isArray(batch))
        throw new ShoalError('PROTOCOL_INVALID', 'an iteration gave something else than values');
      const [isDone, ...values] = batch as readonly unknown[];
      this.#values.push(...values);
      if (isDone === true) this.#end();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#session.release(this.#cursor);
  }
}
