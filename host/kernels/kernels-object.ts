/** Makes the object whose methods call kernels. */
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import type { CallPool } from '../cores/call-pool.ts';
import { clearBarriers } from '../cores/waiting-cores.ts';
import { explainCall } from '../explain/call-explanation.ts';
import { onAbort } from './abort-actions.ts';
import { coreFor, holdArguments } from './board-arguments.ts';
import { coreIndex } from './core-selector.ts';
import { describeValue } from './describe-value.ts';
import { type EncodedCall, encodeCall } from './encode-call.ts';
import type { ArraysInFlight, ArrayUse } from './in-flight.ts';
import { type KernelCallOptions, registerKernel } from './kernel-function.ts';
import type { CoreSelector } from './kernel-types.ts';
import type { LoadedModule } from './loaded-module.ts';
import { type Answer, type CallOptions, type CallTrace, DEFAULT_TIMEOUT_MS, type PendingCall } from './pending-call.ts';
import { checkSignalType } from './signal-option.ts';
import type { Signature } from './signature.ts';
import { Split, shareOut } from './split.ts';

/** What calls need of their board. */
export interface CallContext {
  readonly pool: CallPool;
  readonly inFlight: ArraysInFlight;
  readonly columns: number;
  /** The module behind each object of kernels, for `unload` and `reload`. */
  readonly modules: WeakMap<object, LoadedModule>;
  /** Throws BOARD_CLOSED. */
  checkOpen(): void;
  /** Does work that must not overlap: loads, and calls of cores that wait for each other. */
  afterOthers<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

/** `site` holds the stack of the call; `more` adds to the options of the object. */
type CallFunction = (
  signature: Signature,
  values: readonly unknown[],
  site: Error,
  more: KernelCallOptions,
) => Promise<unknown>;

export function createKernels(context: CallContext, module: LoadedModule, options: CallOptions): object {
  const methods = (call: CallFunction): Record<string, unknown> =>
    Object.fromEntries(module.kernels.map(({ signature }) => [signature.name, method(context, signature, call)]));
  const explained = (call: CallFunction): Record<string, unknown> => {
    const all = methods(call);
    for (const { signature } of module.kernels) addExplain(all[signature.name] as object, signature, call);
    return all;
  };
  const onCore =
    (core: number | null): CallFunction =>
    (signature, values, site, more) =>
      callOne(context, module, signature, core, { ...options, ...more }, values, site);
  // A program that calls `at` each time makes no functions each time.
  const ofCore = new Map<number, object>();
  const kernels = Object.freeze({
    ...explained(onCore(null)),
    at: (selector: CoreSelector): object => {
      const core = coreIndex(selector, context.pool.board);
      const known = ofCore.get(core) ?? Object.freeze(explained(onCore(core)));
      ofCore.set(core, known);
      return known;
    },
    everywhere: Object.freeze(
      explained((signature, values, site, more) =>
        callAll(context, module, signature, { ...options, ...more }, values, site),
      ),
    ),
    with: (more: CallOptions): object => {
      checkOptions(more);
      return createKernels(context, module, { ...options, ...more });
    },
  });
  context.modules.set(kernels, module);
  return kernels;
}

/** The function that users call. */
function method(
  context: CallContext,
  signature: Signature,
  call: CallFunction,
): (...values: unknown[]) => Promise<unknown> {
  const kernel = (...values: unknown[]): Promise<unknown> => {
    const site = new Error('call');
    Error.captureStackTrace?.(site, kernel);
    return call(signature, values, site, {});
  };
  registerKernel(kernel, {
    name: signature.name,
    pool: context.pool,
    call: (values, site, more) => call(signature, values, site, more),
  });
  return Object.defineProperty(kernel, 'name', { value: signature.name });
}

const newTrace = (): CallTrace => ({ waitingBefore: 0, postedAt: 0, endedAt: 0, core: 0, instructions: 0 });

/** Gives a kernel function its `explain`. */
function addExplain(kernel: object, signature: Signature, call: CallFunction): void {
  const explain = (...values: unknown[]): Promise<unknown> => {
    const site = new Error('call');
    Error.captureStackTrace?.(site, explain);
    return call(signature, values, site, { trace: newTrace() });
  };
  Object.defineProperty(kernel, 'explain', { value: explain });
}

/** Throws CALL_ARGUMENT. */
export function checkOptions(options: CallOptions): void {
  checkSignalType(options);
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw new ShoalError('CALL_ARGUMENT', `timeoutMs must be a number above 0, not ${describeValue(timeoutMs)}`);
  }
}

/** Every fault of a call, wrong arguments too, rejects its promise; nothing is thrown at the caller. */
async function callOne(
  context: CallContext,
  module: LoadedModule,
  signature: Signature,
  core: number | null,
  options: KernelCallOptions,
  values: readonly unknown[],
  site: Error,
): Promise<unknown> {
  try {
    const encoded = prepare(context, signature, options, values);
    const where = coreFor(context.pool, signature, values, core);
    const release = take(context, signature, values);
    try {
      const submittedAt = performance.now();
      const answer = await run(context, module, signature, encoded, where, options, submittedAt);
      writeOutputs(signature, encoded, answer);
      const { trace } = options;
      if (trace === undefined) return answer.value;
      const asked = { core, bound: where, everywhere: false };
      return explainCall(signature, values, encoded, trace, submittedAt, answer.value, context.columns, asked);
    } finally {
      release();
    }
  } catch (error) {
    throw joinStack(error, site);
  }
}

async function callAll(
  context: CallContext,
  module: LoadedModule,
  signature: Signature,
  options: KernelCallOptions,
  values: readonly unknown[],
  site: Error,
): Promise<unknown[]> {
  try {
    const count = context.pool.slots.length;
    refuseWrittenWholes(signature, values);
    const shares = shareOut(values, count);
    const encoded = shares.map((share) => prepare(context, signature, options, share));
    for (const [index, share] of shares.entries()) coreFor(context.pool, signature, share, index);
    const whole = values.map((value) => (value instanceof Split ? value.array : value));
    const release = take(context, signature, whole);
    try {
      const submittedAt = performance.now();
      const each = shares.map(() => (options.trace === undefined ? options : { ...options, trace: newTrace() }));
      const runOn = (core: number, more: KernelCallOptions = {}): Promise<Answer> => {
        const own = { ...(each[core] ?? options), ...more };
        return run(context, module, signature, encoded[core] as EncodedCall, core, own, submittedAt);
      };
      const answers = await (module.coordination === null
        ? allAnswers(shares.map((_, core) => runOn(core)))
        : runGroup(context, module, runOn, options.signal));
      for (const [index, answer] of answers.entries()) writeOutputs(signature, encoded[index] as EncodedCall, answer);
      return answers.map(({ value }, core) => {
        const trace = each[core]?.trace;
        if (trace === undefined) return value;
        const asked = { core, bound: null, everywhere: true };
        const [share, call] = [shares[core] as unknown[], encoded[core] as EncodedCall];
        return explainCall(signature, share, call, trace, submittedAt, value, context.columns, asked);
      });
    } finally {
      release();
    }
  } catch (error) {
    throw joinStack(error, site);
  }
}

/** The answers in core order, after all calls have ended. Throws what the first core that failed has thrown. */
async function allAnswers(calls: readonly Promise<Answer>[]): Promise<Answer[]> {
  return (await Promise.allSettled(calls)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/**
 * The same for cores that wait for each other: all start with fresh barriers, and no other such calls run meanwhile.
 * When one fails, the others would wait for it: they are given up, and what has failed first is thrown.
 */
function runGroup(
  { pool, afterOthers }: CallContext,
  module: LoadedModule,
  runOn: (core: number, more: KernelCallOptions) => Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer[]> {
  return afterOthers(async () => {
    signal?.throwIfAborted();
    clearBarriers(pool, module);
    const group = new AbortController();
    const calls = pool.slots.map((_, core) => runOn(core, { groupSignal: group.signal }));
    for (const call of calls) call.catch((error) => group.abort(error));
    await Promise.allSettled(calls);
    group.signal.throwIfAborted();
    return Promise.all(calls);
  }, signal);
}

/** Throws CALL_ARGUMENT for a whole array that every core would write. */
export function refuseWrittenWholes(signature: Signature, values: readonly unknown[]): void {
  for (const [index, parameter] of signature.parameters.entries()) {
    const value = values[index];
    if ('array' in parameter && parameter.written && ArrayBuffer.isView(value)) {
      throw new ShoalError(
        'CALL_ARGUMENT',
        `${signature.name} writes ${parameter.name}, and all cores cannot write one array`,
        {
          hint: `Pass split(${parameter.name}): each core gets and gives back its own share.`,
          details: { kernel: signature.name, parameter: parameter.name },
        },
      );
    }
  }
}

/** Takes the arrays of a call until the returned function is called. Throws CALL_ALIASED_ARGUMENT. */
function take(context: CallContext, signature: Signature, values: readonly unknown[]): () => void {
  const releaseOwn = context.inFlight.take(signature.name, usesOf(signature, values));
  try {
    const release = holdArguments(signature, values);
    return () => {
      releaseOwn();
      release();
    };
  } catch (error) {
    releaseOwn();
    throw error;
  }
}

/** What a call does with the arrays that it is given. */
export function usesOf(signature: Signature, values: readonly unknown[]): ArrayUse[] {
  const uses: ArrayUse[] = [];
  for (const [index, parameter] of signature.parameters.entries()) {
    const array = values[index];
    if ('array' in parameter && ArrayBuffer.isView(array)) {
      uses.push({ array, written: parameter.written, parameter: parameter.name });
    }
  }
  return uses;
}

function prepare(
  context: CallContext,
  signature: Signature,
  options: KernelCallOptions,
  values: readonly unknown[],
): EncodedCall {
  context.checkOpen();
  options.signal?.throwIfAborted();
  return encodeCall(signature, values);
}

function run(
  context: CallContext,
  module: LoadedModule,
  signature: Signature,
  encoded: EncodedCall,
  core: number | null,
  options: KernelCallOptions,
  submittedAt: number,
): Promise<Answer> {
  const { signal, waitingSignal, groupSignal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return new Promise((resolve, reject) => {
    const { pool } = context;
    const off = [
      signal && onAbort(signal, () => pool.cancel(call, signal.reason)),
      groupSignal && onAbort(groupSignal, () => pool.cancel(call, groupSignal.reason)),
      waitingSignal && onAbort(waitingSignal, () => pool.cancelWaiting(call, waitingSignal.reason)),
    ];
    const settle = (): void => {
      for (const each of off) each?.();
    };
    const call: PendingCall = {
      module,
      signature,
      encoded,
      core,
      timeoutMs,
      submittedAt,
      trace: options.trace ?? null,
      resolve: (answer) => {
        settle();
        resolve(answer);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    };
    context.pool.submit(call);
  });
}

/** Throws CALL_ARGUMENT, before anything is written, if an array has lost its memory since the call. */
function writeOutputs(signature: Signature, encoded: EncodedCall, answer: Answer): void {
  for (const output of encoded.outputs) {
    if (output.array.byteLength !== output.lengthBytes) {
      throw new ShoalError('CALL_ARGUMENT', `${output.parameter} was detached or resized while ${signature.name} ran`);
    }
  }
  for (const [index, output] of encoded.outputs.entries()) {
    const { array } = output;
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(answer.outputs[index] as Uint8Array);
  }
}

const joined = new WeakSet<object>();

/**
 * Gives an error the stack of the call: behind the frames of the core if it has some, else in place of those of the
 * host, where the error was only noticed. What is not ours, the reason of an AbortSignal, stays as it is.
 */
export function joinStack(error: unknown, site: Error): unknown {
  if (!isShoalError(error) || error.code === 'INTERNAL' || joined.has(error)) return error;
  joined.add(error);
  const frames = site.stack?.slice(site.stack.indexOf('\n') + 1) ?? '';
  // A ShoalError was made by the host; a trap's error has the class of exact Node, and the kernel's frame.
  const head = error.name === 'ShoalError' ? `${error.name}: ${error.message}` : error.stack;
  error.stack = `${head}\n${frames}`;
  return error;
}
