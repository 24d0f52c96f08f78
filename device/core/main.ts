'use kernel';
/** The main loop of a core: sleeps until a call is in the inbound ring, runs its kernel, takes the next. */
import {
  BOOT_NONCE_ADDRESS,
  CORE_INDEX_ADDRESS,
  INBOUND_HEAD_ADDRESS,
  INBOUND_RING_ADDRESS,
  INBOUND_RING_SLOTS,
  INBOUND_TAIL_ADDRESS,
  KERNEL_COUNT_ADDRESS,
  KERNEL_TABLE_ADDRESS,
  SLEEP_ADDRESS,
  STATE_ADDRESS,
  STATE_BUSY,
  STATE_IDLE,
} from '../../protocol/mailbox.ts';
import { HELLO, PROTOCOL_VERSION, REFUSED_TARGET } from '../../protocol/operations.ts';
import type { i32 } from '../kernel/index.ts';
import { callAddress, disableInterrupts, enableInterrupts, load32, store32 } from '../kernel/machine.ts';
import { beginCall } from './arguments.ts';
import { begin, putUnsigned, send } from './outbound.ts';
import { refuse } from './traps.ts';

/** Once after each start. */
export function boot(): void {
  begin(HELLO);
  putUnsigned(PROTOCOL_VERSION);
  putUnsigned(load32(BOOT_NONCE_ADDRESS));
  putUnsigned(load32(CORE_INDEX_ADDRESS) + 1);
  send();
}

/** Never returns; entered anew, with an empty stack, after each trap. */
export function run(): void {
  while (true) {
    // Off before looking: a call that arrives after the look must wake the sleep, not be served before it.
    disableInterrupts();
    const tail: i32 = load32(INBOUND_TAIL_ADDRESS);
    if (tail === load32(INBOUND_HEAD_ADDRESS)) {
      store32(STATE_ADDRESS, STATE_IDLE);
      callAddress(SLEEP_ADDRESS);
    } else {
      enableInterrupts();
      store32(STATE_ADDRESS, STATE_BUSY);
      const slot: i32 = INBOUND_RING_ADDRESS + (tail & (INBOUND_RING_SLOTS - 1)) * 8;
      const address: i32 = load32(slot >>> 0);
      const lengthBytes: i32 = load32((slot + 4) >>> 0);
      // Taken before it runs: a trap does not come back to this line.
      store32(INBOUND_TAIL_ADDRESS, tail + 1);
      serve(address, lengthBytes);
    }
  }
}

function serve(address: i32, lengthBytes: i32): void {
  const target: i32 = beginCall(address, lengthBytes);
  if (target < 0 || target >= load32(KERNEL_COUNT_ADDRESS)) refuse(REFUSED_TARGET, 0, target);
  const entry: i32 = load32((load32(KERNEL_TABLE_ADDRESS) + target * 4) >>> 0);
  callAddress(entry >>> 0);
}
