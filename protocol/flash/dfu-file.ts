/**
 * Files for DFU: what is downloaded, and a suffix of 16 bytes that says for which device (DFU 1.1, appendix B). Files of
 * DfuSe (UM0391) hold several images, each with its address, in front of that suffix. All fields are little endian.
 */
import { ShoalError } from '../errors.ts';
import { CRC_32, CRC_START, crcUpdate } from '../frame/crc.ts';

/** In a suffix: any. */
export const ANY_ID = 0xffff;

export interface DfuSuffix {
  readonly vendorId: number;
  readonly productId: number;
  /** In binary-coded decimal. */
  readonly deviceVersion: number;
  readonly dfuVersion: number;
}

/** Bytes for an address; the plain format has one, of address null. */
export interface DfuElement {
  readonly address: number | null;
  readonly bytes: Uint8Array;
}

/** What one alternate setting gets; null if the file does not say which. */
export interface DfuTarget {
  readonly alternate: number | null;
  readonly elements: readonly DfuElement[];
}

export interface DfuFile {
  /** Null if the file has none: then nothing says for what it is, or that it is whole. */
  readonly suffix: DfuSuffix | null;
  readonly targets: readonly DfuTarget[];
}

const SUFFIX_BYTES = 16;
const CRC_BYTES = 4;
const PREFIX_BYTES = 11;
const TARGET_HEAD_BYTES = 274;
const ELEMENT_HEAD_BYTES = 8;

/** Reads a file. Throws PACKAGE_INVALID if its checksum is wrong or what is in it is cut. */
export function readDfuFile(file: Uint8Array): DfuFile {
  const suffix = readSuffix(file);
  if (suffix === null) return { suffix, targets: [{ alternate: null, elements: [{ address: null, bytes: file }] }] };
  const content = file.subarray(0, file.length - suffix.lengthBytes);
  const isDfuSe = startsWith(content, 'DfuSe');
  const targets = isDfuSe ? readTargets(content) : [{ alternate: null, elements: [{ address: null, bytes: content }] }];
  return { suffix, targets };
}

function readSuffix(file: Uint8Array): (DfuSuffix & { readonly lengthBytes: number }) | null {
  const start = file.length - SUFFIX_BYTES;
  if (start < 0 || !startsWith(file.subarray(start + 8), 'UFD')) return null;
  const view = new DataView(file.buffer, file.byteOffset + start, SUFFIX_BYTES);
  const lengthBytes = view.getUint8(11);
  if (view.getUint32(12, true) !== dfuChecksum(file)) {
    throw invalid('its checksum is wrong: it is damaged, or was changed after it was made');
  }
  if (lengthBytes < SUFFIX_BYTES || lengthBytes > file.length)
    throw invalid(`its suffix says to be ${lengthBytes} bytes long`);
  return {
    deviceVersion: view.getUint16(0, true),
    productId: view.getUint16(2, true),
    vendorId: view.getUint16(4, true),
    dfuVersion: view.getUint16(6, true),
    lengthBytes,
  };
}

function readTargets(content: Uint8Array): readonly DfuTarget[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < PREFIX_BYTES || view.getUint32(6, true) !== content.length)
    throw invalid('its length is not what it says');
  const targets: DfuTarget[] = [];
  let at = PREFIX_BYTES;
  const take = (lengthBytes: number): number => {
    if (lengthBytes > content.length - at) throw invalid('it ends in the middle of an image');
    at += lengthBytes;
    return at - lengthBytes;
  };
  for (let count = view.getUint8(10); count > 0; count--) {
    const head = take(TARGET_HEAD_BYTES);
    if (!startsWith(content.subarray(head), 'Target')) throw invalid('an image has no head');
    const elements: DfuElement[] = [];
    for (let left = view.getUint32(head + 270, true); left > 0; left--) {
      const element = take(ELEMENT_HEAD_BYTES);
      const lengthBytes = view.getUint32(element + 4, true);
      const from = take(lengthBytes);
      elements.push({ address: view.getUint32(element, true), bytes: content.subarray(from, from + lengthBytes) });
    }
    targets.push({ alternate: view.getUint8(head + 6), elements });
  }
  return targets;
}

/** Of a whole file: CRC-32 over all but the last four bytes, not inverted at the end. */
export function dfuChecksum(file: Uint8Array): number {
  return crcUpdate(CRC_32, CRC_START, file, 0, file.length - CRC_BYTES) >>> 0;
}

function invalid(what: string): ShoalError {
  return new ShoalError('PACKAGE_INVALID', `this DFU file cannot be used: ${what}`, {
    hint: 'get it again from where it came; `dfu-suffix --check FILE` looks at it as well',
  });
}

function ascii(text: string): number[] {
  return Array.from(text, (_, index) => text.charCodeAt(index));
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return ascii(text).every((code, index) => bytes[index] === code);
}
