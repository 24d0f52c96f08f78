import { setImmediate } from 'node:timers/promises';
import { ShoalError } from '../../protocol/errors.ts';
import { type BoardWindow, hex } from './board-window.ts';

/** A few milliseconds of work on a slow window: so often progress is shown, and Ctrl-C heard. */
const PART_BYTES = 16 * 1024;

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes that were written, or compared, since the last time. */
  readonly onProgress?: (bytes: number) => void;
}

/** Copies bytes into a board's memory. Rejects with the reason of the signal. */
export async function copyInto(
  window: BoardWindow,
  address: number,
  bytes: Uint8Array,
  { signal, onProgress }: CopyOptions,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    window.write(address + at, part);
    onProgress?.(part.length);
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Copies bytes out of a board's memory. Rejects with the reason of the signal. */
export async function copyOut(
  window: BoardWindow,
  address: number,
  lengthBytes: number,
  { signal, onProgress }: CopyOptions,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at += PART_BYTES) {
    const part = window.read(address + at, Math.min(PART_BYTES, lengthBytes - at));
    bytes.set(part, at);
    onProgress?.(part.length);
    await setImmediate();
    signal.throwIfAborted();
  }
  return bytes;
}

/** Reads memory back. Rejects with FLASH_VERIFY, which says where it differs first; with the reason of the signal. */
export async function verify(
  window: BoardWindow,
  address: number,
  wanted: Uint8Array,
  options: CopyOptions,
): Promise<void> {
  const found = await copyOut(window, address, wanted.length, options);
  const at = wanted.findIndex((byte, index) => byte !== found[index]);
  if (at < 0) return;
  const [want = 0, got = 0] = [wanted[at], found[at]];
  throw new ShoalError(
    'FLASH_VERIFY',
    `read back at ${hex(address + at)}: ${hex(got)} where ${hex(want)} was written`,
    {
      hint: 'Does a program on the board write there? `shoal reset` stops its cores. Otherwise the memory is bad.',
      details: { address: address + at, wanted: want, found: got },
    },
  );
}
