/**
 * The control processor of an emulated board: a real small JavaScript engine (QuickJS, compiled to WebAssembly) that
 * runs the control runtime as a board would, with no more memory than a board has.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import { ShoalError } from '../../protocol/errors.ts';
import { fullText } from '../../protocol/full-text.ts';
import type { LineKind } from '../../protocol/line.ts';
import { VirtualDisk } from './virtual-disk.ts';

/** The window into the memory of the board's cores, and what can be known of them (device/control/embedding.ts). */
export interface CoreWindow {
  read(address: number, lengthBytes: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
  readWord(address: number): number;
  writeWord(address: number, value: number): void;
  /** The sum of 1 if every core sleeps and nothing can wake one, and 2 if a core has stopped for good. */
  advance(): number;
  fault(core: number): string;
  report(): string;
  instructions(core: number): number;
}

export interface ControlProcessorOptions {
  /** The control runtime as one script. */
  readonly script: string;
  /** Runs before it: a script of the board's own, which may leave `globalThis.shoalModules` (device/control/quickjs.ts). */
  readonly boardScript?: string;
  /** What the runtime exports as `board`: plain data. */
  readonly board: unknown;
  readonly disk?: VirtualDisk;
  /** Scripts of modules that can be imported, by name; each leaves its exports as `globalThis.shoalModule`. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Without it no host can use cores by way of this processor. */
  readonly cores?: CoreWindow;
  /** The script of the module by which hosts use them, as those of `modules`. */
  readonly coreScript?: string;
  /** Heap of the engine. Default 1 MiB. */
  readonly memoryLimitBytes?: number;
  /** What the runtime logs. */
  readonly onLog?: (text: string) => void;
  /** 0 … 1; default Math.random. */
  readonly random?: () => number;
}

/** One end of a line into the control processor. Its other end is the runtime's. */
export interface ControlPort {
  /** Bytes for the runtime. */
  write(bytes: Uint8Array): void;
  /** The line is cut. */
  end(): void;
}

export interface ControlPortEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The runtime has closed the line. */
  readonly onClosed: () => void;
}

const DEFAULT_MEMORY_LIMIT_BYTES = 0x10_0000;
/** Of the engine's native stack; what the runtime's deepest nesting takes is far below. */
const STACK_BYTES = 0x4_0000;

type HostFunction = (...values: QuickJSHandle[]) => QuickJSHandle | undefined;

export class ControlProcessor {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #ports = new Map<number, ControlPortEvents>();
  readonly #options: ControlProcessorOptions;
  #entry: QuickJSHandle | null = null;
  /** Modules that were imported. */
  readonly #loaded = new Map<string, QuickJSHandle>();
  #cancelTimer: () => void = () => {};
  #isClosed = false;

  private constructor(runtime: QuickJSRuntime, options: ControlProcessorOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#context = runtime.newContext();
  }

  /** Starts the runtime. Throws LINK_DRIVER_MISSING without the optional packages, INTERNAL if the script fails. */
  static async start(options: ControlProcessorOptions): Promise<ControlProcessor> {
    const { newQuickJSWASMModuleFromVariant } = await import('quickjs-emscripten-core').catch(missing);
    const variant = import('@jitl/quickjs-wasmfile-release-sync');
    const engine = await newQuickJSWASMModuleFromVariant(variant.catch(missing));
    const runtime = engine.newRuntime();
    runtime.setMemoryLimit(options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES);
    runtime.setMaxStackSize(STACK_BYTES);
    const processor = new ControlProcessor(runtime, options);
    processor.#boot();
    return processor;
  }

  /** Connects a line: `port` says which of the board's, and must be free. After `close` it leads nowhere. */
  open(port: number, kind: LineKind, isNoisy: boolean, events: ControlPortEvents): ControlPort {
    if (this.#isClosed) return { write: () => undefined, end: () => undefined };
    this.#ports.set(port, events);
    const context = this.#context;
    this.#call('lineOpened', [
      context.newNumber(port),
      context.newString(kind),
      isNoisy ? context.true : context.false,
    ]);
    const isOpen = (): boolean => this.#ports.get(port) === events;
    return {
      write: (bytes) => {
        if (!isOpen()) return;
        this.#call('received', [context.newNumber(port), context.newArrayBuffer(bytes.slice().buffer)]);
      },
      end: () => {
        if (!isOpen()) return;
        this.#ports.delete(port);
        this.#call('lineEnded', [context.newNumber(port)]);
      },
    };
  }

  /** Bytes of the engine's heap that are in use (`memory_used_size` of its own count), and their limit. */
  heap(): { readonly usedBytes: number; readonly limitBytes: number } {
    const handle = this.#runtime.computeMemoryUsage();
    const usage = this.#context.dump(handle) as { readonly memory_used_size: number; readonly malloc_limit: number };
    handle.dispose();
    return { usedBytes: usage.memory_used_size, limitBytes: usage.malloc_limit };
  }

  /** The value of an expression in the engine, as plain data: for looking into a board from its tests. */
  evaluate(expression: string): unknown {
    const result = this.#context.evalCode(expression, 'inspection.js');
    if (result.error !== undefined) throw this.#failure(`'${expression}' cannot be evaluated`, result.error);
    const value: unknown = this.#context.dump(result.value);
    result.value.dispose();
    return value;
  }

  /** Ends the engine. Lines are not told. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer();
    this.#ports.clear();
    this.#entry?.dispose();
    for (const loaded of this.#loaded.values()) loaded.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #boot(): void {
    const context = this.#context;
    const embedding = context.newObject();
    const { disk = new VirtualDisk(), random = Math.random, onLog } = this.#options;
    const number = (handle: QuickJSHandle | undefined): number =>
      handle === undefined ? 0 : context.getNumber(handle);
    const text = (handle: QuickJSHandle | undefined): string => (handle === undefined ? '' : context.getString(handle));
    const bytes = (handle: QuickJSHandle | undefined): Uint8Array<ArrayBuffer> => {
      if (handle === undefined) return new Uint8Array();
      const lifetime = context.getArrayBuffer(handle);
      const copy = new Uint8Array(lifetime.value);
      lifetime.dispose();
      return copy;
    };
    this.#define(embedding, {
      now: () => context.newNumber(performance.now()),
      random: () => context.newNumber(random()),
      setTimer: (delay) => void this.#setTimer(number(delay)),
      write: (port, data) => void this.#ports.get(number(port))?.onBytes(bytes(data)),
      closeLine: (port) => void this.#closeLine(number(port)),
      log: (line) => void onLog?.(text(line)),
    });
    const diskObject = context.newObject();
    this.#define(diskObject, {
      size: (path) => context.newNumber(disk.size(text(path))),
      read: (path, offset, length) => context.newArrayBuffer(disk.read(text(path), number(offset), number(length))),
      write: (path, offset, data) => void disk.write(text(path), number(offset), bytes(data).buffer),
      truncate: (path, length) => void disk.truncate(text(path), number(length)),
      list: (path) => context.newString(disk.list(text(path))),
      remove: (path) => void disk.remove(text(path)),
      makeFolder: (path) => void disk.makeFolder(text(path)),
      rename: (from, to) => void disk.rename(text(from), text(to)),
      freeBytes: () => context.newNumber(disk.freeBytes()),
    });
    context.setProp(embedding, 'disk', diskObject);
    diskObject.dispose();
    const { cores } = this.#options;
    if (cores !== undefined) {
      const memory = context.newObject();
      this.#define(memory, {
        read: (address, length) => context.newArrayBuffer(cores.read(number(address), number(length)).slice().buffer),
        write: (address, data) => void cores.write(number(address), bytes(data)),
        readWord: (address) => context.newNumber(cores.readWord(number(address))),
        writeWord: (address, value) => void cores.writeWord(number(address), number(value)),
        advance: () => context.newNumber(cores.advance()),
        fault: (core) => context.newString(cores.fault(number(core))),
        report: () => context.newString(cores.report()),
        instructions: (core) => context.newNumber(cores.instructions(number(core))),
      });
      context.setProp(embedding, 'memory', memory);
      memory.dispose();
    }
    this.#offerModules(embedding);
    const board = context.newString(JSON.stringify(this.#options.board));
    context.setProp(embedding, 'boardText', board);
    board.dispose();
    context.setProp(context.global, 'shoalEmbedding', embedding);
    embedding.dispose();
    const { boardScript, script } = this.#options;
    if (boardScript !== undefined) this.#run(boardScript, 'board.js', "the board's own script failed");
    this.#run(script, 'control.js', 'the control runtime did not start');
    this.#entry = context.getProp(context.global, 'shoalRuntime');
    this.#runJobs();
  }

  #offerModules(embedding: QuickJSHandle): void {
    const context = this.#context;
    const { modules = {}, coreScript = '' } = this.#options;
    if (Object.keys(modules).length > 0) {
      const names = context.newString(Object.keys(modules).join('\n'));
      context.setProp(embedding, 'moduleNames', names);
      names.dispose();
    }
    const scripts: Readonly<Record<string, string>> = { ...modules, cores: coreScript };
    this.#define(embedding, {
      importModule: (handle) => {
        const name = handle === undefined ? '' : context.getString(handle);
        const loaded = this.#loaded.get(name) ?? this.#load(name, scripts[name] ?? '');
        this.#loaded.set(name, loaded);
        return loaded.dup();
      },
    });
  }

  #load(name: string, script: string): QuickJSHandle {
    this.#run(script, `${name}.js`, `the module ${name} did not start`);
    return this.#context.getProp(this.#context.global, 'shoalModule');
  }

  #run(script: string, name: string, failure: string): void {
    const result = this.#context.evalCode(script, name);
    if (result.error !== undefined) throw this.#failure(failure, result.error);
    result.value.dispose();
  }

  #define(target: QuickJSHandle, functions: Readonly<Record<string, HostFunction>>): void {
    for (const [name, run] of Object.entries(functions)) {
      const handle = this.#context.newFunction(name, (...values) => run(...values) ?? this.#context.undefined);
      this.#context.setProp(target, name, handle);
      handle.dispose();
    }
  }

  #setTimer(delayMs: number): void {
    this.#cancelTimer();
    const run = (): void => this.#call('timer', []);
    if (delayMs < 0) {
      this.#cancelTimer = () => {};
    } else if (delayMs === 0) {
      // A timer of Node's comes a millisecond later.
      const immediate = setImmediate(run);
      this.#cancelTimer = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(run, delayMs);
      this.#cancelTimer = () => clearTimeout(timer);
    }
  }

  #closeLine(port: number): void {
    const events = this.#ports.get(port);
    this.#ports.delete(port);
    events?.onClosed();
  }

  /** Calls the runtime, then runs the jobs that this left. The arguments are disposed of. */
  #call(name: string, values: QuickJSHandle[]): void {
    if (this.#isClosed || this.#entry === null) return;
    const result = this.#context.callMethod(this.#entry, name, values);
    for (const value of values) value.dispose();
    if (result.error !== undefined) throw this.#failure(`the control runtime failed in ${name}`, result.error);
    result.value.dispose();
    this.#runJobs();
  }

  #runJobs(): void {
    const result = this.#runtime.executePendingJobs();
    if (result.error !== undefined) throw this.#failure('a job of the control runtime failed', result.error);
    result.dispose();
  }

  #failure(what: string, error: QuickJSHandle): ShoalError {
    const cause = this.#context.dump(error) as { readonly message?: string; readonly stack?: string };
    error.dispose();
    return new ShoalError('INTERNAL', `${what}: ${fullText(cause.message ?? String(cause))}\n${cause.stack ?? ''}`, {
      cause,
    });
  }
}

function missing(cause: unknown): never {
  throw new ShoalError('LINK_DRIVER_MISSING', 'the engine of the emulated control processor is not installed', {
    hint: 'npm install quickjs-emscripten-core @jitl/quickjs-wasmfile-release-sync',
    cause,
  });
}
