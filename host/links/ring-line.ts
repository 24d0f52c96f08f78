import type { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';
import { RingEnd } from '../../protocol/ring.ts';

/** After traffic the ring is looked at all the time, for so long: an answer is often a few microseconds away. */
const BUSY_MS = 2;
/** Then at every turn of the event loop, for so long. */
const AWAKE_MS = 20;
/** Then only now and then. */
const ASLEEP_POLL_MS = 1;
/** The event loop is let through after so long, other work of this process waits no longer. */
const SPIN_MS = 0.05;

/** A line of messages over rings in shared memory. Nothing interrupts: it looks. */
export class RingLine implements Line {
  readonly capabilities: LineCapabilities;
  bufferedBytes = 0;
  onBytes: (bytes: Uint8Array) => void = () => {};
  onDrain: () => void = () => {};
  onEnd: (reason: ShoalError) => void = () => {};
  readonly #ring: RingEnd;
  readonly #release: () => void;
  readonly #waiting: Uint8Array[] = [];
  #isOpen = true;
  #lastTraffic = performance.now();

  /** `release` is called at the end: unmaps the memory. Throws LINK_UNAVAILABLE, see {@link RingEnd}. */
  constructor(memory: Uint8Array, end: 0 | 1, release: () => void = () => {}) {
    this.#ring = new RingEnd(memory, end);
    this.#release = release;
    this.capabilities = {
      kind: 'messages',
      isNoisy: false,
      hasModemLines: false,
      hasBreak: false,
      maxMessageBytes: this.#ring.maxMessageBytes,
    };
    this.#lookLater();
  }

  write(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastTraffic = performance.now();
    if (this.#waiting.length === 0 && this.#ring.write(bytes)) return;
    this.#waiting.push(bytes);
    this.bufferedBytes += bytes.length;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#release();
  }

  #lookLater(): void {
    if (performance.now() - this.#lastTraffic < AWAKE_MS) setImmediate(() => this.#look());
    else setTimeout(() => this.#look(), ASLEEP_POLL_MS);
  }

  #look(): void {
    if (!this.#isOpen) return;
    this.#spin();
    try {
      this.#take();
    } catch (error) {
      this.close();
      this.onEnd(error as ShoalError);
      return;
    }
    // The memory may be unmapped by now.
    if (!this.#isOpen) return;
    this.#drain();
    this.#lookLater();
  }

  #spin(): void {
    const start = performance.now();
    if (start - this.#lastTraffic > BUSY_MS) return;
    for (let count = 1; !this.#ring.hasMessage; count++) {
      if ((count & 63) === 0 && performance.now() - start > SPIN_MS) return;
    }
  }

  #take(): void {
    for (
      let message = this.#ring.read();
      message !== undefined;
      message = this.#isOpen ? this.#ring.read() : undefined
    ) {
      this.#lastTraffic = performance.now();
      this.onBytes(message);
    }
  }

  #drain(): void {
    if (this.#waiting.length === 0) return;
    let count = 0;
    for (const bytes of this.#waiting) {
      if (!this.#ring.write(bytes)) break;
      this.bufferedBytes -= bytes.length;
      count++;
    }
    this.#waiting.splice(0, count);
    if (count > 0) this.onDrain();
  }
}
