/**
 * How `shoal run --watch` learns which files a program has read: the program's process writes their names, one a line,
 * into a pipe. It does so in whatever thread reads them, so the place where names go is kept in the thread's global
 * object, which all copies of this file share.
 */
import { writeSync } from 'node:fs';

const REPORTER: unique symbol = Symbol.for('shoal.usedFiles') as never;

interface Reporting {
  [REPORTER]?: (path: string) => void;
}

/** Where the reports of a process go: `descriptor` is its end of the pipe. */
export interface ReportTarget {
  readonly descriptor: number;
  /** The process that reads. A process that only inherits the options of a watched program has another parent. */
  readonly reader: number;
}

/** Tells whoever watches this program that it has read the file, by its absolute path. */
export function reportUsedFile(path: string): void {
  (globalThis as Reporting)[REPORTER]?.(path);
}

/** Begins to report in this thread. */
export function reportUsedFilesTo({ descriptor, reader }: ReportTarget): void {
  if (process.ppid !== reader) return;
  const told = new Set<string>();
  (globalThis as Reporting)[REPORTER] = (path) => {
    if (told.has(path) || path.includes('/node_modules/')) return;
    told.add(path);
    try {
      writeSync(descriptor, `${path}\n`);
    } catch {
      // Nobody reads any more; the program goes on.
    }
  };
}

/** The target in the URL of register.js, or null. */
export function reportTargetOf(url: string): ReportTarget | null {
  const { searchParams } = new URL(url);
  const [descriptor, reader] = [searchParams.get('report'), searchParams.get('reader')];
  return descriptor === null || reader === null ? null : { descriptor: Number(descriptor), reader: Number(reader) };
}
