/** Selectors of windows into a board's memory: `mem:` and `pcie:`. */
import type { MemoryFile } from '../../device/window-linux/memory-file.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { pciMemoryFile } from './pci-memory.ts';

const HINT =
  "Write 'mem:/dev/shm/board' for the file of an emulated board, 'mem:/dev/epiphany/mesh0,board=parallella-16', " +
  "'mem:FILE@0x80000000,board=NAME' for where in a file the window begins, or 'pcie:0000:01:00.0,board=NAME'.";

/**
 * The file that a selector names: `mem:FILE[@OFFSET][,board=NAME]`, `pcie:SLOT[@OFFSET][,board=NAME]`, `pcie:FILE…`. Null
 * for selectors of another kind. Throws SELECTOR_INVALID; for PCI also DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS.
 */
export function parseWindow(selector: string): MemoryFile | null {
  const kind = /^(mem|pcie):/.exec(selector)?.[1];
  if (kind === undefined) return null;
  const match = /^(?:mem|pcie):([^,@]+)(?:@(0x[0-9a-f]{1,12}|\d{1,15}))?(?:,board=([a-z0-9-]+))?$/i.exec(selector);
  const [, place = '', offset, board] = match ?? [];
  if (match === null || (kind === 'mem' && !place.startsWith('/'))) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no memory window`, { hint: HINT });
  }
  if (Number(offset ?? 0) % 4096 !== 0) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}': the offset is no multiple of 4096`, { hint: HINT });
  }
  return {
    path: place.startsWith('/') ? place : pciMemoryFile(place),
    ...(offset === undefined ? {} : { offset: Number(offset) }),
    ...(board === undefined ? {} : { board }),
  };
}
