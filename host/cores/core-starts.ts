/** Cores that start, at first and again after something went wrong with them. */
import { ShoalError } from '../../protocol/errors.ts';
import type { PendingCall } from '../kernels/pending-call.ts';
import type { CoreAccess } from './core-access.ts';
import type { CoreSlot } from './core-slot.ts';
import { type ModuleTable, writeModule, writeTable } from './module-table.ts';
import type { RuntimeImage } from './runtime-image.ts';
import { allLocks } from './waiting-cores.ts';

/** Longest time from the start of a core to its HELLO; it takes some thousand instructions. */
const START_TIMEOUT_MS = 30_000;

/** What became of the calls of a core that was reset. */
export interface LostCalls {
  /** The core has begun them, or nobody knows. */
  readonly lost: readonly PendingCall[];
  /** The core has not begun them. */
  readonly unbegun: readonly PendingCall[];
}

export class CoreStarts {
  readonly #access: CoreAccess;
  readonly #image: RuntimeImage;
  readonly #modules: ModuleTable;
  #nextNonce = 1;

  constructor(access: CoreAccess, image: RuntimeImage, modules: ModuleTable) {
    this.#access = access;
    this.#image = image;
    this.#modules = modules;
  }

  /** Starts cores whatever they do. Calls that they have are as they were. */
  begin(slots: readonly CoreSlot[]): Promise<number[]> {
    const access = this.#access;
    const cores = slots.map(({ index }) => index);
    const locks = allLocks(this.#modules.loaded);
    const begun = slots.map((slot) => {
      slot.ready = false;
      slot.nonce = this.#nextNonce++;
      slot.startDeadline = performance.now() + START_TIMEOUT_MS;
      const kept = slot.memory.kept.map(({ start, end }) => [start, end - start] as const);
      return access.reset(slot.index, kept, locks);
    });
    for (const { address, bytes } of this.#image.segments) access.writeCores(cores, address, bytes);
    for (const module of this.#modules.loaded) writeModule(access, cores, module);
    writeTable(access, cores, this.#modules);
    for (const slot of slots) access.start(slot.index, slot.nonce);
    return Promise.all(begun);
  }

  /**
   * Resets cores that run; resolves, before they have said HELLO, with what they leave. Answers that come until then
   * count, if the cores are to be believed.
   */
  async again(slots: readonly CoreSlot[], isDamaged: boolean): Promise<LostCalls[]> {
    for (const slot of slots) slot.reset = isDamaged ? 'damaged' : 'trusted';
    const begun = await this.begin(slots);
    return slots.map((slot, index) => takeCalls(slot, begun[index] ?? 0));
  }

  /** The cores that have not said HELLO in time. */
  late(slots: readonly CoreSlot[], now: number): ShoalError | null {
    const slot = slots.find(({ ready, startDeadline }) => !ready && now >= startDeadline);
    return slot === undefined ? null : startError(slot, `within ${START_TIMEOUT_MS} ms`);
  }
}

/** The calls of a core that was reset and had begun so many. The oldest one counts as begun. */
function takeCalls(slot: CoreSlot, begun: number): LostCalls {
  const [lost, unbegun]: PendingCall[][] = [[], []];
  for (const [index, posted] of slot.posted.entries()) {
    slot.memory.free(posted.block);
    const { state } = posted;
    posted.state = 'ended';
    if (state === 'taken back') continue;
    (index > 0 && posted.sequence >= begun ? unbegun : lost)?.push(posted.call);
  }
  slot.posted = [];
  slot.sent = 0;
  slot.reset = null;
  slot.resets++;
  return { lost: lost ?? [], unbegun: unbegun ?? [] };
}

export function startError({ position: [row, column] }: CoreSlot, what: string): ShoalError {
  return new ShoalError('BOARD_START', `core ${row},${column} did not start: ${what}`);
}
