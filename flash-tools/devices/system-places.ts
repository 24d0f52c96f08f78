/** Where the operating system shows its devices. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../exit-codes.ts';

/** The folders of Linux in which devices are looked for; others in tests. */
export interface SystemPlaces {
  readonly sys: string;
  readonly dev: string;
  readonly proc: string;
  readonly etc: string;
  /** Whether this user may read and write a file. Root may always. */
  readonly mayUse: (path: string) => boolean;
}

export const SYSTEM_PLACES: SystemPlaces = {
  sys: '/sys',
  dev: '/dev',
  proc: '/proc',
  etc: '/etc',
  mayUse(path) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** Names in a folder, sorted; null if it is not there or may not be read. */
export function namesIn(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}

/** The one line of an attribute file in /sys, or null if it has none. */
export function attribute(folder: string, name: string): string | null {
  try {
    const text = readFileSync(join(folder, name), 'latin1').trim();
    return text === '' ? null : text;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}
