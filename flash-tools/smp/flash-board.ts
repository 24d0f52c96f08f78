/** A whole update of a board by SMP: upload, trial, restart, confirmation; a success is what the board itself lists. */
import { setTimeout as delay } from 'node:timers/promises';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { readImage, sameBytes, versionText } from '../../protocol/flash/mcuboot-image.ts';
import { RC_BUSY } from '../../protocol/flash/smp.ts';
import { plainMessage } from '../error-text.ts';
import type { SmpClient, SmpImage } from './smp-client.ts';
import { uploadImage } from './upload-image.ts';

export interface FlashOptions {
  /** Says what would be done, and does nothing. */
  readonly isDryRun?: boolean;
  /** Only looks whether the board runs this image, confirmed. */
  readonly isVerifyOnly?: boolean;
  /** Refused by the board unless the version is higher than the confirmed one's. */
  readonly onlyUpgrade?: boolean;
  /** For the board to come back after its restart. Default 60 000 ms. */
  readonly restartMs?: number;
  /** The slot that the image must go into; the board decides, this only refuses another one. */
  readonly slot?: number;
  /** Begins the upload anew, even if the board has a part of it. */
  readonly fromStart?: boolean;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface FlashReport {
  readonly version: string;
  /** Hash that names the image, in hexadecimal. */
  readonly hash: string;
  readonly lengthBytes: number;
  /** What was done, or would be: `upload`, `test`, `reset`, `confirm`; nothing if the board runs it already. */
  readonly steps: readonly string[];
  /** The board had so many bytes of it already. */
  readonly resumedFrom: number;
  /** How it was, or would be, sent: by our own link to the board's runtime, or by SMP. */
  readonly way: 'link' | 'smp';
  readonly isDryRun: boolean;
}

const RESTART_MS = 60_000;
const POLL_MS = 250;

/**
 * Brings an image onto a board. After it resolves the board runs the image and will start it again, unless it was a dry
 * run. The old image stays in the other slot; if anything fails, the board goes on with it or back to it by itself.
 *
 * Throws PACKAGE_INVALID, FLASH_NO_SLOT, FLASH_VERIFY, LINK_TIMEOUT, what {@link SmpClient.request} throws, the reason of
 * the signal.
 */
export async function flashBoard(
  client: SmpClient,
  image: Uint8Array,
  options: FlashOptions = {},
): Promise<FlashReport> {
  const { hash, version } = readImage(image);
  const { isDryRun = false, isVerifyOnly = false, restartMs = RESTART_MS, signal } = options;
  const before = await client.images();
  const present = before.find(isImage(hash));
  const report = (steps: readonly string[], resumedFrom = 0): FlashReport => ({
    version: versionText(version),
    hash: Buffer.from(hash).toString('hex'),
    lengthBytes: image.length,
    steps,
    resumedFrom,
    way: client.bulk === undefined ? 'smp' : 'link',
    isDryRun,
  });
  if (present?.isActive && present.isConfirmed) return report([]);
  if (isVerifyOnly) throw notInstalled(versionText(version), before);
  if (options.slot !== undefined) refuseUsedSlot(options.slot, before);
  refuseTrial(before);
  // A board without any image starts the first one without a trial: there is nothing to go back to.
  const isFirst = before.length === 0;
  const steps = isFirst ? ['upload', 'reset'] : ['upload', 'test', 'reset', 'confirm'];
  if (isDryRun) return report(steps);

  const { onProgress, onlyUpgrade = false } = options;
  if (options.fromStart === true) await client.erase();
  const upload = await uploadImage(client, image, {
    onlyUpgrade,
    ...(onProgress === undefined ? {} : { onProgress }),
  }).catch((error: unknown) => {
    throw isShoalError(error) && error.retryable ? cutShort(error) : error;
  });
  if (options.slot !== undefined) await refuseOtherSlot(client, options.slot, hash);
  if (!isFirst) await client.test(hash);
  await client.reset();
  await restarted(client, hash, restartMs, signal);
  const after = (await client.images()).find(isImage(hash));
  if (!after?.isActive || !after.isConfirmed) {
    throw new ShoalError('FLASH_VERIFY', 'the board was told to keep the image, but does not list it as confirmed');
  }
  return report(steps, upload.resumedFrom);
}

/** An error of the link in the middle of an upload, with what is true of the board then. */
function cutShort(error: ShoalError): ShoalError {
  const { code, details } = error;
  return new ShoalError(code, plainMessage(error), {
    hint: 'What runs on the board was not changed. Run the command again: the upload goes on where it was.',
    retryable: true,
    details,
    cause: error,
  });
}

/**
 * Resolves when the image runs, serves calls and is confirmed. Throws FLASH_VERIFY if another one runs, or nothing in
 * time.
 */
async function restarted(
  client: SmpClient,
  hash: Uint8Array,
  restartMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + restartMs;
  let last: readonly SmpImage[] = [];
  while (Date.now() < deadline) {
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
    try {
      last = await client.images();
      const running = last.find(({ isActive }) => isActive);
      // An image that does not serve calls yet cannot be confirmed; what does not in time is rolled back by the board.
      if (running !== undefined && isImage(hash)(running) && (await isConfirmedNow(client))) return;
      if (running?.isConfirmed && !isImage(hash)(running) && last.some(isImage(hash))) break;
    } catch (error) {
      // It is restarting.
      if (!isShoalError(error) || !error.retryable) throw error;
    }
  }
  throw new ShoalError('FLASH_VERIFY', `the board did not start the image${runningText(last)}`, {
    hint: 'The image that ran before runs again, or will after the next reset. Its journal says why the new one failed.',
  });
}

/** Confirms what runs; false if that is too early. */
async function isConfirmedNow(client: SmpClient): Promise<boolean> {
  try {
    await client.confirm(null);
    return true;
  } catch (error) {
    if (isShoalError(error, 'FLASH_REFUSED') && error.details.code === RC_BUSY && error.details.isGroupCode === false)
      return false;
    throw error;
  }
}

function isImage(hash: Uint8Array): (image: SmpImage) => boolean {
  return (image) => image.hash !== null && sameBytes(image.hash, hash);
}

/** Throws FLASH_NO_SLOT if the slot holds what runs, or what is started next. */
function refuseUsedSlot(slot: number, images: readonly SmpImage[]): void {
  const used = images.find((image) => image.slot === slot && (image.isActive || image.isConfirmed));
  if (used === undefined) return;
  const why = used.isActive ? 'runs' : 'is the one to go back to';
  throw new ShoalError('FLASH_NO_SLOT', `slot ${slot} holds ${used.version}, which ${why}`, {
    hint: 'A board is only flashed into its other slot; without --slot that one is taken.',
  });
}

/** Throws FLASH_NO_SLOT if the image that runs is not confirmed: then both slots are needed. */
function refuseTrial(images: readonly SmpImage[]): void {
  const trial = images.find(({ isActive, isConfirmed }) => isActive && !isConfirmed);
  if (trial === undefined || !images.some(({ isConfirmed }) => isConfirmed)) return;
  throw new ShoalError('FLASH_NO_SLOT', `${trial.version} is on trial in slot ${trial.slot}: both slots are needed`, {
    hint: '`shoal reset` goes back to the one before, or wait until it is confirmed.',
  });
}

/** Throws FLASH_VERIFY if the board put the image elsewhere. It will not start it by itself. */
async function refuseOtherSlot(client: SmpClient, slot: number, hash: Uint8Array): Promise<void> {
  const found = (await client.images()).find(isImage(hash));
  if (found?.slot === slot) return;
  throw new ShoalError('FLASH_VERIFY', `the board put the image into slot ${found?.slot}, not into ${slot}`, {
    hint: 'Nothing was started. Without --slot it is taken from where it is.',
  });
}

function runningText(images: readonly SmpImage[]): string {
  const running = images.find(({ isActive }) => isActive);
  return running === undefined ? '' : `: it runs ${running.version}`;
}

function notInstalled(version: string, images: readonly SmpImage[]): ShoalError {
  return new ShoalError('FLASH_VERIFY', `the board does not run ${version} from this package${runningText(images)}`, {
    hint: 'Without --verify-only it is flashed.',
  });
}
