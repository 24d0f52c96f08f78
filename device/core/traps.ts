'use kernel';
/**
 * Kernels that are stopped. The start-up code has already thrown the stack away when these functions are entered; they
 * answer the call and enter the main loop. None of them returns.
 */
import { RESTART_ADDRESS } from '../../protocol/mailbox.ts';
import { TRAP, TRAP_CHECK, TRAP_EXCEPTION, TRAP_MEMORY, TRAP_REFUSED } from '../../protocol/operations.ts';
import type { i32 } from '../kernel/index.ts';
import { callAddress } from '../kernel/machine.ts';
import { begin, putInteger, putUnsigned, send } from './outbound.ts';

/** Of the call that runs; NO_CALL while it is read. */
let currentCall: i32 = 0;

export function setCall(call: i32): void {
  currentCall = call;
}

/** Puts the operation of an answer and the call it belongs to. */
export function beginAnswer(operation: i32): void {
  begin(operation);
  putUnsigned(currentCall);
}

function stop(cause: i32, number: i32, first: i32, second: i32): void {
  beginAnswer(TRAP);
  putUnsigned(cause);
  putUnsigned(number);
  putInteger(first);
  putInteger(second);
  send();
  callAddress(RESTART_ADDRESS);
}

/** A failed check of a kernel: `traps.raise` of the start-up code continues here. */
export function check(site: i32, first: i32, second: i32): void {
  stop(TRAP_CHECK, site, first, second);
}

/** A software exception: EXCAUSE, address behind the instruction. */
export function exception(cause: i32, address: i32): void {
  stop(TRAP_EXCEPTION, cause, address, 0);
}

/** A memory-protection fault: MEMSTATUS, address behind the instruction. */
export function memoryFault(status: i32, address: i32): void {
  stop(TRAP_MEMORY, status, address, 0);
}

/** A message that is not a call of a kernel of this core. `bytesRead` and `detail`: protocol/operations.ts. */
export function refuse(reason: i32, bytesRead: i32, detail: i32): void {
  stop(TRAP_REFUSED, reason, bytesRead, detail);
}
