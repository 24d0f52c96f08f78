/** Work that must not overlap: each waits until those that asked before it have released. */
import { onAbort } from './abort-actions.ts';

export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves with the function that ends the turn. Rejects with the signal's reason; then the turn is not taken. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const before = this.#last;
    let release: () => void = () => {};
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#last = before.then(() => mine);
    let stop: () => void = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        void before.then(resolve);
        if (signal !== undefined) stop = onAbort(signal, () => reject(signal.reason));
      });
      return release;
    } catch (error) {
      release();
      throw error;
    } finally {
      stop();
    }
  }
}
