import type { BoardDescription } from '../boards/board.ts';
import { ShoalError } from '../protocol/errors.ts';
import { Bus, type MemoryPlace, WINDOW_BYTES } from './bus.ts';
import { Console, type ConsoleOutput } from './console.ts';
import type { CoreFault, CoreState } from './core.ts';
import { hex } from './core-exception.ts';
import type { ExecutionContext } from './execute/context.ts';
import { type Locator, memoryHash, reportCores } from './report.ts';
import { type EngineName, Scheduler } from './scheduler.ts';
import { SpecialRegisters } from './special-registers.ts';

/** Options of {@link Machine}. */
export interface MachineOptions {
  /** An access where nothing answers stops the core (default); false: it reads 0 and writes nothing. */
  readonly strictMemory?: boolean;
  /** A CONFIG with an undefined arithmetic mode stops the core. Default false: bit 19 alone says integer mode. */
  readonly strictModes?: boolean;
  /** `generated` (default): frequent code becomes JavaScript functions. `interpreted`: one instruction at a time. */
  readonly engine?: EngineName;
  /** Instructions that a core executes before the next has its turn. Default 2048. */
  readonly quantum?: number;
  /**
   * The bytes that are the memory from a mesh address on, zero at the start; its own by default. Others may write to
   * them at any time, also while the board runs: see {@link Machine.memoryChanged}.
   */
  readonly memoryAt?: MemoryPlace;
  /** Called at once for everything that a program writes to its console. */
  readonly onOutput?: (output: ConsoleOutput) => void;
}

/** One core as others see it. The fields are live: read them between calls of {@link Machine.run}. */
export interface CoreView {
  readonly index: number;
  /** Mesh row and column, absolute. */
  readonly row: number;
  readonly column: number;
  /** Mesh id: the top twelve bits of the core's global addresses. */
  readonly id: number;
  readonly state: CoreState;
  readonly registers: Readonly<Int32Array>;
  readonly pc: number;
  readonly status: number;
  readonly config: number;
  readonly interruptMask: number;
  readonly interruptLatch: number;
  readonly interruptPending: number;
  readonly interruptReturn: number;
  /** Instructions completed since the board was made. */
  readonly instructions: number;
  /** Clocks: one for each instruction, and time asleep. */
  readonly clock: number;
  /** Why the core is `faulted`. Only a reset (RESETCORE 1, then 0) takes it away. */
  readonly fault: CoreFault | undefined;
  /** What the program gave to an exit trap, if that is why the core is `halted`. */
  readonly exitStatus: number | undefined;
}

/** Why {@link Machine.run} returned. */
export interface RunResult {
  /**
   * `limit`: maxInstructions were executed. Otherwise no core can go on: `fault` if one stopped by an error, else
   * `idle` if one that ever ran is asleep, else `halted`.
   */
  readonly reason: 'idle' | 'halted' | 'fault' | 'limit';
  /** Instructions that all cores together executed in this call. */
  readonly instructions: number;
}

/**
 * One emulated board, with a functional clock: every instruction takes one clock.
 *
 * Cores take turns in index order, `quantum` instructions each; a core that sleeps gives its turn away at once. Where a
 * turn stands is kept between calls of `run`, so the order of all instructions depends on the program, the quantum and
 * what the host writes at which instruction count, but not on how `run` is cut into calls.
 *
 * After construction every core is as after a reset: asleep at address 0 with interrupts enabled, waiting for SYNC
 * (write 1 to its ILATST).
 */
export class Machine {
  readonly board: BoardDescription;
  readonly cores: readonly CoreView[];
  readonly #bus: Bus;
  readonly #context: ExecutionContext;
  readonly #scheduler: Scheduler;
  readonly #locators: Locator[] = [];

  constructor(board: BoardDescription, options: MachineOptions = {}) {
    this.board = board;
    const memoryAt = options.memoryAt ?? ((_address, lengthBytes) => new Uint8Array(lengthBytes));
    this.#bus = new Bus(board, options.strictMemory ?? true, memoryAt);
    const registers = new SpecialRegisters(this.#bus, options.strictModes ?? false);
    this.#bus.registers = registers;
    this.#context = { bus: this.#bus, registers, console: new Console(this.#bus, options.onOutput) };
    this.#scheduler = new Scheduler(this.#context, options.engine ?? 'generated', options.quantum ?? 2048);
    this.cores = this.#bus.cores;
  }

  /** The global (mesh) address of `offset` in the window of core `index`. */
  coreAddress(index: number, offset = 0): number {
    const core = this.#bus.cores[index];
    if (core === undefined) throw new RangeError(`no core ${index} on ${this.board.name}`);
    return core.id * WINDOW_BYTES + offset;
  }

  /** Copies memory out. Memory-mapped registers are read word by word. Throws EMULATOR_ACCESS. */
  readMemory(address: number, lengthBytes: number): Uint8Array {
    const bytes = this.#bus.hostRead(address, lengthBytes);
    if (bytes !== undefined) return bytes;
    if (lengthBytes % 4 !== 0) throw this.#accessError(address, lengthBytes, 'read');
    const words = new Int32Array(lengthBytes >>> 2);
    for (let i = 0; i < words.length; i++) words[i] = this.#registerAt(address + 4 * i, lengthBytes, 'read');
    return new Uint8Array(words.buffer);
  }

  /**
   * Copies bytes into memory. Memory-mapped registers take whole words, in rising order, with their effects (ILATST,
   * DEBUGCMD, RESETCORE, …). Throws EMULATOR_ACCESS.
   */
  writeMemory(address: number, bytes: Uint8Array): void {
    if (this.#bus.hostWrite(address, bytes)) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += 4) {
      this.#registerAt(address + at, bytes.length - at, 'write');
      this.writeWord(address + at, view.getInt32(at, true));
    }
  }

  /** Reads the 32-bit word at an address, unsigned. Throws EMULATOR_ACCESS. */
  readWord(address: number): number {
    const block = (address & 3) === 0 ? this.#bus.locate(undefined, address) : undefined;
    if (block !== undefined) return (block.words[this.#bus.offset >>> 2] as number) >>> 0;
    return this.#registerAt(address, 4, 'read') >>> 0;
  }

  /** Writes a 32-bit word to memory or to a memory-mapped register. Throws EMULATOR_ACCESS. */
  writeWord(address: number, value: number): void {
    const target = this.#bus.hostRegister(address);
    if (target !== undefined) {
      this.#context.registers.write(target.core, target.offset, value | 0, undefined);
      return;
    }
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value | 0, true);
    if ((address & 3) !== 0 || !this.#bus.hostWrite(address, bytes)) throw this.#accessError(address, 4, 'write');
  }

  /** Executes until no core can go on, or `maxInstructions` (all cores together; default no limit) are done. */
  run(options: { readonly maxInstructions?: number } = {}): RunResult {
    return this.#scheduler.run(Math.min(options.maxInstructions ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
  }

  /**
   * To be called when others may have written to memory, past `writeMemory`, that was given to the board: code is read
   * anew where it differs from what was executed.
   */
  memoryChanged(): void {
    for (const { memory } of this.#bus.cores) memory.codeOwner?.check();
    this.#bus.shared?.codeOwner?.check();
  }

  /** Adds a way to find symbol and source line of an address, for reports. The latest that answers counts. */
  addLocator(locator: Locator): void {
    this.#locators.unshift(locator);
  }

  /** What programs wrote to standard output or standard error, as text; of all cores, or of one. */
  output(stream: 'stdout' | 'stderr' = 'stdout', core?: number): string {
    return this.#context.console.text(stream === 'stdout' ? 1 : 2, core);
  }

  /**
   * What every core that ever ran is doing, one paragraph each: where, what it waits for, its fault and registers.
   * `all`: also the cores that never ran.
   */
  report(options: { readonly all?: boolean } = {}): string {
    const cores = this.#bus.cores.filter((core) => options.all === true || core.instructions > 0);
    return reportCores(cores, this.#bus, (core, address) => this.locate(core, address));
  }

  /** Symbol and source position of an address as a core sees it, if a locator knows. */
  locate(core: number, address: number): string | undefined {
    for (const locator of this.#locators) {
      const place = locator(core, address);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** A hash of all memories and general registers, for comparing runs: 16 hexadecimal digits. */
  memoryHash(): string {
    return memoryHash(this.#bus);
  }

  #registerAt(address: number, lengthBytes: number, what: 'read' | 'write'): number {
    const target = lengthBytes >= 4 && lengthBytes % 4 === 0 ? this.#bus.hostRegister(address) : undefined;
    if (target === undefined) throw this.#accessError(address, lengthBytes, what);
    return what === 'read' ? this.#context.registers.read(target.core, target.offset) : 0;
  }

  #accessError(address: number, lengthBytes: number, what: string): ShoalError {
    return new ShoalError('EMULATOR_ACCESS', `cannot ${what} ${lengthBytes} bytes at ${hex(address)}`, {
      hint: 'The host reaches the memory of each core, its registers as aligned words at 0xf0000, and shared memory.',
      details: { address: address >>> 0, lengthBytes, board: this.board.name },
    });
  }
}
