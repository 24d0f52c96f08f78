import { ShoalError } from '../../protocol/errors.ts';
import { printLog } from '../logs/print-log.ts';
import type { Selection } from '../selector.ts';
import type { BoardService } from './board-service.ts';
import { checkedTimeout } from './caller.ts';
import { type SyncKernels, syncKernels } from './sync-kernels.ts';
import { SyncSession, type SyncSessionOptions } from './sync-session.ts';
import type { Sync } from './sync-types.ts';
import type { ThreadChannel } from './thread-channel.ts';
import type { ThreadEnd } from './thread-end.ts';

/** How a board is reached. */
export interface BoardWay {
  readonly selector: string;
  /** `'line'`: kernels and objects come over the same one; `'window'`: there are no objects. */
  readonly link: Selection['link'];
  readonly abandonMs: number;
}

/** The thread has deadlines of its own; this one is for a thread that does not come to them. */
const GRACE_MS = 15_000;
/** For loading and calling kernels: the board's own deadlines come first. */
const CORES_TIMEOUT_MS = 120_000;

/** A board that is used without `await`. Made by `openSync`. */
export class SyncBoard implements Disposable {
  readonly #thread: ThreadEnd;
  readonly #way: BoardWay;
  readonly #options: SyncSessionOptions;
  #control: SyncSession | undefined;
  #cores: { readonly session: SyncSession; readonly board: Sync<BoardService> } | undefined;
  #isClosed = false;

  /** Throws CALL_ARGUMENT. */
  constructor(thread: ThreadEnd, way: BoardWay, options: SyncSessionOptions) {
    if (options.timeoutMs !== undefined) checkedTimeout(options.timeoutMs);
    this.#thread = thread;
    this.#way = way;
    this.#options = options;
  }

  /**
   * What the board's control runtime exports. Throws what `openSync` throws, BOARD_CLOSED; LINK_BUSY if kernels have the
   * board's only line; LINK_UNAVAILABLE for mapped memory, where there is no control runtime.
   */
  get control(): SyncSession {
    this.#checkOpen();
    if (this.#control === undefined) {
      const { selector, abandonMs, link } = this.#way;
      if (link === 'window') {
        throw new ShoalError('LINK_UNAVAILABLE', `there is no control runtime behind ${selector}`, {
          hint: 'open the board by a line: tcp://, unix:, serial:, usb:',
        });
      }
      if (link === 'line' && this.#cores !== undefined) throw lineTaken(selector, 'kernels');
      const channel = this.#opened(this.#thread.openLink(selector, abandonMs), abandonMs);
      this.#control = new SyncSession(this.#thread, channel, this.#options);
    }
    return this.#control;
  }

  /**
   * Puts the kernels of a module on every core, as `Board.load` does; what they log is shown on the console when this
   * thread waits or comes to rest. Throws what that rejects with, and LINK_BUSY if objects have the board's only line.
   */
  load<Module>(url: URL | string): SyncKernels<Module> {
    this.#checkOpen();
    this.#cores ??= this.#openCores();
    return syncKernels<Module>(this.#cores.board.load(String(url)));
  }

  #openCores(): { readonly session: SyncSession; readonly board: Sync<BoardService> } {
    const { selector, link, abandonMs } = this.#way;
    if (link === 'line' && this.#control !== undefined) {
      if (this.#control.counts.imported > 0) throw lineTaken(selector, 'objects');
      // It has shown that the board is there.
      this.#control.close();
      this.#control = undefined;
    }
    const channel = this.#opened(this.#thread.openCores(selector, abandonMs), CORES_TIMEOUT_MS);
    const session = new SyncSession(this.#thread, channel, { passing: 'copy-plain', timeoutMs: CORES_TIMEOUT_MS });
    const board = session.import<BoardService>('board');
    board.listen(printLog);
    return { session, board };
  }

  /** Throws why it could not be opened. */
  #opened(channel: ThreadChannel, withinMs: number): ThreadChannel {
    const { selector } = this.#way;
    const timeoutMs = withinMs + GRACE_MS;
    if (!this.#thread.takeUntil(() => channel.state !== 'opening', timeoutMs)) {
      channel.close();
      throw new ShoalError('LINK_TIMEOUT', `${selector} was not opened within ${timeoutMs} ms`, { retryable: true });
    }
    if (channel.state !== 'closed') return channel;
    throw channel.closeReason ?? new ShoalError('LINK_CLOSED', `${selector} was closed while it was opened`);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ShoalError('BOARD_CLOSED', `${this.#way.selector} was closed`);
  }

  /** Waits until the line is free. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#control?.close();
    this.#cores?.session.close();
    this.#thread.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function lineTaken(selector: string, by: 'kernels' | 'objects'): ShoalError {
  return new ShoalError('LINK_BUSY', `${selector} carries ${by} of the board already`, {
    hint: 'without `await`, kernels and objects need a line each; `open` has both over one',
  });
}
