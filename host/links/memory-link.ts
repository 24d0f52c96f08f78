import type { BoardDescription } from '../../boards/board.ts';

/** How a core stands, as far as the link can tell. */
export interface CoreCounters {
  /** Instructions executed since the board was opened. */
  readonly instructions: number;
}

/**
 * The window into the memory of a board: the emulator here, a memory-mapped device later. Addresses are mesh addresses
 * (boards/board.ts), words are 32 bits. Nothing waits: a window answers at once.
 */
export interface MemoryLink {
  readonly board: BoardDescription;
  /** Names what only one program may use at a time, the same in each; absent if every opening has a board of its own. */
  readonly exclusive?: string;
  /** Mesh address of a local address of the core with this index. */
  coreAddress(core: number, localAddress: number): number;
  read(address: number, lengthBytes: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
  readWord(address: number): number;
  writeWord(address: number, value: number): void;
  /**
   * Lets the board work for a while. `'asleep'`: nothing on it will happen any more until someone writes to it; a board
   * that works by itself never says so.
   */
  advance(): 'working' | 'asleep';
  /** Why the core stopped for good (an access that nothing answers, an undecodable instruction), or null. */
  fault(core: number): string | null;
  /** Gives `fault` and `waitReport` a way to say where in the source a local address is; null if it is not known. */
  setLocator(locate: (localAddress: number) => string | null): void;
  /** Who waits on what, for a message; may be empty. */
  waitReport(): string;
  counters(core: number): CoreCounters;
  /** Time that has passed on the board since it was opened, in instructions of a core that never sleeps. */
  elapsedInstructions(): number;
  close(): void;
}
