/** Those who wait until a queue is short enough. */
export class DrainWaiters {
  #waiting: { readonly bytes: number; readonly callback: () => void }[] = [];

  /** Calls back once `queuedBytes` is `bytes` or less: at once if it is. */
  add(bytes: number, callback: () => void, queuedBytes: number): void {
    if (queuedBytes <= bytes) callback();
    else this.#waiting.push({ bytes, callback });
  }

  /** The queue has become shorter. The callbacks may wait anew. */
  update(queuedBytes: number): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter(({ bytes }) => queuedBytes <= bytes);
    this.#waiting = this.#waiting.filter(({ bytes }) => queuedBytes > bytes);
    for (const { callback } of due) callback();
  }

  /** Nobody is called any more. */
  clear(): void {
    this.#waiting = [];
  }
}
