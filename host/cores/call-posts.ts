/** Calls on their way into the memory of cores. */
import { ShoalError } from '../../protocol/errors.ts';
import { setCallHead } from '../kernels/encode-call.ts';
import type { PendingCall } from '../kernels/pending-call.ts';
import type { BoardCounters, CoreAccess } from './core-access.ts';
import { begin, type CoreSlot, type PostedCall } from './core-slot.ts';
import { kernelNumber, type ModuleTable } from './module-table.ts';

/**
 * Call ids of a core, taken in turn: an answer that comes twice is noticed, the wire has one byte for each, and the
 * blocks of calls that are alike stand at the same addresses.
 */
const CALL_IDS = 16;

/** Hands a call over to a core, or refuses it if its module is gone or its arguments are too large for any core. */
export function post(
  access: CoreAccess,
  modules: ModuleTable,
  slot: CoreSlot,
  call: PendingCall,
): 'posted' | 'refused' | 'no room yet' {
  const { encoded, trace } = call;
  const number = kernelNumber(modules, call.module, call.signature);
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
  const id = nextId(slot);
  slot.lastCallId = id;
  setCallHead(encoded, id, number);
  if (trace !== null) Object.assign(trace, { core: slot.index, postedAt: performance.now() });
  const posted: PostedCall = {
    call,
    id,
    block,
    sequence: slot.sent++,
    deadline: Number.POSITIVE_INFINITY,
    begunAt: 0,
    withdrawal: null,
    state: 'posted',
    before: trace === null ? null : counted(access),
  };
  const { message, sent, isScalar } = encoded;
  const outputs = encoded.outputs.map(({ offset, lengthBytes }) => [block + offset, lengthBytes] as const);
  access.post(slot.index, { id, address: block, message, sent, outputs, isScalar });
  slot.posted.push(posted);
  if (slot.posted.length === 1) begin(posted);
  slot.calls++;
  slot.bytesIn += encoded.sentBytes;
  return 'posted';
}

/** Only a call that returns asks for it. */
function counted(access: CoreAccess): Promise<BoardCounters> {
  const counters = access.counters();
  counters.catch(() => {});
  return counters;
}

function nextId({ lastCallId, posted }: CoreSlot): number {
  let id = (lastCallId % CALL_IDS) + 1;
  while (posted.some((other) => other.id === id)) id = (id % CALL_IDS) + 1;
  return id;
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
