/** The two bulk pipes of a device that exchanges messages: each message is one transfer, ended by a short packet. */
import { concatenate } from '../../protocol/concatenate.ts';
import type { PendingTransfer, UsbAnswer } from './usb-device.ts';

interface Waiting {
  readonly maxBytes: number;
  readonly answer: (bytes: UsbAnswer) => void;
}

/** Messages to the host. A transfer gets a part of one message, never more than one. */
export class MessagesToHost {
  /** Set by the owner: `queuedBytes` has fallen. */
  onDrain: () => void = () => undefined;
  queuedBytes = 0;
  readonly #messages: Uint8Array[] = [];
  readonly #transfers: Waiting[] = [];
  /** Bytes of the first message that have gone. */
  #offset = 0;
  #isEnded = false;

  send(message: Uint8Array): void {
    this.#messages.push(message);
    this.queuedBytes += message.length;
    this.#serve();
  }

  /** Nothing follows what was sent: further transfers are refused. */
  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  transfer(maxBytes: number, answer: (bytes: UsbAnswer) => void): PendingTransfer {
    const waiting = { maxBytes, answer };
    this.#transfers.push(waiting);
    this.#serve();
    return {
      cancel: () => {
        const at = this.#transfers.indexOf(waiting);
        if (at >= 0) this.#transfers.splice(at, 1);
        return at >= 0;
      },
    };
  }

  /** Forgets all messages, and that it has ended. Transfers that wait end with nothing. */
  clear(): void {
    this.#messages.length = 0;
    this.#offset = 0;
    this.queuedBytes = 0;
    this.#isEnded = false;
    for (const { answer } of this.#transfers.splice(0)) answer(new Uint8Array(0));
  }

  #serve(): void {
    const before = this.queuedBytes;
    while (this.#transfers.length > 0 && (this.#messages.length > 0 || this.#isEnded)) {
      const { maxBytes, answer } = this.#transfers.shift() as Waiting;
      const message = this.#messages[0];
      if (message === undefined) answer('stall');
      else answer(this.#take(message, maxBytes));
    }
    if (this.queuedBytes < before) this.onDrain();
  }

  #take(message: Uint8Array, maxBytes: number): Uint8Array {
    const bytes = message.subarray(this.#offset, this.#offset + maxBytes);
    this.#offset += bytes.length;
    this.queuedBytes -= bytes.length;
    // A transfer that is full does not end the message, even if nothing is left of it: an empty packet does.
    if (bytes.length < maxBytes) {
      this.#messages.shift();
      this.#offset = 0;
    }
    return bytes;
  }
}

/** Messages from the host, put together of transfers. */
export class MessagesFromHost {
  readonly #packetBytes: number;
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Messages are at most `maxBytes` long. */
  constructor(packetBytes: number, maxBytes: number) {
    this.#packetBytes = packetBytes;
    this.#maxBytes = maxBytes;
  }

  /** A transfer has come. Its message, if it ends one; `'stall'` if the message is too long: it is dropped. */
  push(bytes: Uint8Array): Uint8Array | undefined | 'stall' {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length > this.#maxBytes) {
      this.clear();
      return 'stall';
    }
    if (bytes.length > 0 && bytes.length % this.#packetBytes === 0) return undefined;
    const message = concatenate(this.#parts);
    this.clear();
    return message;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}
