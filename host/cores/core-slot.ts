import type { PendingCall } from '../kernels/pending-call.ts';
import type { CoreEnd } from './core-end.ts';
import type { CoreMemory } from './core-memory.ts';

/** A call that was handed to a core. Answers come in the order in which calls were handed over. */
export interface PostedCall {
  readonly call: PendingCall;
  readonly id: number;
  /** Local address of its message. */
  readonly block: number;
  /** Its number among the descriptors of the core's inbound ring, modulo 2^32. */
  readonly sequence: number;
  /** `performance.now()` at which its deadline is over; Infinity while another call is before it. */
  deadline: number;
  /** `performance.now()` at which it was the first of its core. */
  begunAt: number;
  /** Taken back before the core had begun it: the core refuses it, and nobody waits for that. */
  withdrawn: boolean;
}

/** What the pool knows of one core. */
export interface CoreSlot {
  readonly end: CoreEnd;
  readonly memory: CoreMemory;
  /** Position on the board, relative to its first core. */
  readonly position: readonly [row: number, column: number];
  /** HELLO has come since the last start. */
  ready: boolean;
  /** The number that HELLO must give back. */
  nonce: number;
  /** `performance.now()` at which HELLO must have come. */
  startDeadline: number;
  /** Oldest first: the first one runs, the others wait in the core's ring. */
  posted: PostedCall[];
  /** Calls that only this core may run. */
  readonly queue: PendingCall[];
  lastCallId: number;
  calls: number;
  bytesIn: number;
  bytesOut: number;
  resets: number;
}

/** True if the core has nothing to do and nothing to say. */
export function isQuiet(slot: CoreSlot): boolean {
  return slot.ready && slot.posted.length === 0;
}
