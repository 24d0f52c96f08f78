/** The disk of an emulated control processor: files in memory, by path. */

export interface VirtualDiskOptions {
  /** Files that are there at the start, by absolute path. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Default 16 MiB. */
  readonly capacityBytes?: number;
}

const DEFAULT_CAPACITY_BYTES = 0x100_0000;

const FOLDER = -1;
const NOTHING = -2;

/** Paths begin with `/` and have neither `.`, `..` nor empty parts; whoever calls has seen to that. */
export class VirtualDisk {
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #folders = new Set<string>(['/']);
  readonly #capacityBytes: number;

  constructor({ files = {}, capacityBytes = DEFAULT_CAPACITY_BYTES }: VirtualDiskOptions = {}) {
    this.#capacityBytes = capacityBytes;
    for (const [path, content] of Object.entries(files)) {
      for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) this.#folders.add(path.slice(0, at));
      this.#files.set(path, Uint8Array.from(typeof content === 'string' ? new TextEncoder().encode(content) : content));
    }
  }

  size(path: string): number {
    return this.#files.get(path)?.length ?? (this.#folders.has(path) ? FOLDER : NOTHING);
  }

  read(path: string, offset: number, lengthBytes: number): ArrayBuffer {
    return (this.#files.get(path) ?? new Uint8Array()).slice(offset, offset + lengthBytes).buffer;
  }

  write(path: string, offset: number, bytes: ArrayBuffer): void {
    const content = this.#files.get(path) ?? new Uint8Array();
    const end = offset + bytes.byteLength;
    const grown = end > content.length ? new Uint8Array(end) : content;
    if (grown !== content) grown.set(content);
    grown.set(new Uint8Array(bytes), offset);
    this.#files.set(path, grown);
  }

  truncate(path: string, lengthBytes: number): void {
    this.#files.set(path, (this.#files.get(path) ?? new Uint8Array()).slice(0, lengthBytes));
  }

  list(path: string): string {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.#files.keys(), ...this.#folders]
      .filter((found) => found.startsWith(prefix) && found.length > prefix.length)
      .map((found) => found.slice(prefix.length))
      .filter((name) => !name.includes('/'));
    return names.sort().join('\n');
  }

  remove(path: string): void {
    this.#files.delete(path);
    if (path !== '/') this.#folders.delete(path);
  }

  makeFolder(path: string): void {
    this.#folders.add(path);
  }

  rename(from: string, to: string): void {
    const content = this.#files.get(from);
    if (content === undefined || from === to) return;
    this.#files.set(to, content);
    this.#files.delete(from);
  }

  freeBytes(): number {
    let used = 0;
    for (const content of this.#files.values()) used += content.length;
    return Math.max(0, this.#capacityBytes - used);
  }
}
