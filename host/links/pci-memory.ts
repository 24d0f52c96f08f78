/** The memory of PCI devices, as Linux shows it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';

const DEVICES = '/sys/bus/pci/devices';
/** Flag of a resource that is a range of memory, not of I/O ports. */
const IORESOURCE_MEM = 0x200n;
/** A device has so many ranges of its own; what follows are others. */
const RANGES = 6;

export interface MemoryRange {
  /** Number of the base address register (BAR). */
  readonly index: number;
  readonly bytes: bigint;
}

/** The memory ranges in a file `resource` of a PCI device: a line of start, end and flags for each. */
export function memoryRanges(resource: string): readonly MemoryRange[] {
  return resource
    .split('\n')
    .slice(0, RANGES)
    .flatMap((line, index) => {
      const match = /^(0x[0-9a-f]+) (0x[0-9a-f]+) (0x[0-9a-f]+)$/.exec(line.trim());
      if (match === null) return [];
      const [start, end, flags] = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)];
      return (flags & IORESOURCE_MEM) === 0n ? [] : [{ index, bytes: end - start + 1n }];
    });
}

/**
 * The file of the memory of a PCI device: its largest range, which must be larger than the others. `slot` as `lspci -D`
 * and `shoal devices` show it. Throws DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS.
 */
export function pciMemoryFile(slot: string, root: string = DEVICES): string {
  const folder = join(root, slot);
  const ranges = [...memoryRanges(resourceOf(root, slot))].sort((a, b) => (a.bytes < b.bytes ? 1 : -1));
  const [first, second] = ranges;
  if (first === undefined) {
    throw new ShoalError('DEVICE_NOT_FOUND', `the PCI device ${slot} has no memory`, {
      hint: '`shoal devices` lists those that have',
    });
  }
  if (first.bytes === second?.bytes) {
    const selectors = ranges.filter(({ bytes }) => bytes === first.bytes).map(({ index }) => fileOf(folder, index));
    throw new ShoalError('DEVICE_AMBIGUOUS', `the PCI device ${slot} has several memories of ${first.bytes} bytes`, {
      hint: `name one of them: ${selectors.map((file) => `pcie:${file}`).join(', ')}`,
      details: { selectors: selectors.map((file) => `pcie:${file}`) },
    });
  }
  return fileOf(folder, first.index);
}

const fileOf = (folder: string, index: number): string => join(folder, `resource${index}`);

function resourceOf(root: string, slot: string): string {
  try {
    if (!slot.includes('/')) return readFileSync(join(root, slot, 'resource'), 'latin1');
  } catch {
    // The error below says what there is.
  }
  throw new ShoalError('DEVICE_NOT_FOUND', `there is no PCI device ${slot}`, {
    hint: `\`shoal devices\` lists those that may be boards; there are ${slotsIn(root).join(', ') || 'none at all'}`,
  });
}

function slotsIn(root: string): string[] {
  try {
    return readdirSync(root).sort();
  } catch {
    return [];
  }
}
