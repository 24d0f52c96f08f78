import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../exit-codes.ts';
import { namesIn, type SystemPlaces } from './system-places.ts';

/**
 * Which other process has a file open, as `minicom (process 812)`; null if none that this user may look into. Linux.
 */
export function fileHolder(path: string, { proc }: Pick<SystemPlaces, 'proc'>): string | null {
  for (const pid of namesIn(proc) ?? []) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const descriptors = join(proc, pid, 'fd');
    if (!(namesIn(descriptors) ?? []).some((name) => targetOf(join(descriptors, name)) === path)) continue;
    return `${nameOf(join(proc, pid)) ?? 'a program'} (process ${pid})`;
  }
  return null;
}

/** Processes end while they are looked at. */
function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}

function nameOf(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'comm'), 'utf8').trim();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}
