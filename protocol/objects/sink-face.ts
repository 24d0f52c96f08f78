/** Stands in for a WritableStream: the other side writes as much at a time as `window` says. */
import type { WritableStreamLike } from './platform.ts';
import { constantFields } from './shapes.ts';

export class SinkFace {
  /** Bytes of values that may be on their way. */
  readonly window: number;
  readonly #writer: ReturnType<WritableStreamLike['getWriter']>;
  #isEnded = false;

  constructor(stream: WritableStreamLike, windowBytes: number) {
    this.#writer = stream.getWriter();
    this.window = windowBytes;
  }

  write(chunk: unknown): Promise<void> {
    return this.#writer.write(chunk);
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    await this.#writer.close();
  }

  async abort(reason: unknown): Promise<void> {
    this.#isEnded = true;
    await this.#writer.abort(reason);
  }

  /** The other side has let go without an end. */
  abandon(): void {
    if (!this.#isEnded) this.abort(new Error('the writer on the other side of the link has gone')).catch(() => {});
  }
}

Object.defineProperty(SinkFace, constantFields, { value: ['window'] });
