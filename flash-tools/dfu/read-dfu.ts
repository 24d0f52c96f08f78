/** What a device holds, read by USB DFU (its UPLOAD request). */
import type { UsbSelection } from '../../host/links/usb-selection.ts';
import { systemUsb, type UsbSystem } from '../../host/links/usb-surface.ts';
import { concatenate } from '../../protocol/concatenate.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { DFUSE_VERSION } from '../../protocol/flash/dfu.ts';
import { type DfuSePage, parseDfuSeLayout } from '../../protocol/flash/dfuse-layout.ts';
import type { DfuConnection } from './dfu-connection.ts';
import { chooseAlternate } from './dfu-image.ts';
import { openDfu } from './open-dfu.ts';
import { readMemory } from './write-pages.ts';

export interface DfuReadOptions {
  /** Number or name of the alternate setting; default: the only one. */
  readonly alternate?: string;
  /** Where to begin, on devices with addresses; default: where their memory begins. */
  readonly address?: number;
  /** Default: to the end of what can be read there. */
  readonly lengthBytes?: number;
  readonly signal?: AbortSignal;
  /** Default: the devices of this computer. */
  readonly system?: UsbSystem;
}

export interface DfuMemoryPart {
  /** Of the first byte; 0 in memory without addresses. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads memory of a device. Firmware that runs is ended for that, as by flashing. Rejects with FLASH_REFUSED if the
 * device lets nobody read, USAGE for memory that it does not have, and what {@link openDfu} rejects with.
 */
export async function readDfu(selection: UsbSelection, options: DfuReadOptions = {}): Promise<DfuMemoryPart> {
  const { system = await systemUsb(), alternate, signal } = options;
  const dfu = await openDfu(system, selection, signal);
  try {
    if (!dfu.capabilities.canUpload) {
      throw new ShoalError('FLASH_REFUSED', `${dfu.name} lets nobody read what it holds`);
    }
    const chosen = chooseAlternate(dfu, alternate, null);
    const layout = dfu.capabilities.version === DFUSE_VERSION ? parseDfuSeLayout(chosen.name) : undefined;
    await dfu.selectAlternate(chosen.number);
    if (layout === undefined) return { address: 0, bytes: await readStream(dfu, options) };
    const { address = layout.pages[0]?.address ?? 0, lengthBytes } = options;
    const readableBytes = readableFrom(layout.pages, address);
    if (readableBytes < (lengthBytes ?? 1)) {
      const range = `${lengthBytes ?? 'any'} bytes from 0x${address.toString(16)}`;
      throw new ShoalError('USAGE', `${dfu.name} cannot be read there: ${range}`, {
        hint: `its memory: ${chosen.name}`,
      });
    }
    return { address, bytes: await readMemory(dfu, address, lengthBytes ?? readableBytes) };
  } finally {
    await dfu.close();
  }
}

/** Memory without addresses is read from its beginning. */
async function readStream(
  dfu: DfuConnection,
  { address, lengthBytes = Infinity }: DfuReadOptions,
): Promise<Uint8Array> {
  if (address !== undefined && address !== 0) {
    throw new ShoalError('USAGE', `the memory of ${dfu.name} has no addresses`, { hint: 'leave out --at' });
  }
  const { transferBytes } = dfu.capabilities;
  const blocks: Uint8Array[] = [];
  for (let read = 0; read < lengthBytes; ) {
    const block = await dfu.upload(blocks.length, transferBytes);
    blocks.push(block);
    read += block.length;
    if (block.length < transferBytes) break;
  }
  await dfu.reachIdle();
  return concatenate(blocks).slice(0, lengthBytes);
}

/** Bytes without a gap from an address on. */
function readableFrom(pages: readonly DfuSePage[], address: number): number {
  let end = address;
  for (const page of [...pages].sort((a, b) => a.address - b.address)) {
    if (page.isReadable && page.address <= end && end < page.address + page.lengthBytes) {
      end = page.address + page.lengthBytes;
    }
  }
  return end - address;
}
