import type { PendingCall } from '../kernels/pending-call.ts';
import type { BoardCounters } from './core-access.ts';
import type { CoreMemory } from './core-memory.ts';

/** A call that was handed to a core. Answers come in the order in which calls were handed over. */
export interface PostedCall {
  readonly call: PendingCall;
  readonly id: number;
  /** Local address of its message. */
  readonly block: number;
  /** Its number among the calls that the core was handed since its last start. */
  readonly sequence: number;
  /** `performance.now()` at which its deadline is over; Infinity while another call is before it. */
  deadline: number;
  /** `performance.now()` at which it was the first of its core. */
  begunAt: number;
  /** Asked for by the host while it may not have been begun; true if the core will not run it. */
  withdrawal: Promise<boolean> | null;
  /** - `'taken back'`: the core refuses it, and nobody waits for that. `'ended'`: its answer or refusal has come. */
  state: 'posted' | 'taken back' | 'ended';
  /** The board's counters when it was handed over, if the call is to be explained. */
  readonly before: Promise<BoardCounters> | null;
}

/** What the pool knows of one core. */
export interface CoreSlot {
  readonly index: number;
  readonly memory: CoreMemory;
  /** Position on the board, relative to its first core. */
  readonly position: readonly [row: number, column: number];
  /** HELLO has come since the last start. */
  ready: boolean;
  /**
   * While the core is being reset. `'trusted'`: what it has sent before still counts. `'damaged'`: nothing of it does.
   */
  reset: 'trusted' | 'damaged' | null;
  /** The number that HELLO must give back. */
  nonce: number;
  /** `performance.now()` at which HELLO must have come. */
  startDeadline: number;
  /** Calls that it was handed since its last start. */
  sent: number;
  /** Oldest first: the first one runs, the others wait in the core's ring. */
  posted: PostedCall[];
  lastCallId: number;
  calls: number;
  bytesIn: number;
  bytesOut: number;
  resets: number;
}

export function newSlot(index: number, columns: number, memory: CoreMemory): CoreSlot {
  return {
    index,
    memory,
    position: [Math.floor(index / columns), index % columns],
    ready: false,
    reset: null,
    nonce: 0,
    startDeadline: 0,
    sent: 0,
    posted: [],
    lastCallId: 0,
    calls: 0,
    bytesIn: 0,
    bytesOut: 0,
    resets: 0,
  };
}

/** True if the core has nothing to do and nothing to say. */
export function isQuiet(slot: CoreSlot): boolean {
  return slot.ready && slot.reset === null && slot.posted.length === 0;
}

/** The core runs this call now, as far as the host can know: its time begins. */
export function begin(posted: PostedCall): void {
  posted.begunAt = performance.now();
  posted.deadline = posted.begunAt + posted.call.timeoutMs;
}

/** The core has answered or refused its oldest call: the next one runs. */
export function finish(slot: CoreSlot, posted: PostedCall): void {
  slot.posted.shift();
  posted.state = 'ended';
  slot.memory.free(posted.block);
  const [next] = slot.posted;
  if (next !== undefined) begin(next);
}
