import { ShoalError } from '../../protocol/errors.ts';
import type { MemoryFile } from './memory-file.ts';

const HINT =
  "Write 'mem:/dev/shm/board' for the file of an emulated board, 'mem:/dev/epiphany/mesh0,board=parallella-16', " +
  "'mem:FILE@0x80000000,board=NAME' for where in a file the window begins, or 'pcie:0000:01:00.0,board=NAME'.";

/**
 * What stands behind `mem:` and `pcie:` in `selector`: `PLACE[@OFFSET][,board=NAME]`. `fileOf` gives the file of a place.
 * Throws SELECTOR_INVALID.
 */
export function parseMemoryPlace(selector: string, fileOf: (place: string) => string | null): MemoryFile {
  const match = /^[a-z]+:([^,@]+)(?:@(0x[0-9a-f]{1,12}|\d{1,15}))?(?:,board=([a-z0-9-]+))?$/i.exec(selector);
  const [, place = '', offset, board] = match ?? [];
  const path = match === null ? null : place.startsWith('/') ? place : fileOf(place);
  if (path === null) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no memory window`, { hint: HINT });
  }
  if (Number(offset ?? 0) % 4096 !== 0) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}': the offset is no multiple of 4096`, { hint: HINT });
  }
  return {
    path,
    ...(offset === undefined ? {} : { offset: Number(offset) }),
    ...(board === undefined ? {} : { board }),
  };
}
