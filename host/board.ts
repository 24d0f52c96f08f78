import type { BoardDescription } from '../boards/board.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { Session } from '../protocol/objects/session.ts';
import { CallPool } from './cores/call-pool.ts';
import type { CoreAccess } from './cores/core-access.ts';
import { placeModule, removeModule, replaceModule } from './cores/place-module.ts';
import type { RuntimeImage } from './cores/runtime-image.ts';
import { type BoardEvents, type BoardListener, BoardListeners } from './events/board-events.ts';
import { BoardExplanation } from './explain/board-explanation.ts';
import {
  type BoardSample,
  type CoreStatistics,
  checkInterval,
  type SampleOptions,
  Statistics,
} from './explain/core-statistics.ts';
import { orAbort } from './kernels/abort-actions.ts';
import { coreIndex } from './kernels/core-selector.ts';
import { ArraysInFlight } from './kernels/in-flight.ts';
import type { CoreSelector, Kernels } from './kernels/kernel-types.ts';
import { type CallContext, createKernels, joinStack } from './kernels/kernels-object.ts';
import type { LoadedModule } from './kernels/loaded-module.ts';
import { readKernelModule } from './kernels/read-kernel-module.ts';
import { checkSignal, type SignalOption } from './kernels/signal-option.ts';
import type { AnyMemory, KernelArray } from './kernels/split.ts';
import { printLog } from './logs/print-log.ts';
import type { BoardArray } from './memory/board-array.ts';
import { BoardMemory } from './memory/board-memory.ts';
import type { KernelArrayType } from './memory/kernel-array-types.ts';
import type { OpenOptions } from './open-options.ts';
import { mapItems, visitItems } from './work-list/work-list.ts';
import type {
  Combine,
  Item,
  Items,
  KernelFunction,
  OnError,
  Outcome,
  Visit,
  WorkListOptions,
} from './work-list/work-list-types.ts';

/** One core of a board. */
export interface BoardCore {
  /** Row by row, from 0. */
  readonly index: number;
  /** Relative to the board's first core. */
  readonly position: readonly [row: number, column: number];
  /**
   * Makes an array of zeros in the core's own memory. Only this core can take it: a call with it runs there. It keeps
   * its content when the core is reset.
   *
   * Throws MEMORY_OVERFLOW, which says what holds the memory; CALL_ARGUMENT, BOARD_CLOSED.
   */
  alloc<T extends KernelArray>(
    type: KernelArrayType<T>,
    length: number,
    options?: SignalOption,
  ): Promise<BoardArray<AnyMemory<T>>>;
  /**
   * Resets the core, whatever it does; resolves when it has started again. The call that runs on it rejects with
   * CORE_RESET; those that wait for it wait on. Its module state is as after load; arrays in its memory stay, with their
   * content. An abort ends only the wait.
   *
   * Throws BOARD_CLOSED, BOARD_START.
   */
  reset(options?: SignalOption): Promise<void>;
}

/** A board that was opened. Make one with `open()`. */
export class Board {
  /** What the board is. */
  readonly info: BoardDescription;
  readonly #access: CoreAccess;
  readonly #startControl: (() => Session) | undefined;
  #control: Session | undefined;
  readonly #pool: CallPool;
  readonly #memory: BoardMemory;
  readonly #inFlight = new ArraysInFlight();
  readonly #modules = new WeakMap<object, LoadedModule>();
  /** Where each module was read from. */
  readonly #urls = new WeakMap<LoadedModule, URL | string>();
  readonly #statistics: Statistics;
  readonly #listeners = new BoardListeners();
  /** Loads happen one after another. */
  #loading: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();
  #closeReason: unknown;

  private constructor(access: CoreAccess, image: RuntimeImage, startControl: (() => Session) | undefined) {
    this.#startControl = startControl;
    this.info = access.board;
    this.#access = access;
    this.#pool = new CallPool(access, image);
    this.#memory = new BoardMemory(this.#pool, () => this.#checkOpen());
    this.#pool.onLog = (event) => {
      if (this.#listeners.has('log')) this.#listeners.emit('log', event);
      else printLog(event);
    };
    this.#statistics = new Statistics(this.#pool);
    this.#pool.onCoreReset = (event) => this.#listeners.emit('coreReset', event);
    this.#pool.onReboot = (reason) => {
      this.#memory.close();
      this.#listeners.emit('reboot', { reason });
    };
    this.#pool.onFailure = (error) => this.#end(error, error);
  }

  /**
   * Starts the runtime on every core. Used by `open()`. `startControl` gives the session with the control runtime, when
   * it is asked for. Throws BOARD_START.
   */
  static async start(
    access: CoreAccess,
    image: RuntimeImage,
    { signal, onLog }: Pick<OpenOptions, 'signal' | 'onLog'> = {},
    startControl?: () => Session,
  ): Promise<Board> {
    const board = new Board(access, image, startControl);
    if (onLog !== undefined) board.on('log', onLog);
    try {
      await board.#pool.hold(signal);
    } catch (error) {
      board.close();
      throw error;
    }
    board.#pool.release();
    return board;
  }

  /**
   * Objects of the board's control processor: `board.control.import<typeof import('node:fs')>('fs')`. That of an
   * emulated board starts at the first use of this.
   *
   * Throws BOARD_CLOSED; LINK_UNAVAILABLE if the board is used by a window into its memory, where no control runtime is.
   */
  get control(): Session {
    this.#checkOpen();
    if (this.#startControl === undefined) {
      throw new ShoalError('LINK_UNAVAILABLE', `there is no way to a control runtime of ${this.info.name}`, {
        hint: 'Open the board by a line: tcp://, unix:, serial:, usb:.',
      });
    }
    this.#control ??= this.#startControl();
    return this.#control;
  }

  /** Cores of the board; calls select them by 0 … cores − 1. */
  get cores(): number {
    return this.#pool.slots.length;
  }

  /**
   * Puts the kernels of a module on every core: of a `.ts` file, which is compiled, or of a `.shoal` file, for which no
   * compiler is loaded. Calls that run are waited for, other modules stay. State of the module starts from its initial
   * values. After an abort nothing is loaded.
   *
   * Throws FILE_NOT_FOUND, COMPILE_FAILED with `details.diagnostics`, MEMORY_OVERFLOW if it does not fit, BOARD_CLOSED.
   */
  load<Module>(url: URL | string, options: SignalOption = {}): Promise<Kernels<Module>> {
    return this.#work(this.load, async () => {
      checkSignal(options);
      const source = await readKernelModule(url, this.info);
      const place = (): Promise<LoadedModule> => placeModule(this.#pool, source, options.signal);
      return this.#kernelsOf(await this.#afterOthers(place, options.signal), url);
    });
  }

  /**
   * Takes a module off every core, without a reset. Calls that run are waited for; those that no core has begun, and
   * later ones, reject with KERNEL_NOT_FOUND. After an abort the module is still there.
   *
   * Throws KERNEL_NOT_FOUND if this board has not loaded it, or not any more; BOARD_CLOSED.
   */
  unload(kernels: object, options: SignalOption = {}): Promise<void> {
    return this.#work(this.unload, () => {
      checkSignal(options);
      const { signal } = options;
      return this.#afterOthers(() => removeModule(this.#pool, this.#moduleOf(kernels), signal), signal);
    });
  }

  /**
   * Reads the file of a module again and puts what it holds now in the place of the old one, without a reset; other
   * modules and board arrays stay. Resolves with the new kernels: their state starts from its initial values. Calls of
   * the old kernels end as after {@link unload}. If anything fails, or the signal aborts, the old ones go on with their
   * state.
   *
   * Throws as {@link load} and {@link unload}.
   */
  reload<Module>(kernels: Kernels<Module>, options: SignalOption = {}): Promise<Kernels<Module>> {
    return this.#work(this.reload, async () => {
      checkSignal(options);
      const url = this.#urls.get(this.#moduleOf(kernels)) ?? '';
      const source = await readKernelModule(url, this.info);
      const replace = (): Promise<LoadedModule> =>
        replaceModule(this.#pool, this.#moduleOf(kernels), source, options.signal);
      return this.#kernelsOf(await this.#afterOthers(replace, options.signal), url);
    });
  }

  /**
   * Resets all cores, whatever they do; resolves when they have started again. Calls made before that have no answer
   * reject with CORE_RESET. Modules stay loaded, their state is as after load. Board arrays stay, with their content:
   * what a kernel was writing may be there in part. An abort ends only the wait.
   *
   * Throws BOARD_CLOSED, BOARD_START.
   */
  reset(options: SignalOption = {}): Promise<void> {
    return this.#work(this.reset, () => {
      checkSignal(options);
      return this.#pool.reset(null, resetError(`the board ${this.info.name} was reset`), options.signal);
    });
  }

  /**
   * Calls a kernel once for each item, a list of its arguments, on whatever cores are idle; resolves with the results
   * in the order of the items. The next item of a core is transferred while one runs, so arrays that the kernel writes
   * must be others for each item. Items of generators, also async ones, are taken only as calls end.
   *
   * Rejects with ITEM_FAILED (see {@link OnError}), with what the items' iterator or `onProgress` threw, with the
   * signal's reason, with CALL_ARGUMENT, BOARD_CLOSED, or CALL_CANCELLED if the board is closed meanwhile.
   */
  map<Kernel extends KernelFunction, E extends OnError = 'stop'>(
    kernel: Kernel,
    items: Items<Kernel>,
    options: WorkListOptions<E> = {},
  ): Promise<Outcome<Kernel, E>[]> {
    const results = this.#work(this.map, (site) => mapItems(this.#pool, kernel, items, options, site));
    return results as Promise<Outcome<Kernel, E>[]>;
  }

  /**
   * As {@link map}, but hands each result to `visit`, in the order of the items, and keeps none: for more results than
   * memory. `visit` may return a promise; items are not begun faster than results are visited. What it throws stops
   * the work and rejects the promise.
   */
  forEach<Kernel extends KernelFunction, Each extends Item<Kernel>, E extends OnError = 'stop'>(
    kernel: Kernel,
    items: Iterable<Each> | AsyncIterable<Each>,
    visit: Visit<Kernel, Each, E>,
    options: WorkListOptions<E> = {},
  ): Promise<void> {
    return this.#work(this.forEach, (site) =>
      visitItems(this.#pool, kernel, items, visit as (...all: unknown[]) => unknown, options, site),
    );
  }

  /**
   * As {@link forEach}: combines the results, in the order of the items, so that the total does not depend on which
   * core was faster, also where rounding makes the order matter. Resolves with the last total, `initial` without items.
   */
  async reduce<Kernel extends KernelFunction, Each extends Item<Kernel>, Total, E extends OnError = 'stop'>(
    kernel: Kernel,
    items: Iterable<Each> | AsyncIterable<Each>,
    combine: Combine<Kernel, Each, E, Total>,
    initial: Total,
    options: WorkListOptions<E> = {},
  ): Promise<Total> {
    let total = initial;
    await this.#work(this.reduce, async (site) => {
      if (typeof combine !== 'function') throw new ShoalError('CALL_ARGUMENT', 'reduce takes a function that combines');
      const visit = async (result: unknown, item: unknown, index: number): Promise<void> => {
        total = await combine(total, result as Outcome<Kernel, E>, item as Each, index);
      };
      await visitItems(this.#pool, kernel, items, visit, options, site);
    });
    return total;
  }

  /**
   * Makes an array of zeros in the board's shared memory, which every core reaches; its own memory is faster to a core
   * ({@link core}). Kernels take it in place of a typed array of its type.
   *
   * Throws MEMORY_OVERFLOW, which says what holds the memory; CALL_ARGUMENT, BOARD_CLOSED.
   */
  alloc<T extends KernelArray>(
    type: KernelArrayType<T>,
    length: number,
    options: SignalOption = {},
  ): Promise<BoardArray<AnyMemory<T>>> {
    return this.#work(this.alloc, (site) => this.#allocate(null, type, length, options, site));
  }

  /** One core, by its index or by row and column. Throws CALL_ARGUMENT if the board has no such core. */
  core(selector: CoreSelector): BoardCore {
    const index = coreIndex(selector, this.info);
    const [row, column] = this.#pool.slots[index]?.position ?? [0, 0];
    const alloc: BoardCore['alloc'] = (type, length, options = {}) =>
      this.#work(alloc, (site) => this.#allocate(index, type, length, options, site));
    const reset: BoardCore['reset'] = (options = {}) =>
      this.#work(reset, () => {
        checkSignal(options);
        return this.#pool.reset([index], resetError(`core ${row},${column} was reset`), options.signal);
      });
    return Object.freeze({ index, position: [row, column] as const, alloc, reset });
  }

  /**
   * Figures of every core, in core order: since the board was opened, or since an earlier result of this method, which
   * may itself be one since another. Throws CALL_ARGUMENT for anything else. Works after `close()` as well, where the
   * board is in this process.
   */
  stats(since?: readonly CoreStatistics[]): Promise<CoreStatistics[]> {
    return this.#statistics.take(since);
  }

  /**
   * The figures of each interval, for as long as the board is open and the loop goes on:
   * `for await (const { cores } of board.samples({ everyMs: 500 }))`. An abort ends the loop with the signal's reason.
   * Throws CALL_ARGUMENT, BOARD_CLOSED. Keeps the process alive while it is waited for.
   */
  samples(options: SampleOptions = {}): AsyncIterable<BoardSample> {
    this.#checkOpen();
    checkSignal(options);
    checkInterval(options);
    return this.#statistics.samples(options, this.#closing.signal);
  }

  /** What the board has done since it was opened, by kernel and by core; `String(await board.explain())` is a table. */
  async explain(): Promise<BoardExplanation> {
    const cores = await this.stats();
    return new BoardExplanation({
      board: this.info.name,
      waiting: this.#pool.waiting,
      cores,
      kernels: this.#pool.figures.all,
      memories: this.#memory.explain(),
    });
  }

  /**
   * Calls `listener` at each event of that name ({@link BoardEvents}); returns a function that ends this. What a
   * listener throws becomes an uncaught exception; the board and other listeners go on. Listeners keep no process alive.
   *
   * Throws CALL_ARGUMENT for a name that is none.
   */
  on<Name extends keyof BoardEvents>(name: Name, listener: BoardListener<Name>): () => void {
    return this.#listeners.add(name, listener);
  }

  /** True after `close()`, and after an error that no board can go on after. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Ends everything: calls that wait or run reject with CALL_CANCELLED, later ones with BOARD_CLOSED. Idempotent. */
  close(): void {
    this.#end(undefined, new ShoalError('CALL_CANCELLED', `the board ${this.info.name} was closed`));
  }

  #end(reason: unknown, callError: unknown): void {
    if (this.isClosed) return;
    this.#closing.abort();
    this.#closeReason = reason;
    this.#pool.close(callError);
    this.#memory.close();
    this.#access.close();
    this.#control?.close();
    this.#listeners.emit('close', { reason });
    this.#listeners.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** `method` is where the stack of errors begins. */
  async #work<T>(method: unknown, work: (site: Error) => Promise<T>): Promise<T> {
    const site = new Error('call');
    Error.captureStackTrace?.(site, method as (...values: never[]) => unknown);
    try {
      this.#checkOpen();
      return await work(site);
    } catch (error) {
      throw joinStack(error, site);
    }
  }

  #checkOpen(): void {
    if (!this.isClosed) return;
    throw new ShoalError('BOARD_CLOSED', `the board ${this.info.name} is closed`, { cause: this.#closeReason });
  }

  #kernelsOf<Module>(module: LoadedModule, url: URL | string): Kernels<Module> {
    this.#urls.set(module, url);
    return createKernels(this.#context(), module, {}) as Kernels<Module>;
  }

  /** Throws KERNEL_NOT_FOUND. */
  #moduleOf(kernels: object): LoadedModule {
    const module = typeof kernels === 'object' && kernels !== null ? this.#modules.get(kernels) : undefined;
    if (module !== undefined && this.#pool.modules.loaded.includes(module)) return module;
    const text = module === undefined ? 'were not loaded by this board' : `of ${module.name} were unloaded before`;
    throw new ShoalError('KERNEL_NOT_FOUND', `these kernels ${text}`);
  }

  async #allocate<T extends KernelArray>(
    core: number | null,
    type: KernelArrayType<T>,
    length: number,
    options: SignalOption,
    site: Error,
  ): Promise<BoardArray<AnyMemory<T>>> {
    checkSignal(options);
    return this.#memory.allocate(core, type, length, site);
  }

  #afterOthers<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const before = this.#loading;
    const result = orAbort(before, signal).then(() => {
      this.#checkOpen();
      return work();
    });
    this.#loading = Promise.allSettled([before, result]);
    return result;
  }

  #context(): CallContext {
    return {
      pool: this.#pool,
      inFlight: this.#inFlight,
      columns: this.info.columns,
      modules: this.#modules,
      checkOpen: () => this.#checkOpen(),
      afterOthers: (work, signal) => this.#afterOthers(work, signal),
    };
  }
}

function resetError(text: string): ShoalError {
  return new ShoalError('CORE_RESET', text, { retryable: true });
}
