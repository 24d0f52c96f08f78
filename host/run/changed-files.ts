/** Which of some files get another content. Editors write files in place, or put new ones in their place: both count. */
import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Programs that write several files, and editors that write one in pieces, are given so long. */
const SETTLE_MS = 100;

export class ChangedFiles {
  /** By path: what it held when it was last looked at; undefined if it was not there. */
  readonly #contents = new Map<string, string | undefined>();
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed: (path: string) => void;
  #settling: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** `changed` is told one of the files that have changed, perhaps more than once. */
  constructor(changed: (path: string) => void) {
    this.#changed = changed;
  }

  /** Watches a file, by its absolute path, from now on. */
  add(path: string): void {
    if (this.#isClosed || this.#contents.has(path)) return;
    this.#contents.set(path, contentOf(path));
    const folder = dirname(path);
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, (_, name) => {
      if (name === null || this.#isWatched(folder, name)) this.#settle();
    });
    // A folder that is taken away: its files have changed.
    watcher.on('error', () => this.#settle());
    this.#watchers.set(folder, watcher);
  }

  /** Ends the watching. */
  close(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#isClosed = true;
  }

  #isWatched(folder: string, name: string): boolean {
    for (const path of this.#contents.keys()) if (dirname(path) === folder && basename(path) === name) return true;
    return false;
  }

  #settle(): void {
    if (this.#isClosed) return;
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = null;
      for (const [path, before] of this.#contents) {
        if (contentOf(path) !== before) return this.#changed(path);
      }
    }, SETTLE_MS);
  }
}

function contentOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
