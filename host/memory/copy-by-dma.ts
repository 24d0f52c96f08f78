/** Copies within a board by a core's DMA engine, whatever the core itself does meanwhile. */
import { ShoalError } from '../../protocol/errors.ts';
import type { CoreAccess } from '../cores/core-access.ts';
import type { Place } from './board-array.ts';

/** Local addresses of the registers of channel 1 (Epiphany-III / Epiphany-IV). */
const DMA1 = {
  config: 0xf0520,
  stride: 0xf0524,
  count: 0xf0528,
  source: 0xf052c,
  destination: 0xf0530,
  status: 0xf053c,
};

/** DMA1CONFIG: on, driven by its own registers; the size of an item stands at bit 5 as its logarithm. */
const ENABLE_MASTER = 3;
const SIZE_SHIFT = 5;
/** DMA1STATUS: what the engine does. */
const STATUS_MASK = 15;
const IDLE = 0;
const ERROR = 0xd;
/** The counter of a loop has 16 bits. */
const MOST_ITEMS = 0xffff;

/** What stands over a copy while it goes on. */
export interface CopyWatch {
  /** Changes when the core was reset, which stops its engines. */
  readonly startOf: (core: number) => number;
  /** Throws if the copy must end. */
  readonly check: () => void;
}

/**
 * Copies bytes between two places that do not overlap; the engine of a core at one of the ends does it, that of the
 * source if it has one: writes are faster than reads on the mesh. Throws INTERNAL if the engine reports an error, and
 * what `check` throws; then the engine is stopped.
 */
export async function copyByDma(
  access: Pick<CoreAccess, 'coreAddress' | 'writeWords' | 'untilClear'>,
  from: Place,
  to: Place,
  lengthBytes: number,
  watch: CopyWatch,
): Promise<void> {
  const core = from.core ?? to.core ?? 0;
  const register = (address: number): number => access.coreAddress(core, address);
  const sizeLog = [3, 2, 1, 0].find(
    (log) => ((from.meshAddress | to.meshAddress | lengthBytes) & ((1 << log) - 1)) === 0,
  );
  const size = 1 << (sizeLog ?? 0);
  for (let at = 0; at < lengthBytes; ) {
    watch.check();
    const items = Math.min(MOST_ITEMS, (lengthBytes - at) / size);
    const start = watch.startOf(core);
    access.writeWords([
      [register(DMA1.stride), (size << 16) | size],
      [register(DMA1.count), (1 << 16) | items],
      [register(DMA1.source), from.meshAddress + at],
      [register(DMA1.destination), to.meshAddress + at],
      [register(DMA1.config), ENABLE_MASTER | ((sizeLog ?? 0) << SIZE_SHIFT)],
    ]);
    for (;;) {
      const status = (await access.untilClear(register(DMA1.status), STATUS_MASK)) & STATUS_MASK;
      if (status === ERROR) throw new ShoalError('INTERNAL', `the DMA engine of core ${core} reports an error`);
      if (status === IDLE) break;
      try {
        watch.check();
      } catch (error) {
        access.writeWords([[register(DMA1.config), 0]]);
        throw error;
      }
    }
    // A piece during which the core was reset is copied again.
    if (watch.startOf(core) === start) at += items * size;
  }
}
