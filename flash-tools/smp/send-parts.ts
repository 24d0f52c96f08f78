import { cborXBodyCodec } from '../../host/values/cbor-x-body.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { readSmp } from '../../protocol/flash/smp.ts';
import type { BulkUpload } from './smp-client.ts';
import { throwIfRefused } from './smp-refusal.ts';

/**
 * Sends an image from `offset` on, several parts at a time. Resolves with where to go on: the end, or where the board
 * was when it did not take a part. Rejects as {@link throwIfRefused}, with PROTOCOL_INVALID, and as `bulk.write`.
 */
export async function sendParts(
  bulk: BulkUpload,
  image: Uint8Array,
  offset: number,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<number> {
  const onWay: { readonly end: number; readonly next: Promise<number> }[] = [];
  let sent = offset;
  let taken = offset;
  while (taken < image.length) {
    while (onWay.length < bulk.partsOnWay && sent < image.length) {
      const part = image.subarray(sent, sent + bulk.partBytes);
      const next = bulk.write(sent, part).then(nextOffset);
      // Whoever waits for the first that fails does not wait for the others.
      next.catch(() => undefined);
      sent += part.length;
      onWay.push({ end: sent, next });
    }
    const first = onWay.shift();
    if (first === undefined) break;
    taken = await first.next;
    if (taken !== first.end) {
      // What follows is at an offset that the board does not want, either.
      await Promise.allSettled(onWay.map(({ next }) => next));
      break;
    }
    onProgress(taken, image.length);
  }
  return taken;
}

function nextOffset(answer: Uint8Array): number {
  const { body } = readSmp(answer, cborXBodyCodec);
  throwIfRefused(body);
  if (typeof body.off === 'number') return body.off;
  throw new ShoalError('PROTOCOL_INVALID', 'the board does not say where the upload goes on');
}
