/** Firmware for a device without addresses: a stream of blocks from the beginning. */
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { DFU_STATE } from '../../protocol/flash/dfu.ts';
import { sameBytes } from '../../protocol/flash/mcuboot-image.ts';
import type { DfuConnection } from './dfu-connection.ts';

/** How it is known that the device holds what was sent: it was read, or the device says so. */
export type DfuProof = 'read-back' | 'status';

export type OnProgress = (doneBytes: number, totalBytes: number) => void;

/**
 * Sends firmware, lets the device take it over and proves it. A cut download begins anew: the protocol has no way to go
 * on. Rejects with FLASH_VERIFY if the device holds something else, or leaves without a word.
 */
export async function writeStream(dfu: DfuConnection, bytes: Uint8Array, onProgress: OnProgress): Promise<DfuProof> {
  const { transferBytes, canUpload } = dfu.capabilities;
  for (let from = 0, block = 0; from < bytes.length; from += transferBytes, block++) {
    await dfu.download(block, bytes.subarray(from, from + transferBytes), `byte ${from} of the firmware`);
    onProgress(Math.min(from + transferBytes, bytes.length), bytes.length);
  }
  let state: number;
  try {
    state = await dfu.manifest();
  } catch (error) {
    if (!isShoalError(error, 'LINK_LOST')) throw error;
    throw new ShoalError('FLASH_VERIFY', `${dfu.name} got the whole file and left before it said whether it is right`, {
      hint: 'it may run the new firmware: look, and flash it again if it does not',
      cause: error,
    });
  }
  if (state === DFU_STATE.manifestWaitReset) {
    await dfu.reset();
    return 'status';
  }
  if (!canUpload) return 'status';
  await compareStream(dfu, bytes);
  return 'read-back';
}

/** Rejects with FLASH_VERIFY where the device does not hold these bytes. */
export async function compareStream(dfu: DfuConnection, bytes: Uint8Array): Promise<void> {
  const { transferBytes } = dfu.capabilities;
  for (let from = 0, block = 0; from < bytes.length; block++) {
    const held = await dfu.upload(block, transferBytes);
    const expected = bytes.subarray(from, from + transferBytes);
    if (!sameBytes(held.subarray(0, expected.length), expected)) throw differs(dfu.name, from);
    from += held.length;
    if (held.length < transferBytes && from < bytes.length) throw differs(dfu.name, from);
  }
  await dfu.reachIdle();
}

export function differs(name: string, address: number): ShoalError {
  return new ShoalError(
    'FLASH_VERIFY',
    `${name} does not hold the file: it differs from 0x${address.toString(16)} on`,
    {
      details: { address },
    },
  );
}
