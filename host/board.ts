import type { BoardDescription } from '../boards/board.ts';
import { ShoalError } from '../protocol/errors.ts';
import { CallPool, type CoreResetEvent } from './cores/call-pool.ts';
import { placeModule, removeModule } from './cores/place-module.ts';
import type { RuntimeImage } from './cores/runtime-image.ts';
import { BoardExplanation } from './explain/board-explanation.ts';
import { ArraysInFlight } from './kernels/in-flight.ts';
import type { CoreSelector, Kernels } from './kernels/kernel-types.ts';
import { type CallContext, coreIndex, createKernels, joinStack } from './kernels/kernels-object.ts';
import type { LoadedModule } from './kernels/loaded-module.ts';
import type { CallOptions } from './kernels/pending-call.ts';
import { readKernelModule } from './kernels/read-kernel-module.ts';
import type { AnyMemory, KernelArray } from './kernels/split.ts';
import type { MemoryLink } from './links/memory-link.ts';
import { type LogListener, LogListeners } from './logs/log-listeners.ts';
import type { BoardArray, KernelArrayType } from './memory/board-array.ts';
import { BoardMemory } from './memory/board-memory.ts';
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

/** What one core has done since the board was opened. */
export interface CoreStatistics {
  readonly index: number;
  /** Relative to the board's first core. */
  readonly core: readonly [row: number, column: number];
  /** Calls that it was given. */
  readonly calls: number;
  /** Instructions executed, those of the core runtime included. */
  readonly instructions: number;
  /** Bytes of messages and arrays sent to it. */
  readonly bytesIn: number;
  /** Bytes of messages and arrays that came back. */
  readonly bytesOut: number;
  /** Part of the time since the board was opened, 0 … 1, in which the core did not sleep. */
  readonly busy: number;
  /** How often it was reset because of a deadline, an abort or a fault. */
  readonly resets: number;
}

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
  alloc<T extends KernelArray>(type: KernelArrayType<T>, length: number): Promise<BoardArray<AnyMemory<T>>>;
}

/** A board that was opened. Make one with `open()`. */
export class Board {
  /** What the board is. */
  readonly info: BoardDescription;
  readonly #link: MemoryLink;
  readonly #pool: CallPool;
  readonly #memory: BoardMemory;
  readonly #inFlight = new ArraysInFlight();
  readonly #modules = new WeakMap<object, LoadedModule>();
  readonly #logs: LogListeners;
  readonly #resetListeners = new Set<(event: CoreResetEvent) => void>();
  /** Loads happen one after another. */
  #loading: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(link: MemoryLink, image: RuntimeImage, onLog?: LogListener) {
    this.info = link.board;
    this.#link = link;
    this.#pool = new CallPool(link, image);
    this.#memory = new BoardMemory(link, this.#pool, () => this.#checkOpen());
    this.#logs = new LogListeners(onLog);
    this.#pool.onLog = (event) => this.#logs.emit(event);
    this.#pool.onCoreReset = (event) => {
      for (const listener of this.#resetListeners) listener(event);
    };
  }

  /** Starts the runtime on every core. Used by `open()`. */
  static async start(
    link: MemoryLink,
    image: RuntimeImage,
    { signal, onLog }: { readonly signal?: AbortSignal; readonly onLog?: LogListener } = {},
  ): Promise<Board> {
    const board = new Board(link, image, onLog);
    await board.#pool.hold();
    if (signal?.aborted) {
      board.close();
      throw signal.reason;
    }
    board.#pool.release();
    return board;
  }

  /** Cores of the board; calls select them by 0 … cores − 1. */
  get cores(): number {
    return this.#pool.slots.length;
  }

  /**
   * Puts the kernels of a module on every core: of a `.ts` file, which is compiled, or of a `.shoal` file, for which no
   * compiler is loaded. Calls that run are waited for. State of the module starts from its initial values.
   *
   * Throws FILE_NOT_FOUND, COMPILE_FAILED with `details.diagnostics`, MEMORY_OVERFLOW if it does not fit, BOARD_CLOSED.
   */
  async load<Module>(url: URL | string, options: CallOptions = {}): Promise<Kernels<Module>> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    const source = await readKernelModule(url, this.info);
    return this.#afterOthers(async () => {
      const module = await placeModule(this.#pool, source);
      const kernels = createKernels(this.#context(), module, options);
      this.#modules.set(kernels, module);
      return kernels as Kernels<Module>;
    });
  }

  /** Takes a module off every core; calls of its kernels reject from then on. Calls that run are waited for. */
  async unload(kernels: object): Promise<void> {
    this.#checkOpen();
    const module = this.#modules.get(kernels);
    if (module === undefined) throw new ShoalError('KERNEL_NOT_FOUND', 'these kernels were not loaded by this board');
    this.#modules.delete(kernels);
    await this.#afterOthers(() => removeModule(this.#pool, module));
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
  alloc<T extends KernelArray>(type: KernelArrayType<T>, length: number): Promise<BoardArray<AnyMemory<T>>> {
    return this.#work(this.alloc, (site) => this.#memory.allocate(null, type, length, site));
  }

  /** One core, by its index or by row and column. Throws CALL_ARGUMENT if the board has no such core. */
  core(selector: CoreSelector): BoardCore {
    const index = coreIndex(this.#context(), selector);
    const alloc: BoardCore['alloc'] = (type, length) =>
      this.#work(alloc, (site) => this.#memory.allocate(index, type, length, site));
    const [row, column] = this.#pool.slots[index]?.position ?? [0, 0];
    return Object.freeze({ index, position: [row, column] as const, alloc });
  }

  /** Figures of every core, in core order. */
  stats(): CoreStatistics[] {
    const elapsed = this.#link.elapsedInstructions();
    return this.#pool.slots.map((slot) => {
      const { instructions } = this.#link.counters(slot.end.index);
      return {
        index: slot.end.index,
        core: slot.position,
        calls: slot.calls,
        instructions,
        bytesIn: slot.bytesIn,
        bytesOut: slot.bytesOut,
        busy: elapsed === 0 ? 0 : Math.min(1, instructions / elapsed),
        resets: slot.resets,
      };
    });
  }

  /** What the board has done since it was opened, by kernel and by core; `String(board.explain())` is a table. */
  explain(): BoardExplanation {
    return new BoardExplanation({
      board: this.info.name,
      waiting: this.#pool.waiting,
      cores: this.stats(),
      kernels: this.#pool.figures.all,
      memories: this.#memory.explain(),
    });
  }

  /**
   * Calls `listener` whenever a core was reset because a call on it had to be given up; its module state is as after
   * load. Returns a function that ends this.
   */
  onCoreReset(listener: (event: CoreResetEvent) => void): () => void {
    this.#resetListeners.add(listener);
    return () => this.#resetListeners.delete(listener);
  }

  /**
   * Calls `listener` for everything that a kernel logs, in the order of each core and before the call settles. While
   * there is a listener, nothing is printed; without one a log goes to the console as `[row,column] text`. What a
   * listener throws becomes a warning of the process. Returns a function that ends this.
   */
  onLog(listener: LogListener): () => void {
    return this.#logs.add(listener);
  }

  /** True after `close()`. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends everything: calls that wait or run reject with CALL_CANCELLED, later ones with BOARD_CLOSED. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pool.close(new ShoalError('CALL_CANCELLED', `the board ${this.info.name} was closed`));
    this.#memory.close();
    this.#link.close();
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
    if (this.#isClosed) throw new ShoalError('BOARD_CLOSED', `the board ${this.info.name} is closed`);
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#loading.then(() => {
      this.#checkOpen();
      return work();
    });
    this.#loading = result.catch(() => undefined);
    return result;
  }

  #context(): CallContext {
    return {
      pool: this.#pool,
      inFlight: this.#inFlight,
      columns: this.info.columns,
      checkOpen: () => this.#checkOpen(),
    };
  }
}
