import type { MessageChannel } from 'shoal/protocol';

/** Bytes of the shortest message: its length and its number, 32 bits each. */
const HEAD_BYTES = 8;

/** Messages that know their number and length, so that each that is lost, doubled, cut, changed or late is seen. */
export function numberedMessage(number: number, length: number): Uint8Array {
  const message = new Uint8Array(Math.max(length, HEAD_BYTES)).fill(number);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, number);
  return message;
}

/** Checks what comes out of a channel. */
export class NumberedReceiver {
  /** Messages that have come, and so the number that the next must have. */
  count = 0;
  /** What was wrong first. */
  fault: string | undefined;

  constructor(channel: MessageChannel) {
    channel.onMessage = (messages) => this.#take(messages);
  }

  #take(messages: Uint8Array): void {
    const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
    if (messages.byteOffset % 8 !== 0) this.fault ??= `messages at ${messages.byteOffset}`;
    for (let at = 0; at < messages.length; ) {
      const left = messages.length - at;
      const length = left < HEAD_BYTES ? 0 : view.getUint32(at);
      const number = length < HEAD_BYTES || length > left ? -1 : view.getUint32(at + 4);
      const isWhole = messages.subarray(at + HEAD_BYTES, at + length).every((byte) => byte === (number & 0xff));
      if (number !== this.count || !isWhole) {
        this.fault ??= `message ${number} of ${length} bytes where ${this.count} should come`;
        return;
      }
      this.count++;
      at += length;
    }
  }
}

/** Sends `count` messages of varied lengths as room comes, never more than `maxQueuedBytes` at a time. */
export function sendNumbered(
  channel: MessageChannel,
  count: number,
  lengthOf: (number: number) => number,
  maxQueuedBytes = 16_384,
): void {
  let number = 0;
  const fill = (): void => {
    while (number < count && channel.queuedBytes < maxQueuedBytes) {
      channel.send(numberedMessage(number, lengthOf(number)));
      number++;
    }
    if (number < count) channel.onDrained(maxQueuedBytes / 2, fill);
  };
  fill();
}
