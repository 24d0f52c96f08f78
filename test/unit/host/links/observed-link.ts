import type { ChannelState, ReliableLink, ShoalError } from 'shoal/protocol';
import { NumberedReceiver } from '../../../support/numbered-messages.ts';

/** A link with what was seen of it. */
export class ObservedLink {
  readonly link: ReliableLink;
  readonly states: ChannelState[] = [];
  readonly reasons: (ShoalError | undefined)[] = [];
  readonly receiver: NumberedReceiver;
  #wake: () => void = () => {};

  constructor(link: ReliableLink) {
    this.link = link;
    this.receiver = new NumberedReceiver(link);
    const take = link.onMessage;
    link.onMessage = (message) => {
      take(message);
      this.#wake();
    };
    link.onState = (state, reason) => {
      this.states.push(state);
      this.reasons.push(reason);
      this.#wake();
    };
    link.start();
  }

  /** Resolves when `isTrue`, looked at whenever something comes; the test's own deadline ends the wait. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
