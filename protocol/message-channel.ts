/**
 * What stands between the layers: above it calls and references, below it frames, retransmission and sessions. The
 * reliable link (link/reliable-link.ts) is one over a real line; `createChannelPair` is one within a process.
 */
import type { ShoalError } from './errors.ts';

/**
 * - `'open'`: the other end has answered for the first time; `peer` and `maxMessageBytes` hold from now on
 * - `'interrupted'`: the line is gone or silent, the session waits; messages are queued
 * - `'resumed'`: the same session goes on, nothing is lost and nothing doubled
 * - `'reset'`: the other end began anew. What was queued is dropped and all state of the session is void; what is sent
 *   from within this callback on belongs to the new session
 * - `'closed'`, with the reason: nothing will ever come again
 */
export type ChannelState = 'open' | 'interrupted' | 'resumed' | 'reset' | 'closed';

/** What the other end said about itself when the session began. */
export interface ChannelPeer {
  /** Random, another one each time that the other end begins anew. */
  readonly nonce: number;
  /** How often the other end was started, as far as it can count; else 0. */
  readonly bootCount: number;
  /** Hash of what it exports; 0 if it does not say. */
  readonly interfaceHash: number;
  /** References that it can hold. */
  readonly maxReferences: number;
  /** Calls that it answers at a time. */
  readonly maxCalls: number;
}

/** Messages between two ends, in order, each exactly once, for as long as a session lives. */
export interface MessageChannel {
  /**
   * Bytes of the largest message that the other end takes. Before `'open'`: what this end takes; if something was sent
   * then that turns out to be too long, the session ends with LIMIT_EXCEEDED.
   */
  readonly maxMessageBytes: number;
  /** Undefined before `'open'`. */
  readonly peer: ChannelPeer | undefined;
  /**
   * Queues a message, or several protocol messages back to back; never blocks. The bytes are taken over: do not change
   * them. Small messages that are sent in one turn share a frame. After `'closed'` it does nothing.
   *
   * Throws PROTOCOL_INVALID if the message is empty or longer than `maxMessageBytes`.
   */
  send(message: Uint8Array): void;
  /** Bytes queued and not acknowledged, for back-pressure. */
  readonly queuedBytes: number;
  /** Calls back once, when `queuedBytes` has fallen to `bytes` or below: at once if it is there; never after `'closed'`. */
  onDrained(bytes: number, callback: () => void): void;
  /**
   * Set by the owner before `start`. It gets one or several whole messages, back to back, never a part of one; the bytes
   * are the receiver's to keep, and begin at a multiple of 8 in their buffer. It must not throw.
   */
  onMessage: (message: Uint8Array) => void;
  /** Set by the owner before `start`. It must not throw. */
  onState: (state: ChannelState, reason?: ShoalError) => void;
  /** Nothing is sent and no callback is called before it. */
  start(): void;
  /** Ends it for both ends, for `reason` if there is one; both are told by `'closed'`. */
  close(reason?: ShoalError): void;
}
