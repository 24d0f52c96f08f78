/** From a file and a device to what is to be written where; everything that can be refused is refused here. */
import { ShoalError } from '../../protocol/errors.ts';
import { DFUSE_VERSION } from '../../protocol/flash/dfu.ts';
import { ANY_ID, type DfuElement, readDfuFile } from '../../protocol/flash/dfu-file.ts';
import { type DfuSePage, parseDfuSeLayout } from '../../protocol/flash/dfuse-layout.ts';
import type { DfuAlternate, DfuConnection } from './dfu-connection.ts';

export interface DfuImageOptions {
  /** Number or name of the alternate setting; default: what the file says, or the only one. */
  readonly alternate?: string;
  /** Where a file without addresses goes, for devices with addresses; default: where their memory begins. */
  readonly address?: number;
  /** Take a file without a suffix: then nothing says that it is whole, or for this device. */
  readonly isPlain?: boolean;
}

/** What goes into one memory. */
export interface DfuPlan {
  readonly alternate: DfuAlternate;
  /** Pages of a memory with addresses; null without. */
  readonly pages: readonly DfuSePage[] | null;
  readonly segments: readonly DfuSegment[];
}

/** Bytes and where they begin: an address, or 0 in memory without. */
export interface DfuSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * Throws PACKAGE_INVALID for a file that is damaged or has no suffix, PACKAGE_REFUSED for one of another device or for
 * memory that this one does not have, USAGE if it is not clear which memory is meant.
 */
export function planDfu(
  file: Uint8Array,
  device: Pick<DfuConnection, 'name' | 'ids' | 'alternates' | 'capabilities'>,
  options: DfuImageOptions = {},
): readonly DfuPlan[] {
  const { suffix, targets } = readDfuFile(file);
  if (suffix === null && options.isPlain !== true) {
    throw new ShoalError(
      'PACKAGE_INVALID',
      'the file has no DFU suffix: nothing says that it is whole and for this device',
      {
        hint: 'add one with `dfu-suffix --add FILE`, or say --plain if you are sure',
      },
    );
  }
  if (
    suffix !== null &&
    !(isFor(suffix.vendorId, device.ids.vendorId) && isFor(suffix.productId, device.ids.productId))
  ) {
    throw new ShoalError(
      'PACKAGE_REFUSED',
      `the file is for the device ${idText(suffix)}, not for ${idText(device.ids)}`,
      {
        hint: 'is it the right file, and the right board?',
      },
    );
  }
  const plans = targets.map(({ alternate, elements }) => {
    const chosen = chooseAlternate(device, options.alternate, alternate);
    const layout = device.capabilities.version === DFUSE_VERSION ? parseDfuSeLayout(chosen.name) : undefined;
    if (layout === undefined)
      return { alternate: chosen, pages: null, segments: withoutAddresses(device.name, elements) };
    const start = options.address ?? layout.pages[0]?.address ?? 0;
    const segments = elements.map(({ address, bytes }) => ({ address: address ?? start, bytes }));
    for (const segment of segments) checkRange(segment, layout.pages, chosen);
    return { alternate: chosen, pages: layout.pages, segments };
  });
  if (plans.every(({ segments }) => segments.every(({ bytes }) => bytes.length === 0))) {
    throw new ShoalError('PACKAGE_INVALID', 'the file holds no firmware');
  }
  return plans;
}

function isFor(wanted: number, id: number): boolean {
  return wanted === ANY_ID || wanted === id;
}

function idText({ vendorId, productId }: { readonly vendorId: number; readonly productId: number }): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}

/** The memory that is wanted, or that the file is for, or the only one. Throws USAGE. */
export function chooseAlternate(
  { name, alternates }: Pick<DfuConnection, 'name' | 'alternates'>,
  wanted: string | undefined,
  ofFile: number | null,
): DfuAlternate {
  const isWanted = ({ number, name: text }: DfuAlternate): boolean =>
    wanted === undefined ? number === ofFile : wanted === String(number) || text === wanted || titleOf(text) === wanted;
  const matching = wanted === undefined && ofFile === null ? alternates : alternates.filter(isWanted);
  const [first] = matching;
  if (first !== undefined && matching.length === 1) return first;
  const list = alternates.map(({ number, name: text }) => `${number} '${titleOf(text)}'`).join(', ');
  const what = first === undefined ? `has no memory ${wanted ?? ofFile}` : 'has several memories';
  throw new ShoalError('USAGE', `${name} ${what}`, { hint: `say which with --alt: ${list}` });
}

function titleOf(name: string): string {
  return parseDfuSeLayout(name)?.name ?? name;
}

function withoutAddresses(name: string, elements: readonly DfuElement[]): readonly DfuSegment[] {
  const [first] = elements;
  if (first === undefined || elements.length > 1 || first.address !== null) {
    throw new ShoalError('PACKAGE_REFUSED', `the file has addresses, and the memory of ${name} has none`);
  }
  return [{ address: 0, bytes: first.bytes }];
}

function checkRange({ address, bytes }: DfuSegment, pages: readonly DfuSePage[], alternate: DfuAlternate): void {
  let covered = address;
  for (const page of [...pages].sort((a, b) => a.address - b.address)) {
    if (page.isWritable && page.address <= covered && covered < page.address + page.lengthBytes) {
      covered = page.address + page.lengthBytes;
    }
  }
  if (covered >= address + bytes.length) return;
  const range = `0x${address.toString(16)} to 0x${(address + bytes.length).toString(16)}`;
  throw new ShoalError('PACKAGE_REFUSED', `the file wants ${range}, which '${titleOf(alternate.name)}' does not have`, {
    hint: `its memory: ${alternate.name}`,
  });
}
