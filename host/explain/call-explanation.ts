import type { EncodedCall } from '../kernels/encode-call.ts';
import type { CallTrace } from '../kernels/pending-call.ts';
import { type Signature, signatureText } from '../kernels/signature.ts';
import { BoardArray } from '../memory/board-array.ts';
import { milliseconds, table } from './table.ts';

/** What one argument has moved between host and board. */
export interface ArgumentExplanation {
  readonly name: string;
  /** `f32`, `Float32Array(100)`, `Float32Array(100) in board memory`. */
  readonly type: string;
  /** What the kernel does with it, as the compiler has inferred; board memory is used where it stands. */
  readonly direction: 'in' | 'out' | 'in-out' | 'by reference';
  /** Bytes of elements sent to the core. */
  readonly bytesIn: number;
  /** Bytes of elements that came back. */
  readonly bytesOut: number;
}

/** One call that was made to be looked at: its result, where it ran and why, and what it took. */
export class CallExplanation<Result = unknown> {
  readonly kernel: string;
  readonly result: Result;
  /** Relative to the board's first core. */
  readonly core: readonly [row: number, column: number];
  readonly coreIndex: number;
  /** Why this core. */
  readonly why: string;
  /** Calls that waited for cores when it was made. */
  readonly waitingBefore: number;
  /** From the call until a core had it. */
  readonly waitedMs: number;
  /** From then until its answer was read. */
  readonly ranMs: number;
  /** Executed by its core for it, those of the core runtime included. */
  readonly instructions: number;
  /** Bytes of the message and the arrays that were sent. */
  readonly bytesIn: number;
  /** Bytes of the arrays that came back. */
  readonly bytesOut: number;
  readonly arguments: readonly ArgumentExplanation[];

  constructor(figures: Omit<CallExplanation<Result>, 'toString'>) {
    this.kernel = figures.kernel;
    this.result = figures.result;
    this.core = figures.core;
    this.coreIndex = figures.coreIndex;
    this.why = figures.why;
    this.waitingBefore = figures.waitingBefore;
    this.waitedMs = figures.waitedMs;
    this.ranMs = figures.ranMs;
    this.instructions = figures.instructions;
    this.bytesIn = figures.bytesIn;
    this.bytesOut = figures.bytesOut;
    this.arguments = figures.arguments;
  }

  /** All of it as a table for a terminal. */
  toString(): string {
    const rows = this.arguments.map((each) => [
      `  ${each.name}: ${each.type}`,
      each.direction,
      each.bytesIn,
      each.bytesOut,
    ]);
    return [
      this.kernel,
      `ran on core ${this.core.join()}: ${this.why}`,
      `waited ${milliseconds(this.waitedMs)} with ${this.waitingBefore} calls before it, ran ${milliseconds(this.ranMs)}`,
      table([['instructions', this.instructions]]),
      table([
        ['arguments', '', 'bytes in', 'bytes out'],
        ...rows,
        ['with the message', '', this.bytesIn, this.bytesOut],
      ]),
    ].join('\n');
  }
}

export function explainCall(
  signature: Signature,
  values: readonly unknown[],
  encoded: EncodedCall,
  trace: CallTrace,
  submittedAt: number,
  result: unknown,
  columns: number,
  asked: Asked,
): CallExplanation {
  return new CallExplanation({
    kernel: signatureText(signature),
    result,
    core: [Math.floor(trace.core / columns), trace.core % columns],
    coreIndex: trace.core,
    why: reason(asked, trace),
    waitingBefore: trace.waitingBefore,
    waitedMs: trace.postedAt - submittedAt,
    ranMs: trace.endedAt - trace.postedAt,
    instructions: trace.instructions,
    bytesIn: encoded.sentBytes,
    bytesOut: encoded.outputs.reduce((sum, output) => sum + output.lengthBytes, 0),
    arguments: explainArguments(signature, values),
  });
}

/** What has decided about the core. */
interface Asked {
  /** The one that the user has named, or null. */
  readonly core: number | null;
  /** The one in whose memory an argument stands, or null. */
  readonly bound: number | null;
  readonly everywhere: boolean;
}

function reason({ core, bound, everywhere }: Asked, trace: CallTrace): string {
  if (everywhere) return 'everywhere runs on each core';
  if (core !== null) return 'it was asked for with at()';
  if (bound !== null) return 'an argument stands in its memory';
  return trace.waitingBefore > 0 ? 'it was the first to become idle' : 'it was the next idle one in turn';
}

function explainArguments(signature: Signature, values: readonly unknown[]): ArgumentExplanation[] {
  return signature.parameters.map((parameter, index) => {
    const { name } = parameter;
    if ('scalar' in parameter) return { name, type: parameter.scalar, direction: 'in', bytesIn: 0, bytesOut: 0 };
    const value = values[index];
    const array = value as { readonly length: number; readonly byteLength: number };
    const type = `${parameter.array}(${array.length})`;
    if (value instanceof BoardArray) {
      return { name, type: `${type} in board memory`, direction: 'by reference', bytesIn: 0, bytesOut: 0 };
    }
    const { read, written } = parameter;
    return {
      name,
      type,
      direction: read && written ? 'in-out' : written ? 'out' : 'in',
      bytesIn: read ? array.byteLength : 0,
      bytesOut: written ? array.byteLength : 0,
    };
  });
}
