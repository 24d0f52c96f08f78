import type { PendingCall } from '../kernels/pending-call.ts';
import type { Signature } from '../kernels/signature.ts';

/** What the calls of one kernel have taken together. */
export interface KernelFigures {
  /** Of the module and the kernel: `kernels.saxpy`. */
  readonly kernel: string;
  /** Answered calls, those that failed on the core included. */
  calls: number;
  failed: number;
  bytesIn: number;
  /** Of arrays that came back. */
  bytesOut: number;
  /** From the call until a core was free for it, milliseconds in all. */
  waitedMs: number;
  /** From then until the answer was read, milliseconds in all. */
  ranMs: number;
}

/** By kernel, in the order of their first answers. */
export class FiguresOfKernels {
  readonly #figures = new Map<Signature, KernelFigures>();

  get all(): readonly KernelFigures[] {
    return [...this.#figures.values()].map((figures) => ({ ...figures }));
  }

  add({ module, signature, encoded, submittedAt }: PendingCall, begunAt: number, failed: boolean): void {
    let figures = this.#figures.get(signature);
    if (figures === undefined) {
      const kernel = `${module.name}.${signature.name}`;
      figures = { kernel, calls: 0, failed: 0, bytesIn: 0, bytesOut: 0, waitedMs: 0, ranMs: 0 };
      this.#figures.set(signature, figures);
    }
    figures.calls++;
    if (failed) figures.failed++;
    figures.bytesIn += encoded.sentBytes;
    if (!failed) for (const output of encoded.outputs) figures.bytesOut += output.lengthBytes;
    figures.waitedMs += begunAt - submittedAt;
    figures.ranMs += performance.now() - begunAt;
  }
}
