import { setTimeout } from 'node:timers/promises';
import { parseLine } from '../../host/links/line-selector.ts';
import { withDeadline } from '../../host/links/with-deadline.ts';
import { isShoalError } from '../../protocol/errors.ts';
import type { Line } from '../../protocol/line.ts';

export interface RawTerminal {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The line is there, at first and again. It takes what is typed. */
  readonly onOpen: (line: Line) => void;
  readonly onCut: (reason: string) => void;
}

const OPEN_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2000;

/**
 * Bytes of a line, without any protocol, until the signal aborts. A line that is cut is opened again for as long as it
 * takes. Rejects with what opening rejects with if it cannot be opened at first.
 */
export async function openRawTerminal(selector: string, terminal: RawTerminal, signal: AbortSignal): Promise<void> {
  const opener = parseLine(selector);
  const open = (): Promise<Line> => withDeadline(OPEN_TIMEOUT_MS, [signal], (limit) => opener.open(limit));
  let line = await open();
  while (!signal.aborted) {
    await useLine(line, terminal, signal);
    for (let delayMs = FIRST_RETRY_MS; !signal.aborted; delayMs = Math.min(SLOWEST_RETRY_MS, delayMs * 2)) {
      await setTimeout(delayMs, undefined, { signal }).catch(() => undefined);
      try {
        line = await open();
        break;
      } catch (error) {
        if (!signal.aborted && !(isShoalError(error) && error.retryable)) throw error;
      }
    }
  }
}

/** Until it is cut, or the signal aborts. */
async function useLine(line: Line, terminal: RawTerminal, signal: AbortSignal): Promise<void> {
  const bytesCame = terminal.onBytes;
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      line.close();
      resolve();
    };
    line.onBytes = bytesCame;
    line.onEnd = (reason) => {
      signal.removeEventListener('abort', stop);
      terminal.onCut(reason.message);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else terminal.onOpen(line);
  });
}
