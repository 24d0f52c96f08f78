/**
 * What a control runtime exports as `cores`: the cores of its board, for one host at a time. The host holds everything
 * else about them: programs, the use of memory, deadlines. Calls without arrays come, and answers go, as messages of
 * nodes (protocol/spec.md, "Nodes"). All numbers are unsigned 32-bit integers; lists are flat.
 */

/** How the host hears what is no message of a core: of which core, or after how many stimuli, and a text. */
export type TellHost = (what: 'garbage' | 'fault' | 'asleep', number: number, text: string) => unknown;

/** The export itself. */
export interface CoreExport {
  /**
   * Gives the cores to this host; whoever had them has them no more. `bases`: mesh address of each core's local address
   * 0, in core order. Throws LINK_BUSY while another host has them whose line stands.
   */
  attach(bases: readonly number[], memoryBytes: number, tell: TellHost): CoreCommands;
}

/** Throws LINK_BUSY when another host has the cores by now. */
export interface CoreCommands {
  /** See `BoardCores.reset`; `kept`: address and length of each piece. */
  reset(core: number, kept: readonly number[], locks: readonly number[]): number;
  start(core: number, nonce: number): void;
  /** Writes the same bytes at several mesh addresses. */
  write(addresses: readonly number[], bytes: Uint8Array): void;
  /** Writes zeros at several mesh addresses. */
  fill(addresses: readonly number[], lengthBytes: number): void;
  read(address: number, lengthBytes: number): Uint8Array;
  words(addresses: readonly number[]): readonly number[];
  /** Address and value of each word. */
  setWords(words: readonly number[]): void;
  /** The word at an address, as soon as all bits `mask` are 0, or after some milliseconds. */
  untilClear(address: number, mask: number): number | Promise<number>;
  /** CALL messages with this call id stand at this local address from now on, on this core. */
  place(core: number, call: number, address: number): void;
  /**
   * Hands over a call whose block stands at a local address and has so many bytes; `parts`: offsets in it, each with the
   * bytes to write there. `outputs`: address and length of what comes back with the answer, by WRITTEN messages.
   */
  post(
    core: number,
    call: number,
    address: number,
    lengthBytes: number,
    outputs: readonly number[],
    ...parts: readonly (number | Uint8Array)[]
  ): void;
  /** See `BoardCores.withdraw`. */
  withdraw(core: number, address: number, sequence: number): boolean;
  /** See `BoardCores.release`; `next`: −1 for none. */
  release(core: number, next: number, locks: readonly number[]): void;
  /** Instructions executed by each core, and last by one that never sleeps; 0 where nobody counts them. */
  instructions(): readonly number[];
}
