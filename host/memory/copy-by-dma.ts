/** Copies within a board by a core's DMA engine, whatever the core itself does meanwhile. */
import { setImmediate as turn } from 'node:timers/promises';
import { ShoalError } from '../../protocol/errors.ts';
import type { MemoryLink } from '../links/memory-link.ts';
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
/** DMA1STATUS, low four bits. */
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
  link: MemoryLink,
  from: Place,
  to: Place,
  lengthBytes: number,
  watch: CopyWatch,
): Promise<void> {
  const core = from.core ?? to.core ?? 0;
  const register = (address: number): number => link.coreAddress(core, address);
  const sizeLog = [3, 2, 1, 0].find(
    (log) => ((from.meshAddress | to.meshAddress | lengthBytes) & ((1 << log) - 1)) === 0,
  );
  const size = 1 << (sizeLog ?? 0);
  for (let at = 0; at < lengthBytes; ) {
    watch.check();
    const items = Math.min(MOST_ITEMS, (lengthBytes - at) / size);
    const start = watch.startOf(core);
    link.writeWord(register(DMA1.stride), (size << 16) | size);
    link.writeWord(register(DMA1.count), (1 << 16) | items);
    link.writeWord(register(DMA1.source), from.meshAddress + at);
    link.writeWord(register(DMA1.destination), to.meshAddress + at);
    link.writeWord(register(DMA1.config), ENABLE_MASTER | ((sizeLog ?? 0) << SIZE_SHIFT));
    for (;;) {
      const status = link.readWord(register(DMA1.status)) & 15;
      if (status === IDLE) break;
      if (status === ERROR) throw new ShoalError('INTERNAL', `the DMA engine of core ${core} reports an error`);
      link.advance();
      await turn();
      try {
        watch.check();
      } catch (error) {
        link.writeWord(register(DMA1.config), 0);
        throw error;
      }
    }
    // A piece during which the core was reset is copied again.
    if (watch.startOf(core) === start) at += items * size;
  }
}
