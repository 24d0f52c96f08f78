import type { BoardDescription } from '../../boards/board.ts';
import type { MemoryWindow } from '../../protocol/cores/memory-window.ts';
import type { CoreFault } from '../cores/core-access.ts';

/** How a core stands, as far as the link can tell. */
export interface CoreCounters {
  /** Instructions executed since the board was opened. */
  readonly instructions: number;
}

/**
 * The window into the memory of a board: the emulator here, or mapped memory. Addresses are mesh addresses
 * (boards/board.ts).
 */
export interface MemoryLink extends MemoryWindow {
  readonly board: BoardDescription;
  /** The board works whether `advance` is called or not: then it need not be called all the time. */
  readonly isIndependent: boolean;
  /** Mesh address of a local address of the core with this index. */
  coreAddress(core: number, localAddress: number): number;
  /**
   * Lets the board work for a while. `'asleep'`: nothing on it will happen any more until someone writes to it; a board
   * that works by itself never says so. Throws LINK_LOST if the board is found to have gone.
   */
  advance(): 'working' | 'asleep';
  /** Null if the core has not stopped for good. */
  fault(core: number): CoreFault | null;
  /** Gives `waitReport` a way to say where in the source a local address is; null if it is not known. */
  setLocator(locate: (localAddress: number) => string | null): void;
  /** Who waits on what, for a message; may be empty. */
  waitReport(): string;
  counters(core: number): CoreCounters;
  /** Time that has passed on the board since it was opened, in instructions of a core that never sleeps. */
  elapsedInstructions(): number;
  close(): void;
}
