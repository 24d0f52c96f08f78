/**
 * The cores as a pool: calls wait in the order of their arrival, an idle core takes the first that it may run. The
 * board advances in slices between turns of the event loop, and only while something is expected of it: a board that
 * nobody waits for holds no handle and lets the process end.
 */
import type { BoardDescription } from '../../boards/board.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { MAX_CALL_ID } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/messages.ts';
import { NO_CALL } from '../../protocol/operations.ts';
import { answerValue } from '../kernels/answer-value.ts';
import { setCallHead } from '../kernels/encode-call.ts';
import type { Answer, PendingCall } from '../kernels/pending-call.ts';
import { trapErrorOf } from '../kernels/trap-error.ts';
import type { MemoryLink } from '../links/memory-link.ts';
import { CoreEnd } from './core-end.ts';
import { CoreMemory } from './core-memory.ts';
import type { CoreSlot, RunningCall } from './core-slot.ts';
import { locate } from './locate.ts';
import { kernelNumber, type ModuleTable, writeModule, writeTable } from './module-table.ts';
import type { RuntimeImage } from './runtime-image.ts';

/** A core was reset: its module state is as after load. */
export interface CoreResetEvent {
  readonly core: readonly [row: number, column: number];
  readonly coreIndex: number;
  /** The error that the call on it was rejected with. */
  readonly reason: unknown;
}

export class CallPool {
  readonly slots: readonly CoreSlot[];
  readonly modules: ModuleTable;
  readonly image: RuntimeImage;
  readonly board: BoardDescription;
  onCoreReset: (event: CoreResetEvent) => void = () => {};
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
  #quietListeners: (() => void)[] = [];

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
      running: null,
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

  /** Resolves when every core has said HELLO and no call runs; queued calls wait until `release`. */
  async hold(): Promise<void> {
    this.#held = true;
    this.#schedule();
    while (!this.#closed && this.slots.some((slot) => !slot.ready || slot.running !== null)) {
      await new Promise<void>((resolve) => this.#quietListeners.push(resolve));
    }
    if (this.#closed) throw this.#closedBy;
  }

  /** Lets idle cores take calls again. */
  release(): void {
    this.#held = false;
    this.#dispatch();
    this.#schedule();
  }

  /** Queues a call and, if a core is idle, hands it over at once. */
  submit(call: PendingCall): void {
    this.#turns.set(call, this.#nextTurn++);
    if (call.core === null) this.#queue.push(call);
    else this.#slot(call.core).queue.push(call);
    this.#dispatch();
    this.#schedule();
  }

  /** Ends a call early. A core that runs it is reset; nothing happens if it has its answer already. */
  cancel(call: PendingCall, error: unknown): void {
    const queue = call.core === null ? this.#queue : this.#slot(call.core).queue;
    const index = queue.indexOf(call);
    if (index >= 0) {
      queue.splice(index, 1);
      call.reject(error);
      return;
    }
    const slot = this.slots.find((candidate) => candidate.running?.call === call);
    if (slot !== undefined) this.#abandon(slot, error);
  }

  /** Rejects every call. Nothing runs afterwards. */
  close(error: unknown): void {
    this.#closed = true;
    this.#closedBy = error;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const calls = this.#queue.splice(0);
    for (const slot of this.slots) {
      if (slot.running !== null) calls.push(slot.running.call);
      slot.running = null;
      calls.push(...slot.queue.splice(0));
    }
    for (const call of calls) call.reject(error);
    for (const listener of this.#quietListeners.splice(0)) listener();
  }

  #slot(core: number): CoreSlot {
    const slot = this.slots[core];
    if (slot === undefined) throw new ShoalError('INTERNAL', `core ${core} of ${this.slots.length}`);
    return slot;
  }

  #start(slot: CoreSlot): void {
    slot.ready = false;
    slot.nonce = this.#nextNonce++;
    slot.end.reset(this.image, slot.nonce);
    for (const module of this.modules.loaded) writeModule(slot.end, module);
    writeTable(slot.end, this.modules);
    slot.end.start();
  }

  /** Gives up the call on a core: resets that core alone. */
  #abandon(slot: CoreSlot, error: unknown): void {
    const running = slot.running;
    slot.running = null;
    if (running !== null) slot.memory.free(running.block);
    slot.resets++;
    this.#start(slot);
    this.#schedule();
    running?.call.reject(error);
    this.onCoreReset({ core: slot.position, coreIndex: slot.end.index, reason: error });
  }

  #isExpecting(): boolean {
    return this.slots.some((slot) => !slot.ready || slot.running !== null);
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
      .filter((slot) => !slot.ready || slot.running !== null)
      .map((slot) => ({ slot, running: slot.running, nonce: slot.nonce }));
    const state = this.#link.advance();
    let received = 0;
    for (const slot of this.slots) received += this.#receive(slot);
    for (const slot of this.slots) this.#checkFault(slot);
    this.#checkDeadlines();
    if (state === 'asleep' && received === 0) this.#reportDeadlock(expected);
    this.#dispatch();
    if (!this.#isExpecting()) for (const listener of this.#quietListeners.splice(0)) listener();
    this.#schedule();
  }

  /** Idle cores take calls: each the oldest of its own queue and the common one. */
  #dispatch(): void {
    if (this.#held || this.#closed) return;
    const { length } = this.slots;
    // The search begins behind the core that took the last call, so that single calls visit all cores in turn.
    const first = this.#nextCore;
    for (let step = 0; step < length; step++) {
      const slot = this.#slot((first + step) % length);
      if (!slot.ready || slot.running !== null) continue;
      const own = slot.queue[0];
      const common = this.#queue[0];
      const ownTurn = own === undefined ? Number.POSITIVE_INFINITY : (this.#turns.get(own) ?? 0);
      const commonTurn = common === undefined ? Number.POSITIVE_INFINITY : (this.#turns.get(common) ?? 0);
      const call = ownTurn < commonTurn ? slot.queue.shift() : this.#queue.shift();
      if (call === undefined) continue;
      this.#nextCore = (slot.end.index + 1) % length;
      this.#post(slot, call);
    }
  }

  #post(slot: CoreSlot, call: PendingCall): void {
    const { encoded } = call;
    const number = kernelNumber(this.modules, call.module, call.signature);
    if (number < 0) {
      const text = `${call.signature.name} is called, but its module ${call.module.name} was unloaded`;
      call.reject(new ShoalError('KERNEL_NOT_FOUND', text));
      return;
    }
    const block = slot.memory.allocate(encoded.message.length);
    if (block === null) {
      const free = slot.memory.capacityBytes - slot.memory.usedBytes;
      const text = `${call.signature.name} needs ${encoded.message.length} bytes for its arguments, a core has ${free} free`;
      call.reject(
        new ShoalError('MEMORY_OVERFLOW', text, {
          hint: 'Pass smaller pieces, or load fewer kernels.',
          details: { needed: encoded.message.length, free, capacity: slot.memory.capacityBytes },
        }),
      );
      return;
    }
    const id = (slot.lastCallId % MAX_CALL_ID) + 1;
    slot.lastCallId = id;
    setCallHead(encoded, id, number);
    for (const [start, end] of encoded.sent) slot.end.write(block + start, encoded.message.subarray(start, end));
    slot.end.post(block, encoded.message.length);
    slot.running = { call, id, block, deadline: performance.now() + call.timeoutMs };
    slot.calls++;
    slot.bytesIn += encoded.sentBytes;
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
    const running = slot.running;
    const isForRunning =
      running !== null &&
      (message.kind === 'return' || message.kind === 'trap') &&
      (message.call === running.id || (message.kind === 'trap' && message.call === NO_CALL));
    if (!isForRunning) throw unexpected(slot, message);
    if (message.kind === 'return') {
      const answer = this.#readAnswer(slot, running, answerValue(running.call.signature, message.value));
      this.#finish(slot, running);
      running.call.resolve(answer);
    } else {
      this.#finish(slot, running);
      const { module, signature } = running.call;
      running.call.reject(trapErrorOf(message, module, signature, slot.position, this.board));
    }
  }

  #finish(slot: CoreSlot, running: RunningCall): void {
    slot.running = null;
    slot.memory.free(running.block);
  }

  #readAnswer(slot: CoreSlot, running: RunningCall, value: Answer['value']): Answer {
    const outputs = running.call.encoded.outputs.map((output) => {
      const { lengthBytes } = output;
      slot.bytesOut += lengthBytes;
      return slot.end.read(running.block + output.offset, lengthBytes);
    });
    return { value, outputs };
  }

  #checkFault(slot: CoreSlot): void {
    const fault = this.#link.fault(slot.end.index);
    if (fault === null) return;
    const [row, column] = slot.position;
    const kernel = slot.running?.call.signature.name;
    const text = `${kernel ?? 'the runtime'} stopped: ${fault} (core ${row},${column})`;
    const error = new ShoalError('KERNEL_TRAP', text, { details: { core: slot.position, kernel } });
    this.#abandon(slot, Object.assign(error, { core: slot.position }));
  }

  #checkDeadlines(): void {
    const now = performance.now();
    for (const slot of this.slots) {
      const running = slot.running;
      if (running === null || now < running.deadline) continue;
      const { signature, timeoutMs } = running.call;
      const [row, column] = slot.position;
      const text = `${signature.name} did not answer within ${timeoutMs} ms (core ${row},${column})`;
      this.#abandon(
        slot,
        new ShoalError('CALL_TIMEOUT', text, {
          hint: 'Give the call more time: kernels.with({ timeoutMs }).',
          details: { core: slot.position, timeoutMs },
        }),
      );
    }
  }

  /** Every core sleeps and nothing was heard: calls that still run will never end. */
  #reportDeadlock(expected: readonly Expectation[]): void {
    const report = this.#link.waitReport();
    for (const { slot, running, nonce } of expected) {
      // Something has happened to it in this turn: a fault, a deadline.
      if (slot.running !== running || slot.nonce !== nonce) continue;
      const [row, column] = slot.position;
      const name = slot.running?.call.signature.name;
      if (name === undefined) {
        this.close(new ShoalError('INTERNAL', `core ${row},${column} did not start. ${report}`));
        return;
      }
      const text = `${name} sleeps on core ${row},${column} and nothing can wake it`;
      this.#abandon(
        slot,
        new ShoalError('CALL_DEADLOCK', text, { hint: report, details: { core: slot.position, report } }),
      );
    }
  }
}

/** What a core was doing when a turn began. */
interface Expectation {
  readonly slot: CoreSlot;
  readonly running: RunningCall | null;
  readonly nonce: number;
}

function unexpected(slot: CoreSlot, message: Message): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `core ${slot.end.index} sent a ${message.kind} that nobody waits for`);
}
