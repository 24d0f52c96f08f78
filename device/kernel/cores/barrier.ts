'use kernel';
/**
 * A barrier over all cores of the board that also makes remote writes visible.
 *
 * The mesh keeps the order of writes of one core to one other core, and no other order (Epiphany reference, "Memory
 * ordering"): what core A has written into C may still be on its way when a message of A by way of B has reached C or
 * D. So no message that takes another way than the data says anything of it. Reading back does not help either: the
 * read may overtake the write. What helps is a flag behind the data, on the same way:
 *
 *   1. meet: all cores are here, none will write for the phase before any more;
 *   2. flush: each core writes a flag into every other core, behind all that it has written there, and waits for the
 *      flags of all others: then everything that was written into its memory has arrived;
 *   3. meet: so it is on every core, and reads of a third core's memory find it too.
 *
 * To meet, cores tell core 0, which tells all: 2 (n - 1) messages, asleep meanwhile, so that a barrier which some core
 * never enters is seen as a deadlock. The flags of step 2 are n (n - 1) plain writes, and those who wait for them do
 * not sleep: all are on their way already.
 */
import { coreCount, coreIndex, type i32 } from '../index.ts';
import { arrayAddress, load8, store8 } from '../machine.ts';
import { addressOf } from './mesh.ts';
import { beginWaiting, endWaiting, waitForByte, wake } from './wait.ts';

/** As many cores as the largest board has. */
const MAX_CORES = 64;

/** Counts meetings, modulo 256. Cores are never more than one apart. The host sets all of this to 0 between calls. */
let round: i32 = 0;
/** On core 0: the meeting in which each core has arrived last. */
const arrived = new Uint8Array(MAX_CORES);
/** The meeting that core 0 has ended last. */
const released = new Uint8Array(1);
/** The meeting behind which each core has sent its flag last. */
const flushed = new Uint8Array(MAX_CORES);

/** `site` is where the kernel waits, for reports. */
export function barrier(site: i32): void {
  beginWaiting(site);
  meet();
  flush();
  meet();
  endWaiting();
}

function meet(): void {
  round = (round + 1) & 255;
  const count: i32 = coreCount();
  const own: i32 = coreIndex();
  const arrivals: i32 = arrayAddress(arrived) | 0;
  const release: i32 = arrayAddress(released) | 0;
  if (own === 0) {
    for (let core = 1; core < count; core++) waitForByte(arrivals + core, round);
    for (let core = 1; core < count; core++) tell(addressOf(core), release);
  } else {
    tell(addressOf(0), arrivals + own);
    waitForByte(release, round);
  }
}

function tell(core: i32, address: i32): void {
  store8((core + address) >>> 0, round);
  wake(core);
}

function flush(): void {
  const count: i32 = coreCount();
  const own: i32 = coreIndex();
  const flags: i32 = arrayAddress(flushed) | 0;
  for (let core = 0; core < count; core++) store8((addressOf(core) + flags + own) >>> 0, round);
  for (let core = 0; core < count; core++) {
    while (load8((flags + core) >>> 0) !== round) {
      // On its way: every core is here, so each has sent its flag or is about to.
    }
  }
}
