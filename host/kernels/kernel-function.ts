/** What stands behind a function like `k.saxpy`, for those who call it in another way than the user. */
import type { CallPool } from '../cores/call-pool.ts';
import type { CallOptions, CallTrace } from './pending-call.ts';

/** Options of one call inside the host. */
export interface KernelCallOptions extends CallOptions {
  /** Ends the call with the signal's reason if no core has begun it; one that runs goes on. */
  readonly waitingSignal?: AbortSignal;
  /** As `signal`, for the calls of other cores that wait for one which has failed. */
  readonly groupSignal?: AbortSignal;
  /** Has the call explained: it resolves with a CallExplanation. */
  readonly trace?: CallTrace;
}

export interface KernelFunctionTarget {
  readonly name: string;
  /** Tells the boards apart. */
  readonly pool: CallPool;
  /** Calls the kernel; `site` holds the stack for errors, `options` add to those of the kernels object. */
  readonly call: (values: readonly unknown[], site: Error, options: KernelCallOptions) => Promise<unknown>;
}

const targets = new WeakMap<object, KernelFunctionTarget>();

export function registerKernel(kernel: object, target: KernelFunctionTarget): void {
  targets.set(kernel, target);
}

/** The target of a function that `createKernels` made, or undefined for anything else. */
export function kernelTarget(kernel: unknown): KernelFunctionTarget | undefined {
  return typeof kernel === 'function' ? targets.get(kernel) : undefined;
}
