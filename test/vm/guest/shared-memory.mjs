/** The PCI devices (ivshmem) whose memory is a file outside of the guest. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const root = '/sys/bus/pci/devices';
const text = (slot, name) => readFileSync(`${root}/${slot}/${name}`, 'latin1').trim();

/** The folder of the one with so many bytes, switched on. */
export function sharedMemory(lengthBytes) {
  const isIt = (slot) =>
    text(slot, 'vendor') === '0x1af4' &&
    text(slot, 'device') === '0x1110' &&
    statSync(`${root}/${slot}/resource2`).size === lengthBytes;
  const slot = readdirSync(root).find(isIt);
  writeFileSync(`${root}/${slot}/enable`, '1');
  return { slot, folder: `${root}/${slot}` };
}
