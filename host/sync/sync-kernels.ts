/** The kernels of a module, called without `await`. */
import { ERROR_CODES, markShoalError, type ShoalError } from '../../protocol/errors.ts';
import { withOptions } from '../../protocol/objects/remote-functions.ts';
import type { CoreSelector, FunctionNames } from '../kernels/kernel-types.ts';
import type { KernelArray, Split } from '../kernels/split.ts';
import type { KernelPlace, KernelService } from './board-service.ts';
import { checkedTimeout } from './caller.ts';
import { packValues, takeBack } from './kernel-values.ts';
import type { Sync } from './sync-types.ts';

type Shared<Value> = Value extends KernelArray ? Value | Split<Value> : Value;
type SharedEach<Values extends readonly unknown[]> = { [Index in keyof Values]: Shared<Values[Index]> };

/** Each exported function of a module, as a call to a core. */
export type SyncKernelCalls<Module> = { readonly [Name in FunctionNames<Module>]: Module[Name] };

/** Each exported function of a module, as a call to all cores; answers come in core order. */
export type SyncEverywhereCalls<Module> = {
  readonly [Name in FunctionNames<Module>]: Module[Name] extends (...values: infer Values) => infer Result
    ? (...values: SharedEach<Values>) => Result[]
    : never;
};

/** The kernels of a loaded module, as `Kernels` has them, without `await`. A call returns when it is done. */
export type SyncKernels<Module> = SyncKernelCalls<Module> & {
  /** The same kernels, always on this core. Throws CALL_ARGUMENT at the call if the board has no such core. */
  at(core: CoreSelector): SyncKernelCalls<Module>;
  /** The same kernels on every core at once; arrays that are written must be dealt out with `split()`. */
  readonly everywhere: SyncEverywhereCalls<Module>;
  /** The same kernels with another deadline. Throws CALL_ARGUMENT. */
  with(options: { readonly timeoutMs: number }): SyncKernels<Module>;
};

/** The board looks after the deadline of a call; that of the wait for the board comes later. */
const GRACE_MS = 10_000;

export function syncKernels<Module>(service: Sync<KernelService>, place: KernelPlace = {}): SyncKernels<Module> {
  const names = service.names();
  const { timeoutMs } = place;
  const timed = timeoutMs === undefined ? service : withOptions(service, { timeoutMs: timeoutMs + GRACE_MS });
  const calls = (where: KernelPlace): object =>
    Object.freeze(
      Object.fromEntries(
        names.map((name) => [name, (...values: unknown[]): unknown => callKernel(timed, where, name, values)]),
      ),
    );
  const kernels = {
    ...calls(place),
    at: (core: CoreSelector) => calls({ ...place, core }),
    everywhere: calls({ ...place, isEverywhere: true }),
    with: (options: { readonly timeoutMs: number }) =>
      syncKernels(service, { ...place, timeoutMs: checkedTimeout(options.timeoutMs) }),
  };
  return Object.freeze(kernels) as unknown as SyncKernels<Module>;
}

function callKernel(service: Sync<KernelService>, place: KernelPlace, name: string, values: unknown[]): unknown {
  try {
    const { result, arrays } = service.call(place, name, packValues(values));
    takeBack(values, arrays);
    return result;
  } catch (error) {
    throw recognised(error);
  }
}

/** Errors of kernels have the class that exact Node would throw, and the fields of a ShoalError. */
function recognised(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !Object.hasOwn(ERROR_CODES, String(error.code))) return error;
  return markShoalError(error as Error & Pick<ShoalError, 'code' | 'hint' | 'retryable' | 'details'>);
}
