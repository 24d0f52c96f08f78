/** Firmware for a device with addresses (DfuSe): page by page, each proved before the next is touched. */
import { DFUSE_COMMAND, DFUSE_FIRST_BLOCK, writeDfuSeCommand } from '../../protocol/flash/dfu.ts';
import type { DfuSePage } from '../../protocol/flash/dfuse-layout.ts';
import { sameBytes } from '../../protocol/flash/mcuboot-image.ts';
import type { DfuConnection } from './dfu-connection.ts';
import type { DfuSegment } from './dfu-image.ts';
import { type DfuProof, differs, type OnProgress } from './write-stream.ts';

/**
 * Writes what differs. Pages that hold the right bytes already are left alone, which is also how a cut update goes on;
 * what stands in a page next to the firmware stays. Resolves with the bytes that were there, and how the rest is proved.
 * Rejects with FLASH_VERIFY.
 */
export async function writePages(
  dfu: DfuConnection,
  pages: readonly DfuSePage[],
  segments: readonly DfuSegment[],
  onProgress: OnProgress,
): Promise<{ readonly presentBytes: number; readonly proof: DfuProof }> {
  const totalBytes = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let presentBytes = 0;
  let doneBytes = 0;
  let proof: DfuProof = 'read-back';
  for (const page of pages) {
    const parts = segments.flatMap((segment) => overlap(page, segment));
    if (parts.length === 0) continue;
    const partBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (page.isReadable && dfu.capabilities.canUpload) {
      const before = await readMemory(dfu, page.address, page.lengthBytes);
      const wanted = before.slice();
      for (const { address, bytes } of parts) wanted.set(bytes, address - page.address);
      if (sameBytes(before, wanted)) {
        presentBytes += partBytes;
      } else {
        await writePage(dfu, page, wanted);
        const after = await readMemory(dfu, page.address, page.lengthBytes);
        const wrong = after.findIndex((byte, index) => byte !== wanted[index]);
        if (wrong >= 0) throw differs(dfu.name, page.address + wrong);
      }
    } else {
      const wanted = new Uint8Array(page.lengthBytes).fill(ERASED);
      for (const { address, bytes } of parts) wanted.set(bytes, address - page.address);
      await writePage(dfu, page, wanted);
      proof = 'status';
    }
    doneBytes += partBytes;
    onProgress(doneBytes, totalBytes);
  }
  return { presentBytes, proof };
}

/** Rejects with FLASH_VERIFY where the device does not hold these bytes. */
export async function compareSegments(dfu: DfuConnection, segments: readonly DfuSegment[]): Promise<void> {
  for (const { address, bytes } of segments) {
    const held = await readMemory(dfu, address, bytes.length);
    const wrong = bytes.findIndex((byte, index) => byte !== held[index]);
    if (wrong >= 0) throw differs(dfu.name, address + wrong);
  }
}

/** Starts the firmware at an address; the device leaves the bus. */
export async function startAt(dfu: DfuConnection, address: number): Promise<void> {
  await setAddress(dfu, address);
  // It may be gone before it has answered the last of its requests.
  await dfu.manifest().catch(() => undefined);
}

const ERASED = 0xff;

async function writePage(dfu: DfuConnection, page: DfuSePage, content: Uint8Array): Promise<void> {
  const { transferBytes } = dfu.capabilities;
  const what = `the page at 0x${page.address.toString(16)}`;
  if (page.isErasable) await dfu.download(0, writeDfuSeCommand(DFUSE_COMMAND.erase, page.address), `to erase ${what}`);
  await setAddress(dfu, page.address);
  for (let from = 0; from < content.length; from += transferBytes) {
    const block = content.subarray(from, from + transferBytes);
    // What is erased already needs no programming.
    if (page.isErasable && block.every((byte) => byte === ERASED)) continue;
    await dfu.download(DFUSE_FIRST_BLOCK + from / transferBytes, block, what);
  }
  await dfu.reachIdle();
}

/** Memory from an address on; shorter if the device has no more. */
export async function readMemory(dfu: DfuConnection, address: number, lengthBytes: number): Promise<Uint8Array> {
  const { transferBytes } = dfu.capabilities;
  const bytes = new Uint8Array(lengthBytes);
  await setAddress(dfu, address);
  await dfu.reachIdle();
  for (let from = 0; from < lengthBytes; from += transferBytes) {
    const asked = Math.min(transferBytes, lengthBytes - from);
    const part = await dfu.upload(DFUSE_FIRST_BLOCK + from / transferBytes, asked);
    bytes.set(part.subarray(0, asked), from);
    if (part.length < asked) return bytes.subarray(0, from + part.length);
  }
  await dfu.reachIdle();
  return bytes;
}

async function setAddress(dfu: DfuConnection, address: number): Promise<void> {
  await dfu.download(0, writeDfuSeCommand(DFUSE_COMMAND.setAddress, address), `the address 0x${address.toString(16)}`);
}

function overlap(page: DfuSePage, { address, bytes }: DfuSegment): DfuSegment[] {
  const from = Math.max(address, page.address);
  const end = Math.min(address + bytes.length, page.address + page.lengthBytes);
  return from < end ? [{ address: from, bytes: bytes.subarray(from - address, end - address) }] : [];
}
