/** Who is told what kernels log. */
import type { LogEvent } from './log-event.ts';

export type LogListener = (event: LogEvent) => void;

export class LogListeners {
  readonly #listeners = new Set<{ readonly listener: LogListener }>();

  constructor(first?: LogListener) {
    if (first !== undefined) this.add(first);
  }

  /** Returns a function that takes the listener away. */
  add(listener: LogListener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Never throws: the call that logs has nothing to do with its listeners. */
  emit(event: LogEvent): void {
    if (this.#listeners.size === 0) print(event);
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}

function print({ core, method, text }: LogEvent): void {
  // As one string, the text is not read as a format once more.
  console[method](`[${core[0]},${core[1]}] ${text}`);
}
