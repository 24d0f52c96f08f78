'use kernel';
/**
 * Locks between cores: a word on core 0, by TESTSET. Who has the lock writes its index + 1, by which the host releases
 * the locks of a core that it resets.
 *
 * Writes of one core to one other core arrive in order (Epiphany reference, "Memory ordering"). So what was written to
 * core 0 while the lock was held is there before the 0 that releases it, and the next core to get the lock sees it.
 * For writes to other cores there is no such order; they need a barrier.
 */
import { coreIndex, type i32 } from '../index.ts';
import { store32, testAndSet } from '../machine.ts';
import { addressOf } from './mesh.ts';
import { beginWaiting, endWaiting } from './wait.ts';

/** `lock` is the local address of the word; `site` is where the kernel waits, for reports. */
export function acquire(lock: i32, site: i32): void {
  // TESTSET takes a global address only, on core 0 too.
  const word: i32 = addressOf(0) + lock;
  const own: i32 = coreIndex() + 1;
  beginWaiting(site);
  while (testAndSet(word >>> 0, own) !== 0) {
    // Another core has it.
  }
  endWaiting();
}

export function release(lock: i32): void {
  store32((addressOf(0) + lock) >>> 0, 0);
}
