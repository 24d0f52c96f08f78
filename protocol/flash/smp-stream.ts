/** Messages of SMP one after another on a stream: the length in each head says where the next one begins. */
import { concatenate } from '../concatenate.ts';
import { smpLength } from './smp.ts';

export class SmpStreamReader {
  readonly #onMessage: (message: Uint8Array) => void;
  #waiting: Uint8Array = new Uint8Array();

  constructor(onMessage: (message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes what has come; calls back for each message that is whole. */
  push(bytes: Uint8Array): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : concatenate([this.#waiting, bytes]);
    for (let length = smpLength(this.#waiting); length !== null; length = smpLength(this.#waiting)) {
      if (length > this.#waiting.length) return;
      const message = this.#waiting.slice(0, length);
      this.#waiting = this.#waiting.subarray(length);
      this.#onMessage(message);
    }
  }

  /** Bytes that the message takes of which only a part is there; 0 if nothing is known of it. */
  get pendingBytes(): number {
    return smpLength(this.#waiting) ?? 0;
  }
}
