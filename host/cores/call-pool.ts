/**
 * The cores as a pool: calls wait in the order of their arrival, an idle core takes the first that it may run. A core
 * that runs a call gets its next one already, so that it goes on without waiting for the host; if the first takes long
 * and another core is idle, that one gets it instead. A call that was handed over but not begun is never lost with its
 * core, and never runs twice: it goes back to where it waited.
 */
import type { BoardDescription } from '../../boards/board.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { INBOUND_RING_SLOTS } from '../../protocol/mailbox.ts';
import type { PendingCall } from '../kernels/pending-call.ts';
import type { LogEvent } from '../logs/log-event.ts';
import { post } from './call-posts.ts';
import { CallQueues } from './call-queues.ts';
import type { CoreAccess, CoreFault } from './core-access.ts';
import { receive } from './core-answers.ts';
import { CoreMemory } from './core-memory.ts';
import { type CoreSlot, isQuiet, newSlot, type PostedCall } from './core-slot.ts';
import { CoreStarts } from './core-starts.ts';
import { FiguresOfKernels } from './kernel-figures.ts';
import { locate } from './locate.ts';
import type { ModuleTable } from './module-table.ts';
import { PoolWatches } from './pool-watches.ts';
import type { RuntimeImage } from './runtime-image.ts';
import { endDeadlockedCalls, endLateCalls } from './stalled-calls.ts';

/** One runs, and the next has been transferred meanwhile. */
const CALLS_PER_CORE = 2;

/** A core was reset: its module state is as after load. */
export interface CoreResetEvent {
  readonly core: readonly [row: number, column: number];
  readonly coreIndex: number;
  /** The error that the call on it was rejected with; a ShoalError CORE_RESET if the program has asked for it. */
  readonly reason: unknown;
}

/** What cannot be asked of a board has ended it, or its cores are being started anew: `CoreEvents` tells. */
const ignore = (): undefined => undefined;

/** How a call is to end. */
interface Ending {
  readonly error: unknown;
  /** Also if its core has begun it. */
  readonly resets: boolean;
}

export class CallPool {
  readonly access: CoreAccess;
  readonly slots: readonly CoreSlot[];
  readonly modules: ModuleTable = { loaded: [], tableAddress: 0 };
  readonly image: RuntimeImage;
  readonly board: BoardDescription;
  readonly figures: FiguresOfKernels = new FiguresOfKernels();
  onCoreReset: (event: CoreResetEvent) => void = () => {};
  onLog: (event: LogEvent) => void = () => {};
  /** The board was started anew; its cores are being started again. */
  onReboot: (reason: ShoalError) => void = () => {};
  /** The board cannot be used any more; whoever owns the pool closes it. */
  onFailure: (error: ShoalError) => void = (error) => this.close(error);
  readonly #queues: CallQueues;
  readonly #starts: CoreStarts;
  readonly #watches = new PoolWatches();
  /** Calls that are to end, while it is found out whether their cores have begun them. */
  readonly #ending = new Map<PendingCall, Ending>();
  #nextCore = 0;
  /** While true idle cores take nothing: modules are being placed. */
  #held = false;
  #closed = false;
  #closedBy: unknown;

  constructor(access: CoreAccess, image: RuntimeImage) {
    const { board } = access;
    this.access = access;
    this.image = image;
    this.board = board;
    this.slots = Array.from({ length: board.rows * board.columns }, (_, index) =>
      newSlot(index, board.columns, new CoreMemory(image.endAddress, board.localMemoryBytes)),
    );
    this.#queues = new CallQueues(this.slots.length);
    this.#starts = new CoreStarts(access, image, this.modules);
    access.setLocator((address) => locate(address, this.modules, image));
    access.listen({
      onMessage: (core, message) => receive(this, this.#slot(core), message),
      onGarbage: (core, error) => this.distrust(this.#slot(core), error),
      onFault: (core, fault) => this.#stopped(this.#slot(core), fault),
      onAsleep: (report) => void endDeadlockedCalls(this, report).catch(ignore),
      onTurn: () => this.#turn(),
      onReboot: (reason) => this.#restartAll(reason),
      onFailure: (error) => this.fail(error),
    });
    this.#starts.begin(this.slots).catch(ignore);
  }

  /** Calls that no core has begun. */
  get waiting(): number {
    return this.slots.reduce((sum, { posted }) => sum + Math.max(0, posted.length - 1), this.#queues.length);
  }

  /** Calls that only this core may run and that it has not been handed. */
  queuedFor(core: number): number {
    return this.#queues.ownLength(core);
  }

  /**
   * Resolves when every core has said HELLO and no call runs; queued calls wait until `release`. After an abort, which
   * rejects with the signal's reason, nothing is held.
   */
  async hold(signal?: AbortSignal): Promise<void> {
    this.#held = true;
    const isAllQuiet = (): boolean => this.slots.every(isQuiet);
    try {
      // What other code does before this goes on may begin something.
      do await this.#until(isAllQuiet, signal);
      while (!isAllQuiet());
    } catch (error) {
      if (!this.#closed) this.release();
      throw error;
    }
  }

  /** Lets idle cores take calls again. */
  release(): void {
    this.#held = false;
    this.#proceed();
  }

  /** Throws what the calls were rejected with that waited or ran when the pool was closed. */
  throwIfClosed(): void {
    if (this.#closed) throw this.#closedBy;
  }

  /** Resolves when the condition holds; rejects when the pool is closed, and with the signal's reason. */
  async #until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.throwIfClosed();
    if (condition()) return;
    this.#expect();
    await this.#watches.until(condition, signal);
  }

  /** Queues a call and, if a core is idle, hands it over at once. */
  submit(call: PendingCall): void {
    if (this.#closed) {
      call.reject(this.#closedBy);
      return;
    }
    if (call.trace !== null) call.trace.waitingBefore = this.waiting;
    this.#queues.add(call);
    this.#proceed();
  }

  /** Ends a call early. A core that runs it is reset; nothing happens if it has its answer already. */
  cancel(call: PendingCall, error: unknown): void {
    this.#end(call, { error, resets: true });
  }

  /** Ends a call early if no core has begun it. */
  cancelWaiting(call: PendingCall, error: unknown): void {
    this.#end(call, { error, resets: false });
  }

  #end(call: PendingCall, ending: Ending): void {
    if (this.#queues.remove(call)) {
      call.reject(ending.error);
      this.#proceed();
      return;
    }
    const slot = this.slots.find((candidate) => this.#postedOn(candidate, call) !== undefined);
    const posted = slot === undefined ? undefined : this.#postedOn(slot, call);
    if (slot === undefined || posted === undefined) return;
    const before = this.#ending.get(call);
    if (before?.resets !== true) this.#ending.set(call, ending);
    if (before !== undefined) return;
    this.#withdraw(slot, posted).then(
      (isBack) => {
        const { error, resets } = this.#ending.get(call) ?? ending;
        // A call that is not in the map any more has ended, one way or another.
        if (isBack && this.#ending.has(call)) this.giveBack(call);
        this.#ending.delete(call);
        if (!isBack && resets && slot.posted.includes(posted)) this.abandon(slot, error);
        this.#proceed();
      },
      () => this.#ending.delete(call),
    );
  }

  #postedOn(slot: CoreSlot, call: PendingCall): PostedCall | undefined {
    return slot.posted.find((posted) => posted.call === call && posted.state === 'posted');
  }

  /** Asks for a call that a core has. True if the core will not run it; then it is the caller's. */
  #withdraw(slot: CoreSlot, posted: PostedCall): Promise<boolean> {
    posted.withdrawal ??= this.access.withdraw(slot.index, posted.block, posted.sequence).then((isBack) => {
      if (!isBack || posted.state !== 'posted') return false;
      posted.state = 'taken back';
      return true;
    });
    return posted.withdrawal;
  }

  /** A call that no core has begun waits again, or ends if somebody has asked for that. */
  giveBack(call: PendingCall): void {
    if (!this.#ending.has(call)) {
      this.#queues.putBack(call);
      return;
    }
    call.reject(this.#ending.get(call)?.error);
    this.#ending.delete(call);
  }

  /**
   * Resets cores, all if `cores` is null, and resolves when they have started again. Calls that run there reject with
   * `error`, and if all cores are reset those that wait, too. An abort ends only the wait.
   */
  async reset(cores: readonly number[] | null, error: unknown, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const slots = cores === null ? this.slots : cores.map((core) => this.#slot(core));
    await this.#restart(slots, error, { isDamaged: false, waitAgain: cores !== null });
    await this.#until(() => slots.every((slot) => slot.ready && slot.reset === null), signal);
  }

  /** Gives up the call that runs on a core: resets that core alone. Calls that it has not begun wait again. */
  abandon(slot: CoreSlot, error: unknown): void {
    if (slot.reset === null) void this.#restart([slot], error, { isDamaged: false, waitAgain: true });
  }

  distrust(slot: CoreSlot, error: ShoalError): void {
    if (slot.reset === null) void this.#restart([slot], error, { isDamaged: true, waitAgain: true });
  }

  async #restart(
    slots: readonly CoreSlot[],
    error: unknown,
    { isDamaged, waitAgain }: { readonly isDamaged: boolean; readonly waitAgain: boolean },
  ): Promise<void> {
    const running = slots.filter((slot) => slot.reset === null);
    const ended = waitAgain ? [] : this.#queues.removeAll();
    const all = this.#starts.again(running, isDamaged);
    this.#expect();
    const results = await all.catch(ignore);
    if (results === undefined || this.#closed) return;
    for (const { lost, unbegun } of results) {
      ended.push(...lost);
      if (!waitAgain) ended.push(...unbegun);
      else for (const call of unbegun) this.giveBack(call);
    }
    for (const call of ended) call.reject(error);
    for (const { position, index } of running) this.onCoreReset({ core: position, coreIndex: index, reason: error });
    this.#proceed();
  }

  /** The board has forgotten everything. */
  #restartAll(reason: ShoalError): void {
    if (this.#closed) return;
    this.onReboot(reason);
    for (const slot of this.slots) slot.reset = null;
    void this.#restart(this.slots, reason, { isDamaged: true, waitAgain: true });
  }

  #stopped(slot: CoreSlot, { message, address }: CoreFault): void {
    const [row, column] = slot.position;
    const kernel = slot.posted[0]?.call.signature.name;
    const where = address === null ? null : locate(address, this.modules, this.image);
    const place = address === null ? '' : ` in ${where ?? `code at 0x${address.toString(16)}`}`;
    const text = `${kernel ?? 'the runtime'} stopped: ${message}${place} (core ${row},${column})`;
    const error = new ShoalError('KERNEL_TRAP', text, { details: { core: slot.position, kernel } });
    this.abandon(slot, Object.assign(error, { core: slot.position }));
  }

  /** Ends the board. */
  fail(error: ShoalError): void {
    if (!this.#closed) this.onFailure(error);
  }

  /** Rejects every call. Nothing runs afterwards. */
  close(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closedBy = error;
    this.access.expect(false);
    const calls = this.#queues.removeAll();
    for (const slot of this.slots) {
      calls.push(...slot.posted.filter(({ state }) => state === 'posted').map(({ call }) => call));
      slot.posted = [];
    }
    for (const call of calls) call.reject(error);
    this.#watches.rejectAll(error);
  }

  #slot(core: number): CoreSlot {
    const slot = this.slots[core];
    if (slot === undefined) throw new ShoalError('INTERNAL', `core ${core} of ${this.slots.length}`);
    return slot;
  }

  #turn(): void {
    if (this.#closed) return;
    const late = this.#starts.late(this.slots, performance.now());
    if (late !== null) {
      this.fail(late);
      return;
    }
    endLateCalls(this).catch(ignore);
    this.#proceed();
  }

  /** Does what can be done now. */
  #proceed(): void {
    this.#dispatch();
    this.#watches.check();
    this.#expect();
  }

  #expect(): void {
    if (!this.#closed) this.access.expect(!this.slots.every(isQuiet));
  }

  /** Hands calls to cores: first one to each idle core, then the next one to cores that run the last of theirs. */
  #dispatch(): void {
    if (this.#held || this.#closed) return;
    const { length } = this.slots;
    for (let depth = 1; depth <= CALLS_PER_CORE; depth++) {
      // The search begins behind the core that took the last call, so that single calls visit all cores in turn.
      const first = this.#nextCore;
      for (let step = 0; step < length; step++) this.#feed(this.#slot((first + step) % length), depth);
    }
    if (this.#queues.commonLength === 0) this.#share();
  }

  /** Gives a core one more call if it has less than `depth`: the oldest of its own queue and the common one. */
  #feed(slot: CoreSlot, depth: number): void {
    const { posted } = slot;
    if (!slot.ready || slot.reset !== null || posted.length >= INBOUND_RING_SLOTS) return;
    if (posted.some(({ call }) => call.trace !== null)) return;
    if (posted.filter(({ state }) => state === 'posted').length >= depth) return;
    for (;;) {
      const call = this.#queues.first(slot.index);
      if (call === undefined || (call.trace !== null && posted.length > 0)) return;
      const outcome = post(this.access, this.modules, slot, call);
      if (outcome === 'no room yet') return;
      this.#queues.remove(call);
      if (outcome === 'refused') continue;
      this.#nextCore = (slot.index + 1) % this.slots.length;
      return;
    }
  }

  /** Idle cores without a call get those that wait behind a call on another core. */
  #share(): void {
    for (const slot of this.slots) {
      if (!isQuiet(slot)) continue;
      const oldest = this.#oldestBehind();
      if (oldest === null) return;
      this.#withdraw(oldest.from, oldest.posted).then((isBack) => {
        if (!isBack || this.#closed) return;
        this.giveBack(oldest.posted.call);
        this.#proceed();
      }, ignore);
    }
  }

  /** The oldest call behind another one of its core that any core may run, and that was not asked for already. */
  #oldestBehind(): { readonly from: CoreSlot; readonly posted: PostedCall } | null {
    let oldest: { readonly from: CoreSlot; readonly posted: PostedCall } | null = null;
    for (const from of this.slots) {
      for (const posted of from.posted.slice(1)) {
        if (posted.withdrawal !== null || posted.state !== 'posted' || posted.call.core !== null) continue;
        if (this.#queues.turnOf(posted.call) < this.#queues.turnOf(oldest?.posted.call)) oldest = { from, posted };
      }
    }
    return oldest;
  }
}
