import { Machine } from '../../emulator/index.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { Board } from '../board.ts';
import { loadRuntimeImage } from '../cores/runtime-image.ts';
import { WindowCores } from '../cores/window-cores.ts';
import { EmulatorLink } from '../links/emulator-link.ts';
import { parseEmulated } from '../selector.ts';
import { BoardFaults } from './board-faults.ts';
import { BoardLogs } from './board-logs.ts';

/** The memory of an emulated board, seen from outside while its kernels run. */
export interface BoardMemoryView {
  /** Bytes of a core's memory, a copy. Throws EMULATOR_ACCESS where there is none. */
  core(core: number, address: number, lengthBytes: number): Uint8Array;
  /** Bytes of the memory that cores share, from its start; a copy. Throws EMULATOR_ACCESS. */
  shared(offset: number, lengthBytes: number): Uint8Array;
  /** A hash of all memories and registers: two runs that do the same have the same. */
  hash(): string;
}

/** An emulated board with what a test needs besides it. */
export interface TestBoard extends AsyncDisposable {
  readonly board: Board;
  /** What kernels log; it is not printed. */
  readonly logs: BoardLogs;
  readonly memory: BoardMemoryView;
  readonly faults: BoardFaults;
  close(): Promise<void>;
}

/**
 * Opens an emulated board that nothing else has used: `parallella-16`, or `emu:parallella-16`.
 *
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN.
 */
export async function testBoard(name: string = 'parallella-16'): Promise<TestBoard> {
  const description = parseEmulated(name.includes(':') ? name : `emu:${name}`);
  const machine = new Machine(description);
  const logs = new BoardLogs();
  const image = loadRuntimeImage(description.isa);
  const board = await Board.start(new WindowCores(new EmulatorLink(description, machine)), image, {
    onLog: (event) => logs.add(event),
  });
  const close = async (): Promise<void> => board.close();
  return {
    board,
    logs,
    memory: {
      core: (core, address, lengthBytes) => machine.readMemory(machine.coreAddress(core, address), lengthBytes),
      shared(offset, lengthBytes) {
        const { sharedMemory } = description;
        if (sharedMemory !== undefined) return machine.readMemory(sharedMemory.address + offset, lengthBytes);
        throw new ShoalError('EMULATOR_ACCESS', `${description.name} has no memory that its cores share`);
      },
      hash: () => machine.memoryHash(),
    },
    faults: new BoardFaults(machine),
    close,
    [Symbol.asyncDispose]: close,
  };
}
