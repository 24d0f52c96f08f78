/** Kernels on the cores of `hostCores`: the calls of a board's kernels, as far as they do not need a board. */
import { ShoalError } from '../../protocol/errors.ts';
import { onAbort } from '../kernels/abort-actions.ts';
import { coreIndex } from '../kernels/core-selector.ts';
import { encodeCall } from '../kernels/encode-call.ts';
import type { ArraysInFlight } from '../kernels/in-flight.ts';
import type { CoreSelector, FunctionNames } from '../kernels/kernel-types.ts';
import { checkOptions, joinStack, refuseWrittenWholes, usesOf } from '../kernels/kernels-object.ts';
import { type CallOptions, DEFAULT_TIMEOUT_MS } from '../kernels/pending-call.ts';
import type { Signature } from '../kernels/signature.ts';
import { type KernelArray, Split, shareOut } from '../kernels/split.ts';
import type { CoreValue, FromCore } from './core-messages.ts';
import type { CoreWorker, HostCall } from './core-worker.ts';
import type { HostModule } from './host-module.ts';

type Shared<Value> = Value extends KernelArray ? Value | Split<Value> : Value;
type SharedEach<Values extends readonly unknown[]> = { [Index in keyof Values]: Shared<Values[Index]> };

/** Each exported function of a module, as a call to one of the cores. */
export type HostCalls<Module> = {
  readonly [Name in FunctionNames<Module>]: Module[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Result>
    : never;
};

/** Each exported function of a module, as a call to all cores; answers come in core order. */
export type HostEverywhereCalls<Module> = {
  readonly [Name in FunctionNames<Module>]: Module[Name] extends (...values: infer Values) => infer Result
    ? (...values: SharedEach<Values>) => Promise<Result[]>
    : never;
};

/** The kernels of a module on the cores of `hostCores`, called as those on a board are: see `Kernels`. */
export type HostKernels<Module> = HostCalls<Module> & {
  /** The same kernels, always on this core. Throws CALL_ARGUMENT if there is no such core. */
  at(core: CoreSelector): HostCalls<Module>;
  /** The same kernels on every core at once. If one fails the promise rejects, and no array is written. */
  readonly everywhere: HostEverywhereCalls<Module>;
  /** The same kernels with other options, which add to those of this object. */
  with(options: CallOptions): HostKernels<Module>;
};

/** What calls need of the cores. */
export interface HostContext {
  readonly rows: number;
  readonly columns: number;
  readonly cores: readonly CoreWorker[];
  readonly inFlight: ArraysInFlight;
  /** Throws BOARD_CLOSED. */
  checkOpen(): void;
  /** Has somebody look for cores that wait in vain, as long as calls run. */
  watch(): void;
  /** Does work while no other calls run whose cores wait for each other. */
  alone<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

type Return = Extract<FromCore, { kind: 'return' }>;

export function createHostKernels(context: HostContext, module: HostModule, options: CallOptions): object {
  const methods = (call: (signature: Signature, values: readonly unknown[]) => Promise<unknown>): object =>
    Object.fromEntries(
      module.signatures.map((signature) => {
        const kernel = async (...values: unknown[]): Promise<unknown> => {
          const site = new Error('call');
          Error.captureStackTrace?.(site, kernel);
          try {
            return await call(signature, values);
          } catch (error) {
            throw joinStack(error, site);
          }
        };
        return [signature.name, kernel];
      }),
    );
  const onCore = (core: number | null) => (signature: Signature, values: readonly unknown[]) =>
    callOne(context, module, signature, core, options, values);
  return Object.freeze({
    ...methods(onCore(null)),
    at: (selector: CoreSelector): object => Object.freeze(methods(onCore(coreIndex(selector, context)))),
    everywhere: Object.freeze(methods((signature, values) => callAll(context, module, signature, options, values))),
    with: (more: CallOptions): object => {
      checkOptions(more);
      return createHostKernels(context, module, { ...options, ...more });
    },
  });
}

async function callOne(
  context: HostContext,
  module: HostModule,
  signature: Signature,
  core: number | null,
  options: CallOptions,
  values: readonly unknown[],
): Promise<unknown> {
  const sent = snapshot(context, signature, options, values);
  const release = context.inFlight.take(signature.name, usesOf(signature, values));
  try {
    const worker = context.cores[core ?? -1] ?? context.cores.find(({ isIdle }) => isIdle) ?? context.cores[0];
    if (module.waits) context.watch();
    const answer = await run(worker as CoreWorker, module, signature, sent, options);
    writeBack(signature, values, answer);
    return answer.result;
  } finally {
    release();
  }
}

async function callAll(
  context: HostContext,
  module: HostModule,
  signature: Signature,
  options: CallOptions,
  values: readonly unknown[],
): Promise<unknown[]> {
  refuseWrittenWholes(signature, values);
  const shares = shareOut(values, context.cores.length);
  const sent = shares.map((share) => snapshot(context, signature, options, share));
  const whole = values.map((value) => (value instanceof Split ? value.array : value));
  const release = context.inFlight.take(signature.name, usesOf(signature, whole));
  try {
    const runGroup = async (): Promise<Return[]> => {
      options.signal?.throwIfAborted();
      const group = new AbortController();
      const calls = context.cores.map((core, index) =>
        run(core, module, signature, sent[index] ?? [], options, group.signal),
      );
      if (module.waits) context.watch();
      // The others may wait for one that has failed.
      if (module.waits) for (const call of calls) call.catch((error) => group.abort(error));
      const settled = await Promise.allSettled(calls);
      group.signal.throwIfAborted();
      for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
      return Promise.all(calls);
    };
    const answers = await (module.waits ? context.alone(runGroup, options.signal) : runGroup());
    for (const [index, answer] of answers.entries()) writeBack(signature, shares[index] ?? [], answer);
    return answers.map(({ result }) => result);
  } finally {
    release();
  }
}

/** Copies of the arguments. Throws CALL_ARGUMENT, exactly where the host of a board does. */
function snapshot(
  context: HostContext,
  signature: Signature,
  { signal }: CallOptions,
  values: readonly unknown[],
): CoreValue[] {
  context.checkOpen();
  signal?.throwIfAborted();
  encodeCall(signature, values);
  return values.map((value) => (ArrayBuffer.isView(value) ? (value as KernelArray).slice() : (value as CoreValue)));
}

function run(
  core: CoreWorker,
  module: HostModule,
  signature: Signature,
  values: readonly CoreValue[],
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  groupSignal?: AbortSignal,
): Promise<Return> {
  return new Promise((resolve, reject) => {
    const off = [signal, groupSignal].map((each) => each && onAbort(each, () => core.cancel(call, each.reason)));
    const settle = (): void => {
      for (const each of off) each?.();
    };
    const call: HostCall = {
      module,
      kernel: signature.name,
      values,
      timeoutMs,
      resolve: (answer) => {
        settle();
        resolve(answer);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    };
    core.submit(call);
  });
}

/** Throws CALL_ARGUMENT if an array has lost its memory since the call. */
function writeBack(signature: Signature, values: readonly unknown[], answer: Return): void {
  for (const [index, parameter] of signature.parameters.entries()) {
    const [array, written] = [values[index], answer.values[index]];
    if (!('array' in parameter) || !parameter.written || !ArrayBuffer.isView(array)) continue;
    if (!ArrayBuffer.isView(written) || written.byteLength !== array.byteLength) {
      const text = `${parameter.name} was detached or resized while ${signature.name} ran`;
      throw new ShoalError('CALL_ARGUMENT', text);
    }
    (array as Uint8Array).set(written as Uint8Array);
  }
}
