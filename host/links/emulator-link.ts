import type { BoardDescription } from '../../boards/board.ts';
import { Machine } from '../../emulator/index.ts';
import type { CoreFault } from '../cores/core-access.ts';
import type { CoreCounters, MemoryLink } from './memory-link.ts';

/**
 * Instructions of all cores together between two turns of the event loop. A few milliseconds of work: timers, signals
 * and input stay prompt, and looking at every core in between costs little against it.
 */
const SLICE_INSTRUCTIONS = 65_536;
/** After so many the slice ends if a core has gone to sleep: it may have an answer, and can have its next call. */
const PART_INSTRUCTIONS = 4096;

/** A board emulated in this process. It stands still except in `advance`. */
export class EmulatorLink implements MemoryLink {
  readonly board: BoardDescription;
  readonly isIndependent = false;
  readonly #machine: Machine;

  /** `machine`: one that exists already, for tools that look into it; it must be as after a reset. */
  constructor(board: BoardDescription, machine: Machine = new Machine(board)) {
    this.board = board;
    this.#machine = machine;
  }

  coreAddress(core: number, localAddress: number): number {
    return this.#machine.coreAddress(core, localAddress);
  }

  read(address: number, lengthBytes: number): Uint8Array {
    return this.#machine.readMemory(address, lengthBytes);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#machine.writeMemory(address, bytes);
  }

  readWord(address: number): number {
    return this.#machine.readWord(address);
  }

  writeWord(address: number, value: number): void {
    this.#machine.writeWord(address, value);
  }

  advance(): 'working' | 'asleep' {
    const awake = this.#awakeCores();
    for (let done = 0; done < SLICE_INSTRUCTIONS; done += PART_INSTRUCTIONS) {
      if (this.#machine.run({ maxInstructions: PART_INSTRUCTIONS }).reason !== 'limit') return 'asleep';
      if (this.#awakeCores() < awake) break;
    }
    return 'working';
  }

  #awakeCores(): number {
    let count = 0;
    for (const core of this.#machine.cores) if (core.state === 'running' || core.interruptLatch !== 0) count++;
    return count;
  }

  fault(core: number): CoreFault | null {
    const fault = this.#machine.cores[core]?.fault;
    return fault === undefined ? null : { message: fault.message, address: fault.pc };
  }

  setLocator(locate: (localAddress: number) => string | null): void {
    this.#machine.addLocator((_core, address) => locate(address) ?? undefined);
  }

  waitReport(): string {
    return this.#machine.report();
  }

  counters(core: number): CoreCounters {
    return { instructions: this.#machine.cores[core]?.instructions ?? 0 };
  }

  elapsedInstructions(): number {
    return Math.max(...this.#machine.cores.map((core) => core.clock));
  }

  close(): void {}
}
