import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { threadFile } from '../thread-file.ts';
import { ThreadChannel } from './thread-channel.ts';
import type { ThreadStart, ToThread } from './thread-messages.ts';

/** The thread that drives the links of this one. It keeps no program alive, and ends with its last link. */
export class ThreadEnd {
  readonly #worker: Worker;
  readonly #events: Int32Array<SharedArrayBuffer>;
  readonly #channels = new Set<ThreadChannel>();

  /** Throws FILE_NOT_FOUND. */
  constructor() {
    const events = new SharedArrayBuffer(4);
    this.#events = new Int32Array(events);
    const start: ThreadStart = { events };
    this.#worker = new Worker(threadFile('sync/link-thread.js'), { workerData: start, execArgv: [] });
    this.#worker.unref();
  }

  /** Begins to open a link. Its state says when it is there, or why not. */
  openLink(selector: string, abandonMs: number): ThreadChannel {
    return this.#open((port) => ({ selector, abandonMs, port }));
  }

  /** Begins to open the cores of a board: a session over the channel imports them as `board`. */
  openCores(selector: string, abandonMs: number): ThreadChannel {
    return this.#open((port) => ({ cores: selector, abandonMs, port }));
  }

  #open(request: (port: MessagePort) => ToThread): ThreadChannel {
    const { port1, port2 } = new MessageChannel();
    this.#post(request(port2), port2);
    const channel = new ThreadChannel(port1);
    this.#channels.add(channel);
    return channel;
  }

  /** The thread ends when its links are closed. */
  end(): void {
    this.#post('end');
  }

  #post(request: ToThread, ...transferred: MessagePort[]): void {
    this.#worker.postMessage(request, transferred);
  }

  /**
   * Stands still until something has come on any link, and handles that one thing. False if nothing has come for so
   * many milliseconds.
   */
  take(timeoutMs: number): boolean {
    const endsAt = performance.now() + timeoutMs;
    for (;;) {
      // Read first: what comes while the links are looked at ends the sleep.
      const seen = Atomics.load(this.#events, 0);
      for (const channel of this.#channels) {
        if (!channel.take()) continue;
        if (channel.state === 'closed') this.#channels.delete(channel);
        return true;
      }
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return false;
      Atomics.wait(this.#events, 0, seen, leftMs);
    }
  }

  /** As {@link take}, until `isDone`. False if that took too long. */
  takeUntil(isDone: () => boolean, timeoutMs: number): boolean {
    const endsAt = performance.now() + timeoutMs;
    while (!isDone()) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0 || !this.take(leftMs)) return isDone();
    }
    return true;
  }
}
