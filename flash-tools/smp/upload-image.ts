import { createHash } from 'node:crypto';
import { cborXBodyCodec } from '../../host/values/cbor-x-body.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { readImage } from '../../protocol/flash/mcuboot-image.ts';
import * as smp from '../../protocol/flash/smp.ts';
import type { SmpBody } from '../../protocol/flash/smp-body.ts';
import { sendParts } from './send-parts.ts';
import type { SmpClient } from './smp-client.ts';

export interface UploadOptions {
  /** Refused by the board unless the version is higher than the confirmed one's. */
  readonly onlyUpgrade?: boolean;
  /** Called after each part with the bytes that the board has. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** What an upload did. */
export interface UploadResult {
  /** The hash that names the image. */
  readonly hash: Uint8Array;
  /** The board had so much of it already, in bytes. */
  readonly resumedFrom: number;
}

/** A board that answers with offsets that do not lead to the end is given up after so many steps back. */
const MAX_STEPS_BACK = 16;

/**
 * Sends an image in parts; where the next part begins is what the board says, so an upload that was cut goes on where
 * it was. When all of it is there, the board's own list must show its hash: only then the promise resolves.
 *
 * Throws PACKAGE_INVALID if `image` is none, FLASH_REFUSED, FLASH_VERIFY if the board does not show it, LINK_TIMEOUT.
 */
export async function uploadImage(
  client: SmpClient,
  image: Uint8Array,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const { hash } = readImage(image);
  const sha = new Uint8Array(createHash('sha256').update(image).digest());
  const bufferBytes = await client.bufferBytes();
  const { bulk } = client;
  const { onProgress = () => undefined } = options;
  let offset = 0;
  let resumedFrom = 0;
  let stepsBack = 0;
  while (offset < image.length) {
    const first = offset === 0 ? { len: image.length, sha, ...(options.onlyUpgrade ? { upgrade: true } : {}) } : {};
    const partBytes = bufferBytes - smp.SMP_HEAD_BYTES - bodyBytes({ ...first, off: offset, data: new Uint8Array() });
    const data = image.subarray(offset, offset + partBytes);
    const { off } = await client.request(smp.OP_WRITE, smp.GROUP_IMAGE, smp.IMAGE_UPLOAD, {
      ...first,
      off: offset,
      data,
    });
    if (typeof off !== 'number' || off < 0 || off > image.length) {
      throw new ShoalError('PROTOCOL_INVALID', `the board wants to go on at byte ${String(off)} of ${image.length}`);
    }
    if (off > offset + data.length) resumedFrom = off;
    if (off <= offset && ++stepsBack > MAX_STEPS_BACK) {
      throw new ShoalError('FLASH_VERIFY', `the board went back ${stepsBack} times, last to byte ${off}`);
    }
    offset = off;
    onProgress(offset, image.length);
    // The first part says what it is a part of.
    if (bulk !== undefined) offset = await sendParts(bulk, image, offset, onProgress);
  }
  const images = await client.images();
  if (!images.some((found) => found.hash !== null && Buffer.compare(found.hash, hash) === 0)) {
    throw new ShoalError(
      'FLASH_VERIFY',
      'the board took every byte, but does not list the image: nothing was changed',
      {
        hint: 'Send it again; a board that refuses it twice has a damaged disk or takes other packages only.',
        retryable: true,
      },
    );
  }
  return { hash, resumedFrom };
}

/** With room for the largest head of the data's length. */
function bodyBytes(body: SmpBody): number {
  return cborXBodyCodec.write(body).length + 4;
}
