/** A window into a board by a file that is, or shows, its memory. */
import { realpathSync } from 'node:fs';
import type { BoardDescription } from '../../boards/board.ts';
import { findBoard } from '../../boards/registry.ts';
import { type WindowPart, windowLayout } from '../../boards/window-layout.ts';
import { type MappedPart, MappedWindow } from '../../protocol/cores/mapped-window.ts';
import { boardOfPort, PORT_BYTES, RegisterPortClient } from '../../protocol/cores/register-port.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { claimLink, type LinkClaim } from './link-claim.ts';
import { type MappableFile, type MappedMemory, openMappable } from './mapped-memory.ts';
import { waitUntil } from './wait-until.ts';

export interface MemoryFile {
  readonly path: string;
  /** Where the window begins in the file, a multiple of 4096; by default as {@link defaultOffset} says. */
  readonly offset?: number;
  /** What the board is. A board that `shoal emulate --memory` runs says so itself. */
  readonly board?: string;
}

export interface OpenMemoryFile {
  readonly board: BoardDescription;
  readonly window: MappedWindow;
  /** Of an emulated board: changes as long as it runs, null when it has ended. */
  readonly beat: (() => number | null) | null;
  /** What is thrown when it changes no longer. */
  readonly lost: () => ShoalError;
  /** The window must not be used afterwards. */
  close(): void;
}

const MADE_BY = '`shoal emulate --memory`';

/** Devices that are mapped by the board's own addresses: Epiphany's drivers, and physical memory. */
const OWN_ADDRESSES: readonly RegExp[] = [/^\/dev\/epiphany(\/mesh\d+)?$/, /^\/dev\/mem$/];
/** Those that know shared memory by its physical address only. */
const PHYSICAL_ADDRESSES: readonly RegExp[] = [/^\/dev\/epiphany$/, /^\/dev\/mem$/];

const isOne = (path: string, patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(path));

/** Where the window of a board begins in a file: at its own address in devices that have the board's, else at 0. */
export function defaultOffset(path: string, board: BoardDescription): number {
  return isOne(path, OWN_ADDRESSES) ? windowLayout(board).address : 0;
}

/** Where a part of a board's window is in a file in which the window begins at `start`. */
export function placeInFile(part: WindowPart, path: string, start: number, board: BoardDescription): number {
  const physical = board.sharedMemory?.physicalAddress;
  if (part.kind === 'shared memory' && physical !== undefined && isOne(path, PHYSICAL_ADDRESSES)) return physical;
  return start + (part.address - windowLayout(board).address);
}

/**
 * Maps a board's memory, for this program alone. Rejects with LINK_DRIVER_MISSING, PERMISSION_DENIED, LINK_UNAVAILABLE if
 * there is no such file, or if it is too small or cannot be mapped; LINK_BUSY if another program has it; SELECTOR_INVALID
 * if nothing says which board it is; BOARD_UNKNOWN; the signal's reason.
 */
export async function openMemoryFile(memory: MemoryFile, signal?: AbortSignal): Promise<OpenMemoryFile> {
  const { path } = memory;
  const file = await openMappable(path, MADE_BY);
  const mapped: MappedMemory[] = [];
  let claim: LinkClaim | undefined;
  const map = (at: number, lengthBytes: number): Uint8Array => {
    const part = file.map(at, lengthBytes);
    mapped.push(part);
    return part.bytes;
  };
  const close = (): void => {
    for (const { unmap } of mapped.splice(0)) unmap();
    claim?.release();
  };
  try {
    claim = await claimLink(`mem:${realpathSync(path)}@0x${(memory.offset ?? 0).toString(16)}`, signal);
    return { ...windowOf(file, map, memory), close };
  } catch (error) {
    close();
    throw error;
  } finally {
    file.close();
  }
}

function windowOf(
  file: MappableFile,
  map: (at: number, lengthBytes: number) => Uint8Array,
  { path, offset, board: wanted }: MemoryFile,
): Omit<OpenMemoryFile, 'close'> {
  // A device of which it is known what it is is not read where it may have nothing.
  const mayHavePort = file.lengthBytes > 0 && (wanted === undefined || !file.isDevice);
  const port = mayHavePort ? map(offset ?? 0, PORT_BYTES) : null;
  const emulated = port === null ? null : boardOfPort(port);
  const name = wanted ?? emulated;
  if (name === null) {
    throw new ShoalError('SELECTOR_INVALID', `${path} does not say which board it is the memory of`, {
      hint: `write it behind the file: ,board=parallella-16. Without that it must be a file of ${MADE_BY}.`,
    });
  }
  if (emulated !== null && emulated !== name) {
    throw new ShoalError('LINK_UNAVAILABLE', `${path} is the memory of a ${emulated}, not of a ${name}`);
  }
  const board = findBoard(name);
  const { parts } = windowLayout(board);
  const start = offset ?? defaultOffset(path, board);
  const client = emulated === null || port === null ? null : new RegisterPortClient(port, path, waitUntil);
  const mapped = parts
    .filter(({ kind }) => client === null || kind !== 'registers')
    .map(
      (part): MappedPart => ({
        address: part.address,
        bytes: map(placeInFile(part, path, start, board), part.lengthBytes),
      }),
    );
  return {
    board,
    window: new MappedWindow(mapped, client),
    beat: client === null ? null : () => client.beat,
    lost: () => client?.lost() ?? new ShoalError('LINK_LOST', `${path} does not answer`),
  };
}
