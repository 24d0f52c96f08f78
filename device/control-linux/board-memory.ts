/** The memory of the board on which the runtime runs: its cores for hosts at the other end of a line. */
import { type CoreSharing, shareCores } from '../control/core-sharing.ts';
import type { EmbeddedMemory } from '../control/embedding.ts';
import { openMemoryFile } from '../window-linux/memory-file.ts';
import { parseMemoryPlace } from '../window-linux/memory-place.ts';

export interface BoardMemory {
  readonly memory: EmbeddedMemory;
  readonly cores: CoreSharing;
  /** What hosts read of the board before they use its cores. */
  readonly board: { readonly name: string; readonly title: string; readonly rows: number; readonly columns: number };
}

/**
 * Maps the window that a selector names, `mem:/dev/epiphany/mesh0,board=parallella-16`, until the process ends. Rejects as
 * {@link openMemoryFile}.
 */
export async function openBoardMemory(selector: string): Promise<BoardMemory> {
  const { window, board } = await openMemoryFile(parseMemoryPlace(selector, () => null));
  const { name, title, rows, columns } = board;
  const memory: EmbeddedMemory = {
    read: (address, lengthBytes) => window.read(address, lengthBytes).buffer as ArrayBuffer,
    write: (address, bytes) => window.write(address, new Uint8Array(bytes)),
    readWord: (address) => window.readWord(address),
    writeWord: (address, value) => window.writeWord(address, value),
  };
  const cores = shareCores(memory, {
    now: () => performance.now(),
    // A timer of Node's comes a millisecond later.
    setTimer: (ms, run) => void (ms === 0 ? setImmediate(run) : setTimeout(run, ms)),
  });
  return { memory, cores, board: { name, title, rows, columns } };
}
