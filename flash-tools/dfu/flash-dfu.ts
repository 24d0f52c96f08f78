/** A whole update by USB DFU: the file is checked, the boot loader opened, memory written, and read again. */
import { findUsbDevice, type UsbSelection } from '../../host/links/usb-selection.ts';
import { systemUsb, type UsbSystem } from '../../host/links/usb-surface.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { readDfuFile } from '../../protocol/flash/dfu-file.ts';
import { DfuConnection } from './dfu-connection.ts';
import { type DfuImageOptions, type DfuPlan, planDfu } from './dfu-image.ts';
import { openDfu } from './open-dfu.ts';
import { compareSegments, startAt, writePages } from './write-pages.ts';
import { compareStream, type DfuProof, type OnProgress, writeStream } from './write-stream.ts';

export interface DfuFlashOptions extends DfuImageOptions {
  /** Says what would be done, and does nothing but to read the device's description. */
  readonly isDryRun?: boolean;
  /** Only looks whether the device holds the file. */
  readonly isVerifyOnly?: boolean;
  /** Starts the firmware afterwards on devices with addresses; others start it by themselves. */
  readonly startsAfterwards?: boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Default: the devices of this computer. */
  readonly system?: UsbSystem;
}

export interface DfuReport {
  /** Number and name of each memory that the file is for; none after a dry run of a device whose firmware runs. */
  readonly memories: readonly { readonly number: number; readonly name: string }[];
  readonly lengthBytes: number;
  /** Bytes that the device had already; they were read, not written. */
  readonly presentBytes: number;
  /** How it is known that the device holds the file; null for a dry run. */
  readonly proof: DfuProof | null;
  readonly isDryRun: boolean;
}

/**
 * Brings the firmware of a DFU file onto a device. When it resolves, the device holds it: it was read back, or, where a
 * device cannot be read, it has said so itself.
 *
 * Rejects with PACKAGE_INVALID and PACKAGE_REFUSED before anything is written; with FLASH_REFUSED and the device's
 * reason, FLASH_VERIFY, and what {@link openDfu} rejects with.
 */
export async function flashDfu(
  selection: UsbSelection,
  file: Uint8Array,
  options: DfuFlashOptions = {},
): Promise<DfuReport> {
  // A damaged file is refused before a device is even looked for.
  readDfuFile(file);
  const { system = await systemUsb(), isDryRun = false, isVerifyOnly = false, signal } = options;
  const dfu = isDryRun
    ? await DfuConnection.open(selection, await findUsbDevice(system, selection), signal)
    : await openDfu(system, selection, signal);
  try {
    // Firmware that runs says nothing of its memory, and a dry run does not end it.
    const plans = dfu.isBoot ? planDfu(file, dfu, options) : [];
    const lengthBytes = plans.reduce((sum, { segments }) => sum + lengthOf(segments), 0);
    const memories = plans.map(({ alternate }) => alternate);
    if (isDryRun) return { memories, lengthBytes, presentBytes: 0, proof: null, isDryRun };
    if (isVerifyOnly) {
      for (const plan of plans) await compare(dfu, plan);
      return { memories, lengthBytes, presentBytes: lengthBytes, proof: 'read-back', isDryRun };
    }
    let presentBytes = 0;
    let proof: DfuProof = 'read-back';
    for (const plan of plans) {
      const written = await write(dfu, plan, options.onProgress ?? (() => undefined));
      presentBytes += written.presentBytes;
      if (written.proof === 'status') proof = 'status';
    }
    if (options.startsAfterwards === true) await start(dfu, plans);
    return { memories, lengthBytes, presentBytes, proof, isDryRun };
  } finally {
    await dfu.close();
  }
}

async function write(
  dfu: DfuConnection,
  { alternate, pages, segments }: DfuPlan,
  onProgress: OnProgress,
): Promise<{ readonly presentBytes: number; readonly proof: DfuProof }> {
  await dfu.selectAlternate(alternate.number);
  if (pages !== null) return writePages(dfu, pages, segments, onProgress);
  const bytes = segments[0]?.bytes ?? new Uint8Array(0);
  return { presentBytes: 0, proof: await writeStream(dfu, bytes, onProgress) };
}

async function compare(dfu: DfuConnection, { alternate, pages, segments }: DfuPlan): Promise<void> {
  if (!dfu.capabilities.canUpload) {
    throw new ShoalError('FLASH_REFUSED', `${dfu.name} cannot be read: nobody can say what it holds`);
  }
  await dfu.selectAlternate(alternate.number);
  if (pages !== null) await compareSegments(dfu, segments);
  else for (const { bytes } of segments) await compareStream(dfu, bytes);
}

async function start(dfu: DfuConnection, plans: readonly DfuPlan[]): Promise<void> {
  const plan = plans.find(({ pages }) => pages !== null);
  const [first] = plan?.segments ?? [];
  if (plan === undefined || first === undefined) return;
  await dfu.selectAlternate(plan.alternate.number);
  await startAt(dfu, first.address);
}

function lengthOf(segments: DfuPlan['segments']): number {
  return segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
