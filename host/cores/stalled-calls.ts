/** Calls that take too long, and calls that will never end. */
import type { ShoalError } from '../../protocol/errors.ts';
import { type CoreStanding, deadlockError, timeoutError, waitingText } from '../kernels/core-standing.ts';
import type { CoreAccess } from './core-access.ts';
import { type CoreSlot, isQuiet, type PostedCall } from './core-slot.ts';
import { startError } from './core-starts.ts';
import type { ModuleTable } from './module-table.ts';
import { standingsOf } from './waiting-cores.ts';

/** What the calls are those of, and who ends them. */
interface Ending {
  readonly access: CoreAccess;
  readonly slots: readonly CoreSlot[];
  readonly modules: ModuleTable;
  /** Gives up the call that a core runs. */
  abandon(slot: CoreSlot, error: unknown): void;
  fail(error: ShoalError): void;
}

/** Ends the calls whose deadline is over. */
export async function endLateCalls(pool: Ending): Promise<void> {
  const now = performance.now();
  const late = pool.slots.flatMap((slot) => {
    const [posted] = slot.posted;
    return posted !== undefined && slot.reset === null && now >= posted.deadline ? [{ slot, posted }] : [];
  });
  if (late.length === 0) return;
  for (const { posted } of late) posted.deadline = Number.POSITIVE_INFINITY;
  // Before any of them is reset.
  const standings = await standingsOf(pool);
  const waiting = waitingText([...standings.values()]);
  for (const { slot, posted } of late) {
    if (slot.posted[0] !== posted || slot.reset !== null) continue;
    pool.abandon(slot, timeoutError(standings.get(slot) as CoreStanding, posted.call.timeoutMs, waiting));
  }
}

/** What a core was doing when the board fell asleep. */
interface Expectation {
  readonly slot: CoreSlot;
  readonly running: PostedCall | undefined;
  readonly nonce: number;
}

/** Every core sleeps and nothing was heard: calls that still run will never end. `report`: what the board itself says. */
export async function endDeadlockedCalls(pool: Ending, report: string): Promise<void> {
  const expected: Expectation[] = pool.slots
    .filter((slot) => !isQuiet(slot) && slot.reset === null)
    .map((slot) => ({ slot, running: slot.posted[0], nonce: slot.nonce }));
  if (expected.length === 0) return;
  // Before any of them is reset.
  const standings = await standingsOf(pool);
  const text = waitingText([...standings.values()]) ?? report;
  for (const { slot, running, nonce } of expected) {
    // Something has happened to it meanwhile.
    if (slot.posted[0] !== running || slot.nonce !== nonce || slot.reset !== null) continue;
    if (running === undefined) {
      pool.fail(startError(slot, text));
      return;
    }
    pool.abandon(slot, deadlockError(standings.get(slot) as CoreStanding, text));
  }
}
