/** What cores say: answers, logs, HELLO. */
import type { BoardDescription } from '../../boards/board.ts';
import type { CoreMessage } from '../../protocol/cores/core-end.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { type Message, readMessage } from '../../protocol/messages.ts';
import { NO_CALL, REFUSED_OPERATION, TRAP_REFUSED, WITHDRAWN } from '../../protocol/operations.ts';
import { ByteReader } from '../../protocol/values/head.ts';
import { answerValue } from '../kernels/answer-value.ts';
import type { Answer, PendingCall } from '../kernels/pending-call.ts';
import { trapErrorOf } from '../kernels/trap-error.ts';
import { type LogEvent, logEvent } from '../logs/log-event.ts';
import type { BoardCounters, CoreAccess } from './core-access.ts';
import { type CoreSlot, finish, type PostedCall } from './core-slot.ts';
import type { FiguresOfKernels } from './kernel-figures.ts';
import type { ModuleTable } from './module-table.ts';
import { allLocks } from './waiting-cores.ts';

/** Whose answers they are. */
interface Receiver {
  readonly access: CoreAccess;
  readonly board: BoardDescription;
  readonly modules: ModuleTable;
  readonly figures: FiguresOfKernels;
  readonly onLog: (event: LogEvent) => void;
  /** A call that no core has begun waits again. */
  giveBack(call: PendingCall): void;
  /** The core is not to be believed any more. */
  distrust(slot: CoreSlot, error: ShoalError): void;
}

/** Takes one message of a core. */
export function receive(pool: Receiver, slot: CoreSlot, sent: CoreMessage): void {
  if (slot.reset === 'damaged') return;
  slot.bytesOut += sent.written.reduce((sum, { length }) => sum + length, sent.bytes.length);
  try {
    handle(pool, slot, readMessage(new ByteReader(sent.bytes)), sent.written);
  } catch (error) {
    if (!isShoalError(error, 'PROTOCOL_INVALID')) throw error;
    pool.distrust(slot, error);
  }
}

function handle(pool: Receiver, slot: CoreSlot, message: Message, written: readonly Uint8Array[]): void {
  if (message.kind === 'hello') {
    // From before a reset that is on its way.
    if (message.nonce !== slot.nonce && !slot.ready) return;
    if (message.nonce !== slot.nonce) throw unexpected(slot, message);
    slot.ready = true;
    return;
  }
  const [posted] = slot.posted;
  if (message.kind === 'log' && posted !== undefined && posted.state !== 'taken back') {
    const { module, signature } = posted.call;
    pool.onLog(logEvent(message, module.logFormats, signature.name, slot));
    return;
  }
  const isForPosted =
    posted !== undefined &&
    (message.kind === 'return' || message.kind === 'trap') &&
    (message.call === posted.id || (message.kind === 'trap' && message.call === NO_CALL));
  if (!isForPosted) throw unexpected(slot, message);
  const { call } = posted;
  if (posted.state === 'taken back') {
    finish(slot, posted);
  } else if (isWithdrawal(message)) {
    // It was being taken back in the moment in which the core began it; the core has seen that in time.
    finish(slot, posted);
    pool.giveBack(call);
  } else if (message.kind === 'return') {
    const answer = { value: answerValue(call.signature, message.value), outputs: written };
    pool.figures.add(call, posted.begunAt, false);
    finish(slot, posted);
    settle(pool.access, slot, posted, answer);
  } else {
    pool.figures.add(call, posted.begunAt, true);
    finish(slot, posted);
    pool.access.release(slot.index, slot.posted[0]?.sequence ?? null, allLocks(pool.modules.loaded));
    call.reject(trapErrorOf(message, call.module, call.signature, slot.position, pool.board));
  }
}

/** Resolves a call; if it is to be explained, when its figures are there. */
function settle(access: CoreAccess, slot: CoreSlot, { call, before }: PostedCall, answer: Answer): void {
  const { trace } = call;
  if (trace === null || before === null) {
    call.resolve(answer);
    return;
  }
  trace.endedAt = performance.now();
  const count = ({ instructions }: BoardCounters): number => instructions[slot.index] ?? 0;
  Promise.all([before, access.counters()]).then(([start, end]) => {
    trace.instructions = count(end) - count(start);
    call.resolve(answer);
  }, call.reject);
}

/** The core has refused a call because the host has taken it back. */
function isWithdrawal(message: Message): boolean {
  if (message.kind !== 'trap' || message.call !== NO_CALL || message.cause !== TRAP_REFUSED) return false;
  return message.number === REFUSED_OPERATION && message.second === WITHDRAWN;
}

function unexpected(slot: CoreSlot, message: Message): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `core ${slot.index} sent a ${message.kind} that nobody waits for`);
}
