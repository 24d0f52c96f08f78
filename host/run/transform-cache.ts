import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportUsedFile } from './used-files.ts';

/** A transformed module, and what it was made of. */
export interface MadeModule {
  /** JavaScript, with its source map in a comment. */
  readonly code: string;
  /** The text of all files that took part, by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
}

interface Entry {
  readonly versions: string;
  readonly files: readonly { readonly path: string; readonly hash: string }[];
  readonly code: string;
}

/**
 * Transformed modules on disk: one entry for each source file, valid as long as the text of every file that took part
 * and the versions of the tools are the same. An entry is written to a temporary name and renamed, so that programs that
 * start at the same time do not see half of it. Whatever cannot be read, or does not agree with its checksum, counts as
 * not there; whatever cannot be written is left.
 */
export class TransformCache {
  readonly #directory: string;

  constructor(directory: string = defaultCacheDirectory()) {
    this.#directory = directory;
  }

  /** The code that was made of `file` when it had this text, and all files that took part the text that they have now. */
  async get(file: string, source: string): Promise<string | null> {
    const entry = await readEntry(this.#pathOf(file));
    if (entry === null || entry.versions !== toolVersions()) return null;
    for (const { path, hash } of entry.files) {
      reportUsedFile(path);
      const text = path === file ? source : await readFile(path, 'utf8').catch(() => null);
      if (text === null || hashOf(text) !== hash) return null;
    }
    return entry.code;
  }

  async put(file: string, { code, sources }: MadeModule): Promise<void> {
    const path = this.#pathOf(file);
    const temporary = `${path}.${randomUUID()}`;
    const files = [...sources].map(([name, text]) => ({ path: name, hash: hashOf(text) }));
    const body = JSON.stringify({ versions: toolVersions(), files, code } satisfies Entry);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, `${hashOf(body)}\n${body}`);
      await rename(temporary, path);
    } catch {
      // A full or read-only disk costs time, not the program.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #pathOf(file: string): string {
    return join(this.#directory, `${hashOf(file)}.json`);
  }
}

async function readEntry(path: string): Promise<Entry | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end === -1 || hashOf(body) !== text.slice(0, end)) return null;
  return JSON.parse(body) as Entry;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where programs of this user keep what can be made again. */
export function defaultCacheDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homedir();
  const base = {
    win32: environment.LOCALAPPDATA ?? join(home, 'AppData/Local'),
    darwin: join(home, 'Library/Caches'),
    other: environment.XDG_CACHE_HOME ?? join(home, '.cache'),
  }[platform === 'win32' || platform === 'darwin' ? platform : 'other'];
  return join(base, 'shoal', 'modules');
}

let versions: string | null = null;

/** Changes whenever the same source could give other code: package, tools, and in a checkout the last build. */
function toolVersions(): string {
  if (versions !== null) return versions;
  const root = packageRoot();
  const require = createRequire(import.meta.url);
  const versionOf = (path: string): string =>
    String((JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version);
  const parts = [
    versionOf(join(root, 'package.json')),
    process.version,
    versionOf(require.resolve('esbuild/package.json')),
    versionOf(require.resolve('typescript/package.json')),
  ];
  const builds = ['protocol', 'boards', 'compiler', 'host'].map((name) => join(root, 'dist/.tsbuildinfo', name));
  const library = ['compiler/front-end/kernel-lib/kernel.d.ts', 'device/kernel/index.ts'].map((f) => join(root, f));
  for (const file of [...builds, ...library]) {
    const state = statSync(file, { throwIfNoEntry: false });
    if (state !== undefined) parts.push(`${state.mtimeMs}:${state.size}`);
  }
  versions = parts.join(' ');
  return versions;
}

/** The folder of this package, whether this file runs as source or from dist. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
