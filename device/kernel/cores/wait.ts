'use kernel';
/** How cores wait for each other: asleep, woken by the interrupt that also announces calls. */
import type { i32 } from '../index.ts';
import { disableInterrupts, enableInterrupts, load8, store32, waitForInterrupt } from '../machine.ts';

/** ILATST in the window of a core, and the bit of the USER interrupt. */
const INTERRUPT_LATCH_SET: i32 = 0xf042c;
const USER_INTERRUPT: i32 = 0x200;

/** Where the kernel waits: a trap site + 1, or 0. The host looks at it when a call must be given up. */
const waitingAt = new Int32Array(1);

export function beginWaiting(site: i32): void {
  waitingAt[0] = site + 1;
}

export function endWaiting(): void {
  waitingAt[0] = 0;
}

/** Sleeps until the byte at a local address has this value, which another core will write before it wakes this one. */
export function waitForByte(address: i32, value: i32): void {
  while (true) {
    // Off before looking: a wake that comes after the look must end the sleep, not be served before it.
    disableInterrupts();
    if (load8(address >>> 0) === value) break;
    waitForInterrupt();
  }
  enableInterrupts();
}

/**
 * Wakes a core, given as in mesh.ts. Behind a write to the same core: writes of one core to one other arrive in order
 * (Epiphany reference, memory ordering), so what is waited for is there when the interrupt is.
 */
export function wake(core: i32): void {
  store32((core + INTERRUPT_LATCH_SET) >>> 0, USER_INTERRUPT);
}
