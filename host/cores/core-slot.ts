import type { PendingCall } from '../kernels/pending-call.ts';
import type { CoreEnd } from './core-end.ts';
import type { CoreMemory } from './core-memory.ts';

/** A call that a core has taken. */
export interface RunningCall {
  readonly call: PendingCall;
  readonly id: number;
  /** Local address of its message. */
  readonly block: number;
  /** `performance.now()` at which its deadline is over. */
  readonly deadline: number;
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
  running: RunningCall | null;
  /** Calls that only this core may run. */
  readonly queue: PendingCall[];
  lastCallId: number;
  calls: number;
  bytesIn: number;
  bytesOut: number;
  resets: number;
}
