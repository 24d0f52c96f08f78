import type { MessagePort } from 'node:worker_threads';
import type { ShoalError } from '../../protocol/errors.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import type { ChannelState, MessageChannel } from '../../protocol/message-channel.ts';
import { type FromLink, ownBuffer, type ToLink } from './thread-messages.ts';

/** The end of a channel whose other end is a ThreadChannel: for what the thread itself has to offer. */
export class PortChannel implements MessageChannel {
  readonly maxMessageBytes: number = MAX_MESSAGE_BYTES;
  readonly peer: undefined;
  /** What is posted has left. */
  readonly queuedBytes = 0;
  onMessage: (message: Uint8Array) => void = () => {};
  onState: (state: ChannelState, reason?: ShoalError) => void = () => {};
  readonly #post: (message: FromLink, ...transferred: ArrayBuffer[]) => void;
  readonly #end: () => void;

  /** `post` wakes the other end, `end` tells it that nothing follows. */
  constructor(port: MessagePort, post: (message: FromLink, ...transferred: ArrayBuffer[]) => void, end: () => void) {
    this.#post = post;
    this.#end = end;
    let taken = 0;
    port.on('message', (message: ToLink) => {
      if (message.kind === 'send') {
        taken += message.bytes.length;
        this.#post({ kind: 'drained', bytes: taken });
        this.onMessage(message.bytes);
      } else if (message.kind === 'close') this.close();
    });
  }

  start(): void {
    this.onState('open');
  }

  send(message: Uint8Array): void {
    const bytes = ownBuffer(message);
    this.#post({ kind: 'message', bytes }, bytes.buffer);
  }

  onDrained(_bytes: number, callback: () => void): void {
    callback();
  }

  close(): void {
    this.onState('closed');
    this.#end();
  }
}
