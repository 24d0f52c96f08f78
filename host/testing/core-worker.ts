/** One core of `hostCores`: its thread, and the calls that wait for it. */
import { Worker } from 'node:worker_threads';
import { trapError } from '../../compiler/kernel-tree/trap-message.ts';
import { markShoalError, ShoalError } from '../../protocol/errors.ts';
import { threadFile } from '../thread-file.ts';
import { freeLock } from './core-functions.ts';
import type { CoreStart, CoreValue, FromCore, ToCore } from './core-messages.ts';
import type { HostModule } from './host-module.ts';
import type { WaitingBlock } from './waiting-block.ts';

/** A call that waits for the core, or runs on it. */
export interface HostCall {
  readonly module: HostModule;
  readonly kernel: string;
  readonly values: readonly CoreValue[];
  readonly timeoutMs: number;
  readonly resolve: (answer: Extract<FromCore, { kind: 'return' }>) => void;
  readonly reject: (error: unknown) => void;
}

export class CoreWorker {
  readonly index: number;
  readonly position: readonly [row: number, column: number];
  readonly #start: CoreStart;
  readonly #block: WaitingBlock;
  readonly #modules: readonly HostModule[];
  readonly #queue: HostCall[] = [];
  #running: HostCall | null = null;
  /** The thread has started: the time of a call begins when it is there to take it. */
  #isReady = false;
  /** Modules whose state the thread has not made yet. */
  #loading = 0;
  readonly #whenLoaded: (() => void)[] = [];
  #deadline: NodeJS.Timeout | null = null;
  #worker: Worker;
  /** Ends of threads that were given up. */
  #ends: Promise<unknown> = Promise.resolve();

  /** `modules`: those that are loaded; the list grows. */
  constructor(start: CoreStart, block: WaitingBlock, modules: readonly HostModule[]) {
    this.index = start.index;
    this.position = [Math.floor(start.index / start.columns), start.index % start.columns];
    this.#start = start;
    this.#block = block;
    this.#modules = modules;
    this.#worker = this.#begin();
  }

  /** Called when a call has taken too long; set by the owner. */
  onLate: (call: HostCall) => void = () => {};

  get running(): HostCall | null {
    return this.#running;
  }

  get isIdle(): boolean {
    return this.#running === null && this.#queue.length === 0;
  }

  load(module: HostModule): void {
    const { text, memory } = module;
    this.#loading++;
    this.#worker.ref();
    this.#send({ kind: 'load', module: module.id, text, memory });
  }

  /** Resolves when all modules have their state, which others may then write, or the thread is closed. */
  loaded(): Promise<void> {
    if (this.#loading === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenLoaded.push(resolve));
  }

  submit(call: HostCall): void {
    this.#queue.push(call);
    this.#worker.ref();
    this.#next();
  }

  /** Ends a call early. If it runs, the thread is ended, and another one takes its place. */
  cancel(call: HostCall, error: unknown): void {
    const index = this.#queue.indexOf(call);
    if (index >= 0) this.#queue.splice(index, 1);
    else if (this.#running !== call) return;
    else this.#restart();
    call.reject(error);
    this.#next();
  }

  /** Rejects all calls; resolves when the thread has ended. */
  async close(error: unknown): Promise<void> {
    const calls = [...(this.#running === null ? [] : [this.#running]), ...this.#queue.splice(0)];
    this.#settle();
    for (const call of calls) call.reject(error);
    this.#endLoading();
    await Promise.all([this.#ends, this.#worker.terminate()]);
  }

  #begin(): Worker {
    const worker = new Worker(threadFile('testing/core-thread.js'), { workerData: this.#start, execArgv: [] });
    worker.on('message', (message: FromCore) => {
      if (worker === this.#worker) this.#answer(message);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#fail(error);
    });
    this.#isReady = false;
    // Nothing but a call keeps the program alive.
    if (this.#queue.length === 0) worker.unref();
    return worker;
  }

  #send(message: ToCore): void {
    this.#worker.postMessage(message);
  }

  #next(): void {
    if (this.#running !== null || !this.#isReady) return;
    const call = this.#queue.shift();
    if (call === undefined) return;
    this.#running = call;
    const { timeoutMs } = call;
    // A timer holds no longer time than this.
    if (timeoutMs < 2 ** 31) this.#deadline = setTimeout(() => this.onLate(call), timeoutMs);
    this.#send({ kind: 'call', module: call.module.id, kernel: call.kernel, values: call.values });
  }

  #endLoading(): void {
    this.#loading = 0;
    if (this.isIdle) this.#worker.unref();
    for (const resolve of this.#whenLoaded.splice(0)) resolve();
  }

  #settle(): HostCall | null {
    const call = this.#running;
    this.#running = null;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
    if (this.#queue.length === 0) this.#worker.unref();
    return call;
  }

  #answer(message: FromCore): void {
    if (message.kind === 'ready') {
      this.#isReady = true;
      this.#next();
      return;
    }
    if (message.kind === 'loaded') {
      if (--this.#loading === 0) this.#endLoading();
      return;
    }
    const call = this.#settle();
    if (call === null) return;
    if (message.kind === 'return') call.resolve(message);
    else {
      this.#freeLocks();
      call.reject(this.#errorOf(call, message));
    }
    this.#next();
  }

  /** What the board's host makes of a trap, without the place in the source. */
  #errorOf(call: HostCall, { errorClass, message }: Extract<FromCore, { kind: 'throw' }>): Error {
    const core = this.position;
    const error = trapError({ errorClass, message: `${message} (core ${core[0]},${core[1]})` });
    const details = { core, kernel: call.kernel };
    const marks = { code: 'KERNEL_TRAP' as const, core, hint: undefined, retryable: false, details };
    return markShoalError(Object.assign(error, marks));
  }

  /** The thread has died. */
  #fail(error: unknown): void {
    const call = this.#running;
    this.#restart();
    const text = `the thread of core ${this.position.join()} has ended`;
    call?.reject(new ShoalError('KERNEL_TRAP', text, { cause: error }));
    this.#next();
  }

  /** State of modules is as after load. */
  #restart(): void {
    this.#settle();
    const old = this.#worker;
    this.#ends = Promise.all([this.#ends, old.terminate()]);
    this.#block.forget(this.index);
    this.#freeLocks();
    this.#worker = this.#begin();
    this.#loading = 0;
    for (const module of this.#modules) this.load(module);
  }

  #freeLocks(): void {
    for (const { memory } of this.#modules) {
      const words = new Int32Array(memory.lockWords);
      for (const lock of memory.locks.values()) {
        if (Atomics.load(words, lock) === this.index + 1) freeLock(words, lock);
      }
    }
  }
}
