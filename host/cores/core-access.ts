import type { BoardDescription } from '../../boards/board.ts';
import type { LockAddresses } from '../../protocol/cores/board-cores.ts';
import type { CoreMessage, Piece } from '../../protocol/cores/core-end.ts';
import type { ShoalError } from '../../protocol/errors.ts';

/** A call on its way to a core. */
export interface CallPost {
  /** Call id in the message. */
  readonly id: number;
  /** Local address of its block. */
  readonly address: number;
  readonly message: Uint8Array;
  /** The parts of `message` that must be written, as [start, end) pairs. */
  readonly sent: readonly (readonly [start: number, end: number])[];
  /** What comes back with the answer. */
  readonly outputs: readonly Piece[];
  /** No argument is an array: no element has to be aligned. */
  readonly isScalar: boolean;
}

/** A core that has stopped for good: an access that nothing answers, an undecodable instruction. */
export interface CoreFault {
  readonly message: string;
  /** Local address of the instruction, null if it is not known. */
  readonly address: number | null;
}

export interface BoardCounters {
  /** Instructions executed by each core since the board was opened; 0 where nobody counts them. */
  readonly instructions: readonly number[];
  /** Time that has passed since then, in instructions of a core that never sleeps. */
  readonly elapsed: number;
}

/** What a core, or all of them, have to say. */
export interface CoreEvents {
  onMessage(core: number, message: CoreMessage): void;
  /** A core has sent what is no message. */
  onGarbage(core: number, error: ShoalError): void;
  onFault(core: number, fault: CoreFault): void;
  /** Every core sleeps, and nothing that is pending can wake one. `report`: who waits on what, may be empty. */
  onAsleep(report: string): void;
  /** After what came together; while something is expected, several times a second. */
  onTurn(): void;
  /** The board was started anew: its memory is empty, and no core runs. */
  onReboot(reason: ShoalError): void;
  /** The board cannot be reached any more. */
  onFailure(error: ShoalError): void;
}

/**
 * How the host reaches the cores of a board: by a window into its memory (window-cores.ts) or by way of its control
 * runtime (session-cores.ts). What is asked for takes effect in the order in which it was asked for. Commands do not
 * wait; whatever they cannot do ends in `onFailure`. Questions are answered by promises, after all that was commanded
 * before; where there is no answer they reject, and `onFailure` or `onReboot` says why. Addresses are mesh addresses; with a core in front of them, local ones.
 */
export interface CoreAccess {
  readonly board: BoardDescription;
  /** To be called once, before anything else. */
  listen(events: CoreEvents): void;
  /** See `BoardCores.reset`. `onMessage` has had all answers when the promise resolves. */
  reset(core: number, kept: readonly Piece[], locks: LockAddresses): Promise<number>;
  start(core: number, nonce: number): void;
  /** Writes the same bytes to several cores. */
  writeCores(cores: readonly number[], localAddress: number, bytes: Uint8Array): void;
  /** Writes zeros to several cores. */
  fillCores(cores: readonly number[], localAddress: number, lengthBytes: number): void;
  post(core: number, call: CallPost): void;
  /** See `BoardCores.withdraw`. */
  withdraw(core: number, address: number, sequence: number): Promise<boolean>;
  /** See `BoardCores.release`. */
  release(core: number, next: number | null, locks: LockAddresses): void;
  /** While true the board works, and events come. */
  expect(isExpecting: boolean): void;
  /** Words at local addresses of cores. */
  readCoreWords(places: readonly (readonly [core: number, localAddress: number])[]): Promise<number[]>;
  counters(): Promise<BoardCounters>;
  /** Mesh address of a local address. */
  coreAddress(core: number, localAddress: number): number;
  read(address: number, lengthBytes: number): Promise<Uint8Array>;
  /** Resolves when the next bytes can be written without piling up here. */
  write(address: number, bytes: Uint8Array): Promise<void>;
  fill(address: number, lengthBytes: number): Promise<void>;
  writeWords(words: readonly (readonly [address: number, value: number])[]): void;
  /**
   * Waits until all bits `mask` of a word are 0, for some milliseconds at most, while the board works. Resolves
   * with the word.
   */
  untilClear(address: number, mask: number): Promise<number>;
  /** Source positions for what the board itself reports, where it can use them. */
  setLocator(locate: (localAddress: number) => string | null): void;
  close(): void;
}
