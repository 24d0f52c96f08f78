/** A pair of channels whose line a test can hold up and whose far end it can begin anew. */
import type { ChannelState, MessageChannel, ShoalError } from 'shoal/protocol';

/** One end. Messages are kept in order; nothing is delivered while the line is held up. */
class ControlledChannel implements MessageChannel {
  readonly maxMessageBytes: number = 1 << 24;
  readonly peer: undefined;
  queuedBytes = 0;
  onMessage: (message: Uint8Array) => void = () => {};
  onState: (state: ChannelState, reason?: ShoalError) => void = () => {};
  other: ControlledChannel = this;
  readonly sent: Uint8Array[] = [];
  readonly #line: Line;
  #queue: Uint8Array[] = [];

  constructor(line: Line) {
    this.#line = line;
  }

  start(): void {}

  send(message: Uint8Array): void {
    this.sent.push(message);
    this.#queue.push(message);
    void Promise.resolve().then(() => this.deliver());
  }

  deliver(): void {
    if (!this.#line.isHeldUp) this.deliverNow();
  }

  /** Also while the line is held up. */
  deliverNow(): void {
    while (this.#queue.length > 0) {
      const message = this.#queue.shift();
      if (message !== undefined) this.other.onMessage(message.slice());
    }
  }

  drop(): void {
    this.#queue = [];
  }

  onDrained(): void {}

  close(reason?: ShoalError): void {
    this.onState('closed', reason);
    this.other.onState('closed', reason);
  }
}

export class Line {
  isHeldUp = false;
  readonly ends: readonly [ControlledChannel, ControlledChannel];

  constructor() {
    this.ends = [new ControlledChannel(this), new ControlledChannel(this)];
    this.ends[0].other = this.ends[1];
    this.ends[1].other = this.ends[0];
  }

  interrupt(): void {
    this.isHeldUp = true;
    for (const end of this.ends) end.onState('interrupted');
  }

  resume(): void {
    this.isHeldUp = false;
    for (const end of this.ends) end.onState('resumed');
    for (const end of this.ends) end.deliver();
  }

  /** As if the far side had been started again: both ends begin anew. */
  reset(): void {
    for (const end of this.ends) end.drop();
    for (const end of this.ends) end.onState('reset');
  }
}
