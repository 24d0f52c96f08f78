import type { Machine } from '../../emulator/index.ts';
import { DEBUGCMD_REGISTER, HALT, RUN } from '../../protocol/cores/core-registers.ts';
import { ShoalError } from '../../protocol/errors.ts';

/** What can befall an emulated board. Everything happens at once, whatever the cores do. */
export class BoardFaults {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The core does nothing any more, as one whose clock has failed: calls on it get no answer. */
  stopCore(core: number): void {
    this.#machine.writeWord(this.#machine.coreAddress(this.#checked(core), DEBUGCMD_REGISTER), HALT);
  }

  /** A core that was stopped goes on where it was. */
  resumeCore(core: number): void {
    this.#machine.writeWord(this.#machine.coreAddress(this.#checked(core), DEBUGCMD_REGISTER), RUN);
  }

  /** Inverts bit 0 … 7 of a byte of a core's memory. Throws CALL_ARGUMENT. */
  flipBit(core: number, address: number, bit: number): void {
    const at = this.#machine.coreAddress(this.#checked(core), address);
    const { localMemoryBytes } = this.#machine.board;
    if (!(address >= 0 && address < localMemoryBytes) || !(bit >= 0 && bit < 8)) {
      throw new ShoalError('CALL_ARGUMENT', `flipBit takes an address below ${localMemoryBytes} and a bit from 0 to 7`);
    }
    const [byte = 0] = this.#machine.readMemory(at, 1);
    this.#machine.writeMemory(at, Uint8Array.of(byte ^ (1 << bit)));
  }

  #checked(core: number): number {
    if (this.#machine.cores[core] !== undefined) return core;
    throw new ShoalError('CALL_ARGUMENT', `there is no core ${core}: the board has ${this.#machine.cores.length}`);
  }
}
