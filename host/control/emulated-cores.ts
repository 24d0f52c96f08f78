import type { BoardDescription } from '../../boards/board.ts';
import type { CoreWindow } from '../../emulator/index.ts';
import { EmulatorLink } from '../links/emulator-link.ts';

/** The cores of an emulated board as its control processor has them. They stand still except in `advance`. */
export function emulatedCores(board: BoardDescription): CoreWindow {
  const link = new EmulatorLink(board);
  const indexes = Array.from({ length: board.rows * board.columns }, (_, index) => index);
  return {
    read: (address, lengthBytes) => link.read(address, lengthBytes),
    write: (address, bytes) => link.write(address, bytes),
    readWord: (address) => link.readWord(address),
    writeWord: (address, value) => link.writeWord(address, value),
    advance: () => {
      const isAsleep = link.advance() === 'asleep';
      const isStopped = indexes.some((index) => link.fault(index) !== null);
      return (isAsleep ? 1 : 0) + (isStopped ? 2 : 0);
    },
    fault: (core) => {
      const fault = link.fault(core);
      return fault === null ? '' : `${fault.address ?? ''} ${fault.message}`;
    },
    report: () => link.waitReport(),
    instructions: (core) => (core < 0 ? link.elapsedInstructions() : link.counters(core).instructions),
  };
}
