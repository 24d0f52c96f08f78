import { ShoalError } from '../../protocol/errors.ts';
import type { LogEvent } from '../logs/log-event.ts';

const WAIT_MS = 5000;

/** What the kernels of a board have logged, for expectations. */
export class BoardLogs {
  readonly #events: LogEvent[] = [];
  #wake: () => void = () => {};

  /** Everything so far, in the order in which it came. */
  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** The texts of all cores, or of the core with this index. */
  texts(core?: number): string[] {
    return this.#events.filter(({ coreIndex }) => core === undefined || coreIndex === core).map(({ text }) => text);
  }

  /** @internal */
  add(event: LogEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  /**
   * Resolves with the first log, of those before as well, whose text holds `text` or matches it. Throws CALL_TIMEOUT
   * after `timeoutMs` (default 5 000 ms), with what was logged instead.
   */
  async waitFor(
    text: string | RegExp,
    { timeoutMs = WAIT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<LogEvent> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#events.find((event) =>
        typeof text === 'string' ? event.text.includes(text) : event.text.search(text) >= 0,
      );
      if (found !== undefined) return found;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const others = this.texts();
    throw new ShoalError('CALL_TIMEOUT', `nothing with ${String(text)} was logged within ${timeoutMs} ms`, {
      hint: others.length === 0 ? 'Nothing was logged at all.' : `Logged was: ${others.slice(-20).join(' | ')}`,
    });
  }
}
