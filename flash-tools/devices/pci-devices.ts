import { join } from 'node:path';
import { memoryRanges } from '../../host/links/pci-memory.ts';
import type { Device, DeviceList } from './device.ts';
import { attribute, namesIn, SYSTEM_PLACES, type SystemPlaces } from './system-places.ts';

/**
 * Classes under which cards with cores of their own, or with shared memory, present themselves (PCI Code and ID
 * Assignment): memory controller, co-processor, processing accelerator, and "fits no other class".
 */
const CLASSES: Readonly<Record<string, string>> = {
  '0x0500': 'memory',
  '0x0580': 'memory',
  '0x0b40': 'co-processor',
  '0x1200': 'processing accelerator',
  '0xff00': 'device of its own kind',
};

/** Cards whose memory could be a board's window, as Linux lists them. */
export function pciDevices(places: SystemPlaces = SYSTEM_PLACES): DeviceList {
  const root = join(places.sys, 'bus/pci/devices');
  const names = namesIn(root);
  if (names === null) return { devices: [], absence: `there is no ${root}: this computer, or container, has no PCI` };
  const devices = names.flatMap((name) => pciDevice(root, name, places) ?? []);
  const absence = `of ${names.length} devices none is an accelerator or a memory`;
  return { devices, absence: devices.length > 0 ? null : absence };
}

function pciDevice(root: string, slot: string, places: SystemPlaces): Device | null {
  const folder = join(root, slot);
  const title = CLASSES[(attribute(folder, 'class') ?? '').slice(0, 6)];
  if (title === undefined) return null;
  const windows = memoryRanges(attribute(folder, 'resource') ?? '');
  const id = [attribute(folder, 'vendor'), attribute(folder, 'device')]
    .map((part) => (part ?? '').replace(/^0x/, ''))
    .join(':');
  const isAllowed = windows.every(({ index }) => places.mayUse(join(folder, `resource${index}`)));
  return {
    kind: 'pci',
    selector: windows.length === 0 ? null : `pcie:${slot}`,
    title: `${title}${windows.map(({ index, bytes }) => `, BAR ${index} of ${bytes / 1024n} KB`).join('')}`,
    access: isAllowed ? 'ok' : 'denied',
    hint: isAllowed ? null : `only root may map its memory: run as root, or give your user ${folder}/resource*`,
    facts: { id },
  };
}
