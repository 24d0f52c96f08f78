/** Cores in Node: one thread for each, with exact kernels, barriers, locks and views of each other's memory. */
import { existsSync } from 'node:fs';
import { ShoalError } from '../../protocol/errors.ts';
import { orAbort } from '../kernels/abort-actions.ts';
import { type CoreStanding, deadlockError, timeoutError, waitingText } from '../kernels/core-standing.ts';
import { ArraysInFlight } from '../kernels/in-flight.ts';
import { fileOf } from '../kernels/read-kernel-module.ts';
import { checkSignal, type SignalOption } from '../kernels/signal-option.ts';
import { CoreWorker, type HostCall } from './core-worker.ts';
import { createHostKernels, type HostContext, type HostKernels } from './host-kernels.ts';
import type { HostModule } from './host-module.ts';
import { WaitingBlock } from './waiting-block.ts';

/** Rows and columns of cores, as a board has them. */
export interface CoreGrid {
  readonly rows: number;
  readonly columns: number;
}

/** No board that is known has more cores. */
const MAX_CORES = 64;
/** How often it is looked whether cores wait for what will never come. */
const DEADLOCK_LOOK_MS = 20;

/** Cores that were made by {@link hostCores}. */
export class HostCores {
  readonly rows: number;
  readonly columns: number;
  readonly #cores: readonly CoreWorker[];
  readonly #block: WaitingBlock;
  readonly #modules: HostModule[] = [];
  readonly #inFlight = new ArraysInFlight();
  /** Calls whose cores wait for each other, one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #looking: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;

  /** Use {@link hostCores}. */
  constructor({ rows, columns }: CoreGrid) {
    this.rows = rows;
    this.columns = columns;
    this.#block = new WaitingBlock(rows * columns);
    const { words, places } = this.#block;
    this.#cores = Array.from({ length: rows * columns }, (_, index) => {
      const core = new CoreWorker({ index, rows, columns, block: { words, places } }, this.#block, this.#modules);
      core.onLate = (call) => this.#late(core, call);
      return core;
    });
  }

  /** How many there are. */
  get cores(): number {
    return this.#cores.length;
  }

  /**
   * Makes exact kernels of the module in a `.ts` file, on every core with state of its own. Throws FILE_NOT_FOUND,
   * COMPILE_FAILED with `details.diagnostics`, BOARD_CLOSED.
   */
  async load<Module>(url: URL | string, options: SignalOption = {}): Promise<HostKernels<Module>> {
    checkSignal(options);
    this.#checkOpen();
    const file = fileOf(url);
    if (!existsSync(file)) throw new ShoalError('FILE_NOT_FOUND', `there is no file ${file}`, { details: { file } });
    // The compiler is loaded when it is needed.
    const { makeHostModule } = await import('./host-module.ts');
    this.#checkOpen();
    options.signal?.throwIfAborted();
    const module = makeHostModule(file, this.#modules.length, this.cores);
    this.#modules.push(module);
    for (const core of this.#cores) core.load(module);
    await this.#loaded();
    this.#checkOpen();
    return createHostKernels(this.#context(), module, {}) as HostKernels<Module>;
  }

  /** Ends all threads, whatever they do. Calls that wait or run reject with CALL_CANCELLED. Idempotent. */
  close(): Promise<void> {
    if (this.#closing === null) {
      this.#stopLooking();
      const error = new ShoalError('CALL_CANCELLED', 'the cores were closed');
      this.#closing = Promise.all(this.#cores.map((core) => core.close(error))).then(() => undefined);
    }
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #loaded(): Promise<void> {
    await Promise.all(this.#cores.map((core) => core.loaded()));
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw new ShoalError('BOARD_CLOSED', 'the cores are closed');
  }

  #context(): HostContext {
    return {
      rows: this.rows,
      columns: this.columns,
      cores: this.#cores,
      inFlight: this.#inFlight,
      checkOpen: () => this.#checkOpen(),
      watch: () => this.#look(),
      alone: (work, signal) => {
        const before = this.#last;
        // A thread that took the place of another one makes the state of its modules anew, which would undo writes.
        const result = orAbort(
          before.then(() => this.#loaded()),
          signal,
        ).then(() => {
          this.#checkOpen();
          this.#block.clear();
          return work();
        });
        this.#last = Promise.allSettled([before, result]);
        return result;
      },
    };
  }

  #standingOf(core: CoreWorker): CoreStanding {
    const call = core.running;
    const wait = call === null ? null : this.#blocked(core, call);
    return { core: core.position, kernel: call?.kernel ?? null, wait: wait?.place ?? null };
  }

  #blocked(core: CoreWorker, { module }: HostCall): ReturnType<WaitingBlock['blocked']> {
    return this.#block.blocked(core.index, new Int32Array(module.memory.lockWords));
  }

  #late(core: CoreWorker, call: HostCall): void {
    const waiting = waitingText(this.#cores.map((each) => this.#standingOf(each)));
    core.cancel(call, timeoutError(this.#standingOf(core), call.timeoutMs, waiting));
  }

  /** Looks for deadlocks as long as calls run. */
  #look(): void {
    this.#looking ??= setInterval(() => {
      const busy = this.#cores.filter((core) => !core.isIdle);
      if (busy.length === 0) this.#stopLooking();
      else if (this.#isStuck(busy)) this.#endAll(busy);
    }, DEADLOCK_LOOK_MS).unref();
  }

  #stopLooking(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
  }

  /** Each runs a call, and waits for something that only another one of them could do. */
  #isStuck(busy: readonly CoreWorker[]): boolean {
    const turns = (): (number | undefined)[] =>
      busy.map((core) => (core.running === null ? undefined : this.#blocked(core, core.running)?.turn));
    const before = turns();
    if (before.includes(undefined)) return false;
    // One that was seen early may have gone on, and waits again: then its turn is another.
    return turns().every((turn, index) => turn === before[index]);
  }

  #endAll(running: readonly CoreWorker[]): void {
    const standings = running.map((core) => this.#standingOf(core));
    const report = waitingText(this.#cores.map((core) => this.#standingOf(core))) ?? '';
    for (const [index, core] of running.entries()) {
      if (core.running !== null) core.cancel(core.running, deadlockError(standings[index] as CoreStanding, report));
    }
  }
}

/**
 * Starts so many cores as threads of this process, in rows and columns as given; a number is laid out as near to a
 * square as it can be: 16 is 4 × 4, 8 is 2 × 4. Kernels that are loaded give the bits of a core, see each other through
 * `peer` and wait for each other in `barrier` and `Lock`, so that a board has a result to be compared with.
 *
 * Throws CALL_ARGUMENT unless there are 1 … 64 cores.
 */
export async function hostCores(size: number | CoreGrid): Promise<HostCores> {
  const grid = typeof size === 'number' ? gridOf(size) : size;
  const isSize = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;
  if (!isSize(grid?.rows) || !isSize(grid.columns) || grid.rows * grid.columns > MAX_CORES) {
    throw new ShoalError('CALL_ARGUMENT', `hostCores takes 1 … ${MAX_CORES} cores, or { rows, columns } of so many`);
  }
  return new HostCores(grid);
}

function gridOf(count: number): CoreGrid {
  let rows = Math.floor(Math.sqrt(count));
  while (rows > 1 && count % rows !== 0) rows--;
  return { rows, columns: count / rows };
}
