/** An emulated board by itself whose memory is a file, for programs that map it as they map that of a real one. */
import { rmSync } from 'node:fs';
import type { BoardDescription } from '../../boards/board.ts';
import { windowLayout } from '../../boards/window-layout.ts';
import { type MappedMemory, openMappable } from '../../device/window-linux/mapped-memory.ts';
import { type ConsoleOutput, Machine } from '../../emulator/index.ts';
import { PORT_BYTES, type RegisterAccess, RegisterPort } from '../../protocol/cores/register-port.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { EmulatorLink } from '../links/emulator-link.ts';
import { makeSharedFile } from '../links/shared-file.ts';

/** When nothing is asked for and no core works: at every turn of the event loop for so long, then now and then. */
const AWAKE_MS = 20;
const ASLEEP_POLL_MS = 1;
/** A program that sets registers often sets the next one a few microseconds later. */
const SPIN_MS = 0.05;

export interface EmulatedMemoryOptions {
  /** What programs on the cores print. */
  readonly onOutput?: (output: ConsoleOutput) => void;
}

export class EmulatedMemory {
  readonly #parts: readonly MappedMemory[];
  readonly #port: RegisterPort;
  readonly #machine: Machine;
  readonly #link: EmulatorLink;
  readonly #registers: RegisterAccess;
  #lastAsked = performance.now();
  #cancelTurn: () => void = () => {};
  #isClosed = false;

  private constructor(parts: readonly MappedMemory[], port: RegisterPort, machine: Machine) {
    this.#parts = parts;
    this.#port = port;
    this.#machine = machine;
    this.#link = new EmulatorLink(machine.board, machine);
    this.#registers = {
      readWord: (address) => whereThereIs(() => machine.readWord(address)) ?? 0,
      writeWord: (address, value) => whereThereIs(() => machine.writeWord(address, value)),
    };
    this.#turn();
  }

  /**
   * Makes the file, as large as the window of the board but with holes, and runs the board until `close`. Rejects with
   * LINK_UNAVAILABLE if the file is there already or cannot be made, with LINK_DRIVER_MISSING.
   */
  static async start(
    board: BoardDescription,
    path: string,
    { onOutput }: EmulatedMemoryOptions = {},
  ): Promise<EmulatedMemory> {
    const { address, lengthBytes } = windowLayout(board);
    makeSharedFile(path, lengthBytes);
    const parts: MappedMemory[] = [];
    try {
      const file = await openMappable(path, 'another program');
      const map = (from: number, length: number): Uint8Array => {
        const memory = file.map(from - address, length);
        parts.push(memory);
        return memory.bytes;
      };
      const machine = new Machine(board, { memoryAt: map, ...(onOutput === undefined ? {} : { onOutput }) });
      const port = new RegisterPort(map(address, PORT_BYTES), board.name);
      file.close();
      return new EmulatedMemory(parts, port, machine);
    } catch (error) {
      for (const { unmap } of parts) unmap();
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** Ends the board. The file stays, and programs that have it open are told. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTurn();
    this.#port.end();
    for (const { unmap } of this.#parts) unmap();
  }

  #turn(): void {
    this.#port.beat();
    if (this.#serve()) this.#lastAsked = performance.now();
    this.#machine.memoryChanged();
    const isWorking = this.#link.advance() === 'working';
    if (isWorking || performance.now() - this.#lastAsked < AWAKE_MS) {
      const immediate = setImmediate(() => this.#turn());
      this.#cancelTurn = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(() => this.#turn(), ASLEEP_POLL_MS);
      this.#cancelTurn = () => clearTimeout(timer);
    }
  }

  /** Does what is asked for, and what follows at once. True if there was anything. */
  #serve(): boolean {
    if (this.#port.serve(this.#registers) === 0) return false;
    for (let start = performance.now(); performance.now() - start < SPIN_MS; ) {
      if (this.#port.serve(this.#registers) > 0) start = performance.now();
    }
    return true;
  }
}

/** What a program asks for where nothing is has no effect, as on the board. */
function whereThereIs<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch (error) {
    if (isShoalError(error, 'EMULATOR_ACCESS')) return undefined;
    throw error;
  }
}
