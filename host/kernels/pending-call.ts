import type { EncodedCall } from './encode-call.ts';
import type { LoadedModule } from './loaded-module.ts';
import type { Signature } from './signature.ts';

/** What a call can be told. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. If it runs already, its core is reset. */
  readonly signal?: AbortSignal;
  /**
   * Longest time in milliseconds from when a core takes the call until its answer; waiting for a core does not count.
   * Then the call rejects with CALL_TIMEOUT and the core is reset. Default 60 000; Infinity switches it off.
   */
  readonly timeoutMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 60_000;

/** What a kernel returned, and the bytes of the arrays that it wrote, in the order of `EncodedCall.outputs`. */
export interface Answer {
  readonly value: number | boolean | undefined;
  readonly outputs: readonly Uint8Array[];
}

/** What the pool notes of one call that is to be explained. Times are those of `performance.now()`. */
export interface CallTrace {
  /** Calls that waited when it came. */
  waitingBefore: number;
  postedAt: number;
  endedAt: number;
  /** Index of the core that ran it. */
  core: number;
  /** Executed by the core from when it got the call to when the host had the answer. */
  instructions: number;
}

/** A call on its way: waiting for a core, or running on one. */
export interface PendingCall {
  readonly module: LoadedModule;
  readonly signature: Signature;
  readonly encoded: EncodedCall;
  /** The only core that may run it, or null for any. */
  readonly core: number | null;
  readonly timeoutMs: number;
  /** `performance.now()` at the call. */
  readonly submittedAt: number;
  /** If not null, the call gets an idle core, and no other call is handed to it meanwhile: its figures are its own. */
  readonly trace: CallTrace | null;
  /** Each is called once, one of them. */
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
