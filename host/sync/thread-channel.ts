/** A link that another thread drives: this thread's end of it, which works while this thread stands still. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { DrainWaiters } from '../../protocol/drain-waiters.ts';
import type { ShoalError } from '../../protocol/errors.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import type { ChannelPeer, ChannelState, MessageChannel } from '../../protocol/message-channel.ts';
import { checkMessage } from '../../protocol/message-size.ts';
import { errorFields, errorOf, type FromLink, ownBuffer, type ToLink } from './thread-messages.ts';

export class ThreadChannel implements MessageChannel {
  maxMessageBytes: number = MAX_MESSAGE_BYTES;
  peer: ChannelPeer | undefined;
  onMessage: (message: Uint8Array) => void = () => {};
  onState: (state: ChannelState, reason?: ShoalError) => void = () => {};
  /** Text of the board that is no message. */
  onText: (text: Uint8Array) => void = () => {};
  /** `opening`: the line is not there yet. */
  state: 'opening' | 'opened' | 'closed' = 'opening';
  /** Why it was closed, if there was a reason. */
  closeReason: ShoalError | undefined;
  readonly #port: MessagePort;
  readonly #drains = new DrainWaiters();
  #sent = 0;
  #drained = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    // What comes while this thread does not wait for it. It keeps no program alive.
    port.on('message', (message: FromLink) => this.#handle(message));
    port.unref();
  }

  get queuedBytes(): number {
    return this.#sent - this.#drained;
  }

  /** Handles one thing that has come; false if there is none. */
  take(): boolean {
    const received = receiveMessageOnPort(this.#port);
    if (received === undefined) return false;
    this.#handle(received.message as FromLink);
    return true;
  }

  start(): void {
    this.#post({ kind: 'start' });
  }

  send(message: Uint8Array): void {
    checkMessage(message, this.maxMessageBytes);
    if (this.state === 'closed') return;
    const bytes = ownBuffer(message);
    this.#sent += bytes.length;
    this.#post({ kind: 'send', bytes }, bytes.buffer);
  }

  onDrained(bytes: number, callback: () => void): void {
    if (this.state !== 'closed') this.#drains.add(bytes, callback, this.queuedBytes);
  }

  close(reason?: ShoalError): void {
    this.#post({ kind: 'close', reason: reason === undefined ? undefined : errorFields(reason) });
  }

  #post(message: ToLink, ...transferred: ArrayBuffer[]): void {
    if (this.state !== 'closed') this.#port.postMessage(message, transferred);
  }

  #handle(message: FromLink): void {
    switch (message.kind) {
      case 'opened':
        this.state = 'opened';
        return;
      case 'message':
        this.onMessage(message.bytes);
        return;
      case 'drained':
        this.#drained = message.bytes;
        this.#drains.update(this.queuedBytes);
        return;
      case 'text':
        this.onText(message.bytes);
        return;
      case 'open':
        this.peer = message.peer;
        this.maxMessageBytes = message.maxMessageBytes;
        this.onState('open');
        return;
      default:
        this.#changed(message.kind, message.reason === undefined ? undefined : errorOf(message.reason));
    }
  }

  #changed(state: Exclude<ChannelState, 'open'>, reason: ShoalError | undefined): void {
    if (state === 'closed') {
      this.state = 'closed';
      this.closeReason = reason;
      this.#drains.clear();
      this.#port.close();
    }
    this.onState(state, reason);
  }
}
