import { ShoalError } from '../../protocol/errors.ts';
import { printLog } from '../logs/print-log.ts';
import type { BoardService } from './board-service.ts';
import { checkedTimeout } from './caller.ts';
import { type SyncKernels, syncKernels } from './sync-kernels.ts';
import { SyncSession, type SyncSessionOptions } from './sync-session.ts';
import type { Sync } from './sync-types.ts';
import type { ThreadChannel } from './thread-channel.ts';
import type { ThreadEnd } from './thread-end.ts';

interface BoardLine {
  readonly selector: string;
  readonly isEmulated: boolean;
  readonly abandonMs: number;
}

/** The thread has deadlines of its own; this one is for a thread that does not come to them. */
const GRACE_MS = 15_000;
/** For loading and calling kernels: the board's own deadlines come first. */
const CORES_TIMEOUT_MS = 120_000;

/** A board that is used without `await`. Made by `openSync`. */
export class SyncBoard implements Disposable {
  readonly #thread: ThreadEnd;
  readonly #line: BoardLine;
  readonly #options: SyncSessionOptions;
  #control: SyncSession | undefined;
  #cores: { readonly session: SyncSession; readonly board: Sync<BoardService> } | undefined;
  #isClosed = false;

  /** Throws CALL_ARGUMENT. */
  constructor(thread: ThreadEnd, line: BoardLine, options: SyncSessionOptions) {
    if (options.timeoutMs !== undefined) checkedTimeout(options.timeoutMs);
    this.#thread = thread;
    this.#line = line;
    this.#options = options;
  }

  /** What the board's control runtime exports. Throws what `openSync` throws, BOARD_CLOSED. */
  get control(): SyncSession {
    this.#checkOpen();
    if (this.#control === undefined) {
      const { selector, abandonMs } = this.#line;
      const channel = this.#opened(this.#thread.openLink(selector, abandonMs), abandonMs);
      this.#control = new SyncSession(this.#thread, channel, this.#options);
    }
    return this.#control;
  }

  /**
   * Puts the kernels of a module on every core, as `Board.load` does; what they log is shown on the console when this
   * thread waits or comes to rest. Throws what that rejects with, and SELECTOR_INVALID for a board that is not emulated.
   */
  load<Module>(url: URL | string): SyncKernels<Module> {
    this.#checkOpen();
    this.#cores ??= this.#openCores();
    return syncKernels<Module>(this.#cores.board.load(String(url)));
  }

  #openCores(): { readonly session: SyncSession; readonly board: Sync<BoardService> } {
    const { selector, isEmulated } = this.#line;
    if (!isEmulated) {
      throw new ShoalError('SELECTOR_INVALID', `kernels on ${selector} cannot be called without \`await\``, {
        hint: 'use `open`; or an emulated board, emu:parallella-16',
      });
    }
    const channel = this.#opened(this.#thread.openCores(selector), CORES_TIMEOUT_MS);
    const session = new SyncSession(this.#thread, channel, { passing: 'copy-plain', timeoutMs: CORES_TIMEOUT_MS });
    const board = session.import<BoardService>('board');
    board.listen(printLog);
    return { session, board };
  }

  /** Throws why it could not be opened. */
  #opened(channel: ThreadChannel, withinMs: number): ThreadChannel {
    const { selector } = this.#line;
    const timeoutMs = withinMs + GRACE_MS;
    if (!this.#thread.takeUntil(() => channel.state !== 'opening', timeoutMs)) {
      channel.close();
      throw new ShoalError('LINK_TIMEOUT', `${selector} was not opened within ${timeoutMs} ms`, { retryable: true });
    }
    if (channel.state !== 'closed') return channel;
    throw channel.closeReason ?? new ShoalError('LINK_CLOSED', `${selector} was closed while it was opened`);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ShoalError('BOARD_CLOSED', `${this.#line.selector} was closed`);
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
