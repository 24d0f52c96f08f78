/** Selectors of windows into a board's memory: `mem:` and `pcie:`. */
import type { MemoryFile } from '../../device/window-linux/memory-file.ts';
import { parseMemoryPlace } from '../../device/window-linux/memory-place.ts';
import { pciMemoryFile } from './pci-memory.ts';

/**
 * The file that a selector names: `mem:FILE[@OFFSET][,board=NAME]`, `pcie:SLOT[@OFFSET][,board=NAME]`, `pcie:FILE…`. Null
 * for selectors of another kind. Throws SELECTOR_INVALID; for PCI also DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS.
 */
export function parseWindow(selector: string): MemoryFile | null {
  if (selector.startsWith('mem:')) return parseMemoryPlace(selector, () => null);
  return selector.startsWith('pcie:') ? parseMemoryPlace(selector, (slot) => pciMemoryFile(slot)) : null;
}
