/** Messages on their way out: what is sent in one turn goes to the channel together. */
import type { MessageChannel } from '../message-channel.ts';
import { tooLarge } from '../message-size.ts';
import { ByteWriter } from '../values/head.ts';

/** From here on messages do not wait for the end of the turn. */
const FLUSH_BYTES = 1024;

/** What a message changes besides its bytes, and takes back if it cannot be sent. */
export interface SendingState {
  mark(): readonly number[];
  keep(): void;
  undo(mark: readonly number[]): void;
}

export class Outbox {
  readonly #channel: MessageChannel;
  readonly #state: SendingState;
  readonly #writer = new ByteWriter(256);
  #isWriting = false;
  #isFlushing = false;
  #isClosed = false;
  /** What was posted by getters of values that were being written. */
  #deferred: (() => void)[] = [];

  constructor(channel: MessageChannel, state: SendingState) {
    this.#channel = channel;
    this.#state = state;
  }

  /**
   * Appends one message. If `write` throws or the message is too large, nothing of it is sent and `failed` is called,
   * with what was thrown or LIMIT_EXCEEDED.
   */
  post(write: (writer: ByteWriter) => void, failed: (error: unknown) => void = throwIt): void {
    if (this.#isWriting) {
      this.#deferred.push(() => this.post(write, failed));
      return;
    }
    if (this.#isClosed) return;
    const error = this.#tryToWrite(write, true);
    if (error !== undefined) failed(error.thrown);
    while (this.#deferred.length > 0) this.#deferred.shift()?.();
  }

  #tryToWrite(write: (writer: ByteWriter) => void, mayRepeat: boolean): { readonly thrown: unknown } | undefined {
    const writer = this.#writer;
    const start = writer.length;
    const mark = this.#state.mark();
    this.#isWriting = true;
    try {
      write(writer);
    } catch (thrown) {
      writer.truncate(start);
      this.#state.undo(mark);
      return { thrown };
    } finally {
      this.#isWriting = false;
    }
    if (writer.length > this.#channel.maxMessageBytes) {
      const size = writer.length - start;
      writer.truncate(start);
      this.#state.undo(mark);
      if (size > this.#channel.maxMessageBytes || !mayRepeat)
        return { thrown: tooLarge(size, this.#channel.maxMessageBytes) };
      this.flush();
      return this.#tryToWrite(write, false);
    }
    this.#state.keep();
    if (writer.length >= FLUSH_BYTES) this.flush();
    else this.#flushLater();
    return undefined;
  }

  #flushLater(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    void Promise.resolve().then(() => this.flush());
  }

  /** Gives the channel what was posted. */
  flush(): void {
    this.#isFlushing = false;
    if (this.#writer.length > 0 && !this.#isClosed) this.#channel.send(this.#writer.take());
  }

  /** Nothing is sent from now on. */
  close(): void {
    this.#isClosed = true;
  }
}

function throwIt(error: unknown): never {
  throw error;
}
