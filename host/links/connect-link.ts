import { setTimeout } from 'node:timers/promises';
import type { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineKind } from '../../protocol/line.ts';
import { type LinkOptions, ReliableLink } from '../../protocol/link/reliable-link.ts';
import { LINK_CLOCK } from './link-clock.ts';
import { withDeadline } from './with-deadline.ts';

/** A way to an other end, by which lines are opened: the first, and others after a cut. */
export interface LineOpener {
  /** For messages: `serial:/dev/ttyUSB0`. */
  readonly name: string;
  readonly kind: LineKind;
  /** Rejects with LINK_UNAVAILABLE, LINK_BUSY, PERMISSION_DENIED or LINK_DRIVER_MISSING; with the signal's reason. */
  open(signal: AbortSignal): Promise<Line>;
}

export interface ConnectOptions extends LinkOptions {
  readonly signal?: AbortSignal;
  /** For opening the line, not for the other end's answer (`abandonMs`). Default 10 000 ms. */
  readonly openTimeoutMs?: number;
}

const OPEN_TIMEOUT_MS = 10_000;
/** Between attempts to open a line again. */
const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2000;

/**
 * Opens a line and puts a link on it, not yet started. Whenever the line is cut another one is opened, until the link is
 * closed, by `abandonMs` at the latest.
 *
 * Rejects with what `opener.open` rejects with, if the first line cannot be opened.
 */
export async function connectLink(opener: LineOpener, options: ConnectOptions = {}): Promise<ReliableLink> {
  const { signal, openTimeoutMs = OPEN_TIMEOUT_MS, ...linkOptions } = options;
  const closed = new AbortController();
  const attempt = (outer?: AbortSignal): Promise<Line> => {
    const signals = outer === undefined ? [closed.signal] : [outer, closed.signal];
    return withDeadline(openTimeoutMs, signals, (limit) => opener.open(limit));
  };
  const line = await attempt(signal);
  const link = new ReliableLink(opener.kind, LINK_CLOCK, linkOptions);
  link.onClosed = () => closed.abort();
  link.onLineLost = () => void reopen();
  link.attach(line);
  return link;

  async function reopen(): Promise<void> {
    for (let delayMs = FIRST_RETRY_MS; !closed.signal.aborted; delayMs = Math.min(SLOWEST_RETRY_MS, delayMs * 2)) {
      await setTimeout(delayMs, undefined, { signal: closed.signal }).catch(() => undefined);
      if (closed.signal.aborted) return;
      try {
        link.attach(await attempt());
        return;
      } catch (error) {
        // A port that is unplugged may be plugged in again; a missing package will not come by itself.
        if ((error as ShoalError).retryable === false) {
          link.close(error as ShoalError);
          return;
        }
      }
    }
  }
}
