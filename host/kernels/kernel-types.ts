/** The types of what `board.load` returns, made from the type of the kernel module. */
import type { CallExplanation } from '../explain/call-explanation.ts';
import type { BoardArray } from '../memory/board-array.ts';
import type { CallOptions } from './pending-call.ts';
import type { KernelArray, Split } from './split.ts';

/** A core: its index (row by row, from 0), or its row and column relative to the board's first core. */
export type CoreSelector = number | readonly [row: number, column: number];

type Callable = (...values: never[]) => unknown;

/** Names of a module's exported functions. */
export type FunctionNames<Module> = {
  [Name in keyof Module]: Module[Name] extends Callable ? Name : never;
}[keyof Module];

type Passed<Value> = Value extends KernelArray ? Value | BoardArray<Value> : Value;
type PassedEach<Values extends readonly unknown[]> = { [Index in keyof Values]: Passed<Values[Index]> };

type Call<F> = F extends (...values: infer Values) => infer Result ? KernelCall<PassedEach<Values>, Result> : never;

/** A kernel as a function. */
export interface KernelCall<Values extends readonly unknown[], Result> {
  (...values: Values): Promise<Result>;
  /**
   * Makes the call, on a core that has nothing else to do meanwhile, and resolves with its result and what it took:
   * where it ran and why, bytes each way, instructions, how long it waited. `String()` of that is a table. Rejects as
   * the call would.
   */
  explain(...values: Values): Promise<CallExplanation<Result>>;
}

type Shared<Value> = Value extends KernelArray ? Value | Split<Value> | BoardArray<Value> : Value;
type SharedEach<Values extends readonly unknown[]> = { [Index in keyof Values]: Shared<Values[Index]> };

type CallEverywhere<F> = F extends (...values: infer Values) => infer Result
  ? EverywhereCall<SharedEach<Values>, Result>
  : never;

/** A kernel as a function that runs on every core. */
export interface EverywhereCall<Values extends readonly unknown[], Result> {
  (...values: Values): Promise<Result[]>;
  /** As that of {@link KernelCall}: what each core has taken, in core order. */
  explain(...values: Values): Promise<CallExplanation<Result>[]>;
}

/** Each exported function of the module, as a call to a core. */
export type KernelCalls<Module> = {
  readonly [Name in FunctionNames<Module>]: Call<Module[Name]>;
};

/** Each exported function of the module, as a call to all cores; answers come in core order. */
export type EverywhereCalls<Module> = {
  readonly [Name in FunctionNames<Module>]: CallEverywhere<Module[Name]>;
};

/**
 * The kernels of a loaded module. `kernels.saxpy(2, x, y)` runs on some idle core.
 *
 * Inputs are copied at the call. Arrays that the kernel writes are filled just before the promise resolves, and not at
 * all if it rejects; until then another call that writes them is refused (CALL_ALIASED_ARGUMENT).
 */
export type Kernels<Module> = KernelCalls<Module> & {
  /** The same kernels, always on this core. Throws CALL_ARGUMENT if the board has no such core. */
  at(core: CoreSelector): KernelCalls<Module>;
  /**
   * The same kernels on every core at once. Whole arrays may only be read; one that is written must be dealt out with
   * `split()`. If one core fails the promise rejects, after all have ended, and no array is written.
   */
  readonly everywhere: EverywhereCalls<Module>;
  /** The same kernels with other options, which add to those of this object. */
  with(options: CallOptions): Kernels<Module>;
};
