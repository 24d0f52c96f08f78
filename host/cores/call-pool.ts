/**
 * The cores as a pool: calls wait in the order of their arrival, an idle core takes the first that it may run. A core
 * that runs a call gets its next one already, so that it goes on without waiting for the host; if the first takes long
 * and another core is idle, that one gets it instead. A call that was handed over but not begun is never lost with its
 * core, and never runs twice: it goes back to where it waited. The
 * board advances in slices between turns of the event loop, and only while something is expected of it: a board that
 * nobody waits for holds no handle and lets the process end.
 */
import type { BoardDescription } from '../../boards/board.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { MAX_CALL_ID } from '../../protocol/limits.ts';
import { INBOUND_RING_SLOTS } from '../../protocol/mailbox.ts';
import type { Message } from '../../protocol/messages.ts';
import { NO_CALL, REFUSED_OPERATION, TRAP_REFUSED, WITHDRAWN } from '../../protocol/operations.ts';
import { orAbort } from '../kernels/abort-actions.ts';
import { answerValue } from '../kernels/answer-value.ts';
import { type CoreStanding, deadlockError, timeoutError, waitingText } from '../kernels/core-standing.ts';
import { setCallHead } from '../kernels/encode-call.ts';
import type { Answer, PendingCall } from '../kernels/pending-call.ts';
import { trapErrorOf } from '../kernels/trap-error.ts';
import type { MemoryLink } from '../links/memory-link.ts';
import { type LogEvent, logEvent } from '../logs/log-event.ts';
import { CoreEnd } from './core-end.ts';
import { CoreMemory } from './core-memory.ts';
import { type CoreSlot, isQuiet, type PostedCall } from './core-slot.ts';
import { FiguresOfKernels } from './kernel-figures.ts';
import { locate } from './locate.ts';
import { kernelNumber, type ModuleTable, writeModule, writeTable } from './module-table.ts';
import type { RuntimeImage } from './runtime-image.ts';
import { freeLocks, resetWithLocks, standingOf } from './waiting-cores.ts';

/** One runs, and the next has been transferred meanwhile. */
const CALLS_PER_CORE = 2;

/** Longest time from the start of a core to its HELLO; it takes some thousand instructions. */
const START_TIMEOUT_MS = 30_000;

/** A core was reset: its module state is as after load. */
export interface CoreResetEvent {
  readonly core: readonly [row: number, column: number];
  readonly coreIndex: number;
  /** The error that the call on it was rejected with; a ShoalError CORE_RESET if the program has asked for it. */
  readonly reason: unknown;
}

/** Something that is waited for between the turns of the board. */
interface Watch {
  readonly condition: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class CallPool {
  readonly slots: readonly CoreSlot[];
  readonly modules: ModuleTable;
  readonly image: RuntimeImage;
  readonly board: BoardDescription;
  readonly figures: FiguresOfKernels = new FiguresOfKernels();
  onCoreReset: (event: CoreResetEvent) => void = () => {};
  onLog: (event: LogEvent) => void = () => {};
  /** The board cannot be used any more; whoever owns the pool closes it. */
  onFailure: (error: ShoalError) => void = (error) => this.close(error);
  readonly #link: MemoryLink;
  /** Calls that any core may run. */
  readonly #queue: PendingCall[] = [];
  /** Calls of both kinds of queue carry their turn, so that neither starves the other. */
  readonly #turns = new WeakMap<PendingCall, number>();
  #nextTurn = 0;
  #nextCore = 0;
  #nextNonce = 1;
  #scheduled: NodeJS.Immediate | null = null;
  /** While true idle cores take nothing: modules are being placed. */
  #held = false;
  #closed = false;
  #closedBy: unknown;
  readonly #watches = new Set<Watch>();

  constructor(link: MemoryLink, image: RuntimeImage) {
    const { board } = link;
    this.#link = link;
    this.image = image;
    this.board = board;
    this.modules = { loaded: [], tableAddress: 0 };
    this.slots = Array.from({ length: board.rows * board.columns }, (_, index) => ({
      end: new CoreEnd(link, index),
      memory: new CoreMemory(image.endAddress, board.localMemoryBytes),
      position: [Math.floor(index / board.columns), index % board.columns] as const,
      ready: false,
      nonce: 0,
      startDeadline: 0,
      posted: [],
      queue: [],
      lastCallId: 0,
      calls: 0,
      bytesIn: 0,
      bytesOut: 0,
      resets: 0,
    }));
    link.setLocator((address) => locate(address, this.modules, image));
    for (const slot of this.slots) this.#start(slot);
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

  /** Throws what the calls were rejected with that waited or ran when the pool was closed. */
  throwIfClosed(): void {
    if (this.#closed) throw this.#closedBy;
  }

  /** Resolves when the condition holds; rejects when the pool is closed, and with the signal's reason. */
  async #until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.throwIfClosed();
    if (condition()) return;
    let watch: Watch | undefined;
    const settled = new Promise<void>((resolve, reject) => {
      watch = { condition, resolve, reject };
      this.#watches.add(watch);
    });
    this.#schedule();
    try {
      await orAbort(settled, signal);
    } finally {
      if (watch !== undefined) this.#watches.delete(watch);
    }
  }

  /** Lets idle cores take calls again. */
  release(): void {
    this.#held = false;
    this.#dispatch();
    this.#schedule();
  }

  /** Queues a call and, if a core is idle, hands it over at once. */
  submit(call: PendingCall): void {
    if (this.#closed) {
      call.reject(this.#closedBy);
      return;
    }
    this.#turns.set(call, this.#nextTurn++);
    if (call.trace !== null) call.trace.waitingBefore = this.waiting;
    if (call.core === null) this.#queue.push(call);
    else this.#slot(call.core).queue.push(call);
    this.#dispatch();
    this.#schedule();
  }

  /** Calls that no core has begun. */
  get waiting(): number {
    const behind = (slot: CoreSlot): number => Math.max(0, slot.posted.length - 1) + slot.queue.length;
    return this.slots.reduce((sum, slot) => sum + behind(slot), this.#queue.length);
  }

  /** Ends a call early. A core that runs it is reset; nothing happens if it has its answer already. */
  cancel(call: PendingCall, error: unknown): void {
    const running = this.#takeBack(call, error);
    if (running !== null) this.#abandon(running, error);
    this.#dispatch();
    this.#schedule();
  }

  /** Ends a call early if no core has begun it. */
  cancelWaiting(call: PendingCall, error: unknown): void {
    this.#takeBack(call, error);
    this.#dispatch();
    this.#schedule();
  }

  /** Rejects a call that waits; returns the core if it runs. */
  #takeBack(call: PendingCall, error: unknown): CoreSlot | null {
    const queue = call.core === null ? this.#queue : this.#slot(call.core).queue;
    const index = queue.indexOf(call);
    if (index >= 0) {
      queue.splice(index, 1);
      call.reject(error);
      return null;
    }
    const slot = this.slots.find((candidate) => isPosted(candidate, call));
    if (slot === undefined) return null;
    // Answers that have come count; what runs now is known only after they were read.
    this.#receive(slot);
    const posted = slot.posted.find((candidate) => candidate.call === call && !candidate.withdrawn);
    if (posted === undefined) return null;
    if (!this.#withdraw(slot, posted)) return slot;
    call.reject(error);
    return null;
  }

  /**
   * Resets cores, all if `cores` is null, and resolves when they have started again. Calls that run there reject with
   * `error`, and if all cores are reset those that wait, too. An abort ends only the wait.
   */
  async reset(cores: readonly number[] | null, error: unknown, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const slots = cores === null ? this.slots : cores.map((core) => this.#slot(core));
    // Answers that have come count.
    for (const slot of slots) this.#receive(slot);
    const ended = cores === null ? [...this.#queue.splice(0), ...slots.flatMap((slot) => slot.queue.splice(0))] : [];
    for (const slot of slots) ended.push(...this.#restart(slot, cores !== null));
    for (const call of ended) call.reject(error);
    for (const slot of slots) this.#reportReset(slot, error);
    this.#dispatch();
    await this.#until(() => slots.every((slot) => slot.ready), signal);
  }

  /** Rejects every call. Nothing runs afterwards. */
  close(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closedBy = error;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const calls = this.#queue.splice(0);
    for (const slot of this.slots) {
      calls.push(...slot.posted.filter((posted) => !posted.withdrawn).map((posted) => posted.call));
      slot.posted = [];
      calls.push(...slot.queue.splice(0));
    }
    for (const call of calls) call.reject(error);
    for (const watch of this.#watches) watch.reject(error);
  }

  #slot(core: number): CoreSlot {
    const slot = this.slots[core];
    if (slot === undefined) throw new ShoalError('INTERNAL', `core ${core} of ${this.slots.length}`);
    return slot;
  }

  #start(slot: CoreSlot): void {
    slot.ready = false;
    slot.nonce = this.#nextNonce++;
    slot.startDeadline = performance.now() + START_TIMEOUT_MS;
    slot.end.reset(this.image, slot.nonce, slot.memory.kept);
    for (const module of this.modules.loaded) writeModule(slot.end, module);
    writeTable(slot.end, this.modules);
    slot.end.start();
  }

  /** Gives up the call that runs on a core: resets that core alone. Calls that it has not begun wait again. */
  #abandon(slot: CoreSlot, error: unknown): void {
    for (const call of this.#restart(slot, true)) call.reject(error);
    this.#reportReset(slot, error);
  }

  /** Resets a core; returns the calls that it had, those that it has not begun only if they shall not wait again. */
  #restart(slot: CoreSlot, waitAgain: boolean): PendingCall[] {
    const lost: PendingCall[] = [];
    for (const [index, posted] of slot.posted.entries()) {
      slot.memory.free(posted.block);
      if (posted.withdrawn) continue;
      if (waitAgain && index > 0 && slot.end.isWaiting(posted.sequence)) this.#requeue(posted.call);
      else lost.push(posted.call);
    }
    slot.posted = [];
    slot.resets++;
    resetWithLocks(this, slot, () => this.#start(slot));
    this.#schedule();
    return lost;
  }

  #reportReset(slot: CoreSlot, reason: unknown): void {
    this.onCoreReset({ core: slot.position, coreIndex: slot.end.index, reason });
  }

  /** Puts a call that no core has begun back to where it waited, in front of those that came after it. */
  #requeue(call: PendingCall): void {
    const queue = call.core === null ? this.#queue : this.#slot(call.core).queue;
    const turn = this.#turnOf(call);
    const index = queue.findIndex((other) => this.#turnOf(other) > turn);
    queue.splice(index < 0 ? queue.length : index, 0, call);
  }

  /** Takes a call back from a core; false if the core has begun it. The core's refusal of it is waited for. */
  #withdraw(slot: CoreSlot, posted: PostedCall): boolean {
    posted.withdrawn = slot.end.withdraw(posted.block, posted.sequence);
    return posted.withdrawn;
  }

  #turnOf(call: PendingCall | undefined): number {
    return call === undefined ? Number.POSITIVE_INFINITY : (this.#turns.get(call) ?? 0);
  }

  #isExpecting(): boolean {
    return !this.slots.every(isQuiet);
  }

  #schedule(): void {
    if (this.#scheduled !== null || this.#closed || !this.#isExpecting()) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = null;
      this.#turn();
    });
  }

  #turn(): void {
    const expected = this.slots
      .filter((slot) => !isQuiet(slot))
      .map((slot) => ({ slot, running: slot.posted[0], nonce: slot.nonce }));
    const state = this.#link.advance();
    let received = 0;
    for (const slot of this.slots) received += this.#receive(slot);
    for (const slot of this.slots) this.#checkFault(slot);
    this.#checkDeadlines();
    if (state === 'asleep' && received === 0) this.#reportDeadlock(expected);
    this.#dispatch();
    for (const watch of this.#watches) if (watch.condition()) watch.resolve();
    this.#schedule();
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
    if (this.#queue.length === 0) this.#share();
  }

  /** Gives a core one more call if it has less than `depth`: the oldest of its own queue and the common one. */
  #feed(slot: CoreSlot, depth: number): void {
    if (!slot.ready || slot.posted.length >= INBOUND_RING_SLOTS) return;
    if (slot.posted.some((posted) => posted.call.trace !== null)) return;
    if (slot.posted.filter((posted) => !posted.withdrawn).length >= depth) return;
    for (;;) {
      const isOwn = this.#turnOf(slot.queue[0]) < this.#turnOf(this.#queue[0]);
      const queue = isOwn ? slot.queue : this.#queue;
      const [call] = queue;
      if (call === undefined) return;
      if (call.trace !== null && slot.posted.length > 0) return;
      const outcome = this.#post(slot, call);
      if (outcome === 'no room yet') return;
      queue.shift();
      if (outcome === 'refused') continue;
      this.#nextCore = (slot.end.index + 1) % this.slots.length;
      return;
    }
  }

  /** Idle cores without a call get those that wait behind a call on another core. */
  #share(): void {
    for (const slot of this.slots) {
      if (!isQuiet(slot)) continue;
      const oldest = this.#oldestWaiting();
      if (oldest === null || !this.#withdraw(oldest.from, oldest.posted)) return;
      this.#requeue(oldest.posted.call);
      this.#feed(slot, 1);
    }
  }

  /** The oldest call that stands in the ring of a core which has not begun it, and that any core may run. */
  #oldestWaiting(): { readonly from: CoreSlot; readonly posted: PostedCall } | null {
    let oldest: { readonly from: CoreSlot; readonly posted: PostedCall } | null = null;
    for (const from of this.slots) {
      for (let index = 1; index < from.posted.length; index++) {
        const posted = from.posted[index] as PostedCall;
        if (posted.withdrawn || posted.call.core !== null) continue;
        if (this.#turnOf(posted.call) >= this.#turnOf(oldest?.posted.call)) continue;
        if (from.end.isWaiting(posted.sequence)) oldest = { from, posted };
      }
    }
    return oldest;
  }

  #post(slot: CoreSlot, call: PendingCall): 'posted' | 'refused' | 'no room yet' {
    const { encoded } = call;
    const number = kernelNumber(this.modules, call.module, call.signature);
    if (number < 0) {
      const text = `${call.signature.name} is called, but its module ${call.module.name} was unloaded`;
      call.reject(new ShoalError('KERNEL_NOT_FOUND', text));
      return 'refused';
    }
    const block = slot.memory.allocate(encoded.message.length);
    if (block === null) {
      if (slot.posted.length > 0) return 'no room yet';
      call.reject(tooLarge(slot, call));
      return 'refused';
    }
    const id = (slot.lastCallId % MAX_CALL_ID) + 1;
    slot.lastCallId = id;
    setCallHead(encoded, id, number);
    for (const [start, end] of encoded.sent) slot.end.write(block + start, encoded.message.subarray(start, end));
    if (call.trace !== null) {
      const { instructions } = this.#link.counters(slot.end.index);
      Object.assign(call.trace, { core: slot.end.index, postedAt: performance.now(), instructions: -instructions });
    }
    const sequence = slot.end.post(block, encoded.message.length);
    const deadline = Number.POSITIVE_INFINITY;
    const posted: PostedCall = { call, id, block, sequence, deadline, begunAt: 0, withdrawn: false };
    slot.posted.push(posted);
    if (slot.posted.length === 1) begin(posted);
    slot.calls++;
    slot.bytesIn += encoded.sentBytes;
    return 'posted';
  }

  /** Handles what a core has sent; returns the number of bytes. */
  #receive(slot: CoreSlot): number {
    try {
      const { messages, lengthBytes } = slot.end.receive();
      slot.bytesOut += lengthBytes;
      for (const message of messages) this.#handle(slot, message);
      return lengthBytes;
    } catch (error) {
      if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
      this.#abandon(slot, error);
      return 1;
    }
  }

  #handle(slot: CoreSlot, message: Message): void {
    if (message.kind === 'hello') {
      if (message.nonce !== slot.nonce) throw unexpected(slot, message);
      slot.ready = true;
      return;
    }
    const [posted] = slot.posted;
    if (message.kind === 'log' && posted !== undefined && !posted.withdrawn) {
      const { module, signature } = posted.call;
      this.onLog(logEvent(message, module.logFormats, signature.name, slot));
      return;
    }
    const isForPosted =
      posted !== undefined &&
      (message.kind === 'return' || message.kind === 'trap') &&
      (message.call === posted.id || (message.kind === 'trap' && message.call === NO_CALL));
    if (!isForPosted) throw unexpected(slot, message);
    const { call } = posted;
    if (posted.withdrawn) {
      this.#finish(slot, posted);
    } else if (isWithdrawal(message)) {
      // It was being taken back in the moment in which the core began it; the core has seen that in time.
      this.#finish(slot, posted);
      this.#requeue(call);
    } else if (message.kind === 'return') {
      const answer = this.#readAnswer(slot, posted, answerValue(call.signature, message.value));
      this.#note(posted, false);
      this.#finish(slot, posted);
      call.resolve(answer);
    } else {
      this.#note(posted, true);
      this.#finish(slot, posted);
      const [next] = slot.posted;
      if (next === undefined || slot.end.isWaiting(next.sequence)) freeLocks(this, slot);
      call.reject(trapErrorOf(message, call.module, call.signature, slot.position, this.board));
    }
  }

  #note({ call, begunAt }: PostedCall, failed: boolean): void {
    this.figures.add(call, begunAt, failed);
    const { trace } = call;
    if (trace === null) return;
    trace.endedAt = performance.now();
    trace.instructions += this.#link.counters(trace.core).instructions;
  }

  /** A call has its answer: the next one runs. */
  #finish(slot: CoreSlot, posted: PostedCall): void {
    slot.posted.shift();
    slot.memory.free(posted.block);
    const [next] = slot.posted;
    if (next !== undefined) begin(next);
  }

  #readAnswer(slot: CoreSlot, posted: PostedCall, value: Answer['value']): Answer {
    const outputs = posted.call.encoded.outputs.map((output) => {
      const { lengthBytes } = output;
      slot.bytesOut += lengthBytes;
      return slot.end.read(posted.block + output.offset, lengthBytes);
    });
    return { value, outputs };
  }

  #checkFault(slot: CoreSlot): void {
    const fault = this.#link.fault(slot.end.index);
    if (fault === null) return;
    const [row, column] = slot.position;
    const kernel = slot.posted[0]?.call.signature.name;
    const text = `${kernel ?? 'the runtime'} stopped: ${fault} (core ${row},${column})`;
    const error = new ShoalError('KERNEL_TRAP', text, { details: { core: slot.position, kernel } });
    this.#abandon(slot, Object.assign(error, { core: slot.position }));
  }

  #checkDeadlines(): void {
    const now = performance.now();
    for (const slot of this.slots) {
      if (!slot.ready && now >= slot.startDeadline) this.#fail(slot, `within ${START_TIMEOUT_MS} ms`);
    }
    const late = this.slots.filter((slot) => now >= (slot.posted[0]?.deadline ?? Number.POSITIVE_INFINITY));
    if (late.length === 0) return;
    // Before any of them is reset.
    const waiting = waitingText(this.slots.map(standingOf));
    for (const slot of late) {
      const { timeoutMs } = (slot.posted[0] as PostedCall).call;
      this.#abandon(slot, timeoutError(standingOf(slot), timeoutMs, waiting));
    }
  }

  #fail({ position: [row, column] }: CoreSlot, what: string): void {
    this.onFailure(new ShoalError('BOARD_START', `core ${row},${column} did not start: ${what}`));
  }

  /** Every core sleeps and nothing was heard: calls that still run will never end. */
  #reportDeadlock(expected: readonly Expectation[]): void {
    // Before any of them is reset.
    const standings = new Map(this.slots.map((slot) => [slot, standingOf(slot)]));
    const report = waitingText([...standings.values()]) ?? this.#link.waitReport();
    for (const { slot, running, nonce } of expected) {
      // Something has happened to it in this turn: a fault, a deadline.
      if (slot.posted[0] !== running || slot.nonce !== nonce) continue;
      if (running === undefined) {
        this.#fail(slot, report);
        return;
      }
      this.#abandon(slot, deadlockError(standings.get(slot) as CoreStanding, report));
    }
  }
}

/** What a core was doing when a turn began. */
interface Expectation {
  readonly slot: CoreSlot;
  readonly running: PostedCall | undefined;
  readonly nonce: number;
}

function isPosted(slot: CoreSlot, call: PendingCall): boolean {
  return slot.posted.some((posted) => posted.call === call && !posted.withdrawn);
}

/** The core has refused a call because the host has taken it back. */
function isWithdrawal(message: Message): boolean {
  if (message.kind !== 'trap' || message.call !== NO_CALL || message.cause !== TRAP_REFUSED) return false;
  return message.number === REFUSED_OPERATION && message.second === WITHDRAWN;
}

/** The core runs this call now, as far as the host can know: its time begins. */
function begin(posted: PostedCall): void {
  posted.begunAt = performance.now();
  posted.deadline = posted.begunAt + posted.call.timeoutMs;
}

function tooLarge(slot: CoreSlot, { signature, encoded }: PendingCall): ShoalError {
  const needed = encoded.message.length;
  const free = slot.memory.capacityBytes - slot.memory.usedBytes;
  const text = `${signature.name} needs ${needed} bytes for its arguments, a core has ${free} free`;
  return new ShoalError('MEMORY_OVERFLOW', text, {
    hint: 'Pass smaller pieces, or load fewer kernels.',
    details: { needed, free, capacity: slot.memory.capacityBytes },
  });
}

function unexpected(slot: CoreSlot, message: Message): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `core ${slot.end.index} sent a ${message.kind} that nobody waits for`);
}
