import { ShoalError } from '../../protocol/errors.ts';
import { ABANDON_MS } from '../control/open-control.ts';
import { SyncSession, type SyncSessionOptions } from './sync-session.ts';
import type { ThreadChannel } from './thread-channel.ts';
import { ThreadEnd } from './thread-end.ts';

export interface OpenSyncOptions extends SyncSessionOptions {
  /** So long it is tried to reach the board, at the start and after a cut. Default 15 000 ms. */
  readonly abandonMs?: number;
}

/** A board whose objects are used without `await`. Made by {@link openSync}. */
export class SyncBoard implements Disposable {
  readonly #thread: ThreadEnd;
  /** What the board's control runtime exports. */
  readonly control: SyncSession;

  constructor(thread: ThreadEnd, control: SyncSession) {
    this.#thread = thread;
    this.control = control;
  }

  /** Waits until the line is free. Safe to call twice. */
  close(): void {
    this.control.close();
    this.#thread.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a board for use without `await`: `tcp://host:port`, `unix:/path`, `serial:/dev/ttyUSB0`, `emu:parallella-16`.
 * Another thread drives the link; this one stands still while it waits for an answer. What that means is in
 * docs/remote-objects.md.
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN, LINK_UNAVAILABLE, LINK_DRIVER_MISSING, LINK_TIMEOUT, CALL_ARGUMENT.
 *
 * @example
 * using board = openSync('tcp://parallella:7000');
 * const name = board.control.import<typeof import('node:fs')>('fs').readFileSync('/etc/hostname', 'utf8');
 */
export function openSync(selector: string, options: OpenSyncOptions = {}): SyncBoard {
  const { abandonMs = ABANDON_MS, ...session } = options;
  const thread = new ThreadEnd();
  try {
    const channel = thread.openLink(selector, abandonMs);
    waitUntilOpened(thread, channel, selector, abandonMs);
    return new SyncBoard(thread, new SyncSession(thread, channel, session));
  } catch (error) {
    thread.end();
    throw error;
  }
}

/** The thread has deadlines of its own; this one is for a thread that does not come to them. */
const GRACE_MS = 15_000;

function waitUntilOpened(thread: ThreadEnd, channel: ThreadChannel, selector: string, abandonMs: number): void {
  const timeoutMs = abandonMs + GRACE_MS;
  if (!thread.takeUntil(() => channel.state !== 'opening', timeoutMs)) {
    throw new ShoalError('LINK_TIMEOUT', `${selector} was not opened within ${timeoutMs} ms`, { retryable: true });
  }
  if (channel.state === 'closed') throw channel.closeReason ?? new ShoalError('LINK_CLOSED', `${selector} was closed`);
}
