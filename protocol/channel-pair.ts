import { DrainWaiters } from './drain-waiters.ts';
import type { ShoalError } from './errors.ts';
import { MAX_CALL_ID, MAX_MESSAGE_BYTES, MAX_REFERENCES } from './limits.ts';
import type { ChannelPeer, ChannelState, MessageChannel } from './message-channel.ts';
import { checkMessage } from './message-size.ts';

/** One end within a process: a queue that the other end empties after the current turn. */
class PairedChannel implements MessageChannel {
  readonly maxMessageBytes: number = MAX_MESSAGE_BYTES;
  peer: ChannelPeer | undefined;
  queuedBytes = 0;
  onMessage: (message: Uint8Array) => void = () => {};
  onState: (state: ChannelState, reason?: ShoalError) => void = () => {};
  other: PairedChannel = this;
  readonly #nonce: number;
  #state: 'new' | 'started' | 'closed' = 'new';
  #queue: Uint8Array[] = [];
  #isDelivering = false;
  readonly #drains = new DrainWaiters();

  constructor(nonce: number) {
    this.#nonce = nonce;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    if (this.other.#state !== 'started') return;
    for (const end of [this.other, this]) {
      later(() => {
        if (end.#state === 'closed') return;
        end.peer = {
          nonce: end.other.#nonce,
          bootCount: 0,
          interfaceHash: 0,
          maxReferences: MAX_REFERENCES,
          maxCalls: MAX_CALL_ID,
        };
        end.onState('open');
        end.other.#deliverLater();
      });
    }
  }

  send(message: Uint8Array): void {
    checkMessage(message, this.maxMessageBytes);
    if (this.#state === 'closed') return;
    this.#queue.push(message);
    this.queuedBytes += message.length;
    this.#deliverLater();
  }

  #deliverLater(): void {
    if (this.#isDelivering || this.other.peer === undefined || this.#queue.length === 0) return;
    this.#isDelivering = true;
    later(() => this.#deliver());
  }

  #deliver(): void {
    this.#isDelivering = false;
    const queue = this.#queue;
    this.#queue = [];
    for (const message of queue) {
      if (this.#state === 'closed') return;
      this.queuedBytes -= message.length;
      this.other.onMessage(message.slice());
    }
    this.#drains.update(this.queuedBytes);
  }

  onDrained(bytes: number, callback: () => void): void {
    if (this.#state !== 'closed') this.#drains.add(bytes, callback, this.queuedBytes);
  }

  close(reason?: ShoalError): void {
    for (const end of [this, this.other]) {
      if (end.#state === 'closed') continue;
      end.#state = 'closed';
      end.#queue = [];
      end.#drains.clear();
      later(() => end.onState('closed', reason));
    }
  }
}

/** Small engines have promises but neither queueMicrotask nor setTimeout. */
function later(callback: () => void): void {
  void Promise.resolve().then(callback);
}

/** Two ends of a channel within this process. Messages are copied, as on a real line. */
export function createChannelPair(): [MessageChannel, MessageChannel] {
  const [first, second] = [new PairedChannel(1), new PairedChannel(2)];
  first.other = second;
  second.other = first;
  return [first, second];
}
