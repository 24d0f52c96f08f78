/**
 * A folder on a disk whose power can be cut. Only what was synced is durable: contents of files by `sync`, that a file
 * exists under a name by `syncFolder`. Of the rest any part may survive a cut: each sector of each write, each change
 * of the folder, for itself.
 */
import type { SlotStorage } from '../../../device/boot/slot-storage.ts';

const SECTOR_BYTES = 512;

export class PowerCut extends Error {}

/** Where the power is cut: before the operation with this number, after so many of its sectors, or after it. */
export interface Cut {
  readonly operation: number;
  /** 0: before it; more than the operation has: after it. */
  readonly sectors: number;
}

/** What a disk holds for good. */
export type Disk = ReadonlyMap<string, Uint8Array>;

interface SectorWrite {
  readonly file: File;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface File {
  /** As programs see it, with room to grow behind `lengthBytes`. */
  buffer: Uint8Array;
  lengthBytes: number;
  /** What is durable. */
  durable: Uint8Array;
}

type FolderChange = { readonly name: string; readonly file: File | null };

export class SimulatedStorage implements SlotStorage {
  readonly #cut: Cut | null;
  readonly #capacityBytes: number;
  readonly #files = new Map<string, File>();
  #durableFolder: ReadonlyMap<string, File>;
  #sectors: SectorWrite[] = [];
  #changes: FolderChange[][] = [];
  /** How many sectors each operation had, 0 for those that write none. */
  readonly operations: number[] = [];

  constructor(disk: Disk, cut: Cut | null = null, capacityBytes = 0x100_0000) {
    for (const [name, bytes] of disk) this.#files.set(name, fileOf(bytes));
    this.#durableFolder = new Map(this.#files);
    this.#cut = cut;
    this.#capacityBytes = capacityBytes;
  }

  read(name: string): Uint8Array | null {
    const file = this.#files.get(name);
    return file === undefined ? null : file.buffer.slice(0, file.lengthBytes);
  }

  create(name: string): void {
    this.#operation(0, () => this.#change([{ name, file: fileOf(new Uint8Array()) }]));
  }

  write(name: string, offset: number, bytes: Uint8Array): void {
    const file = this.#file(name);
    if (offset > file.lengthBytes) throw new Error(`a hole in ${name}`);
    const parts: SectorWrite[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + SECTOR_BYTES - ((offset + at) % SECTOR_BYTES));
      parts.push({ file, offset: offset + at, bytes: bytes.slice(at, end) });
      at = end;
    }
    this.#operation(parts.length, (count) => {
      for (const part of parts.slice(0, count)) {
        writeInto(file, part);
        this.#sectors.push(part);
      }
    });
  }

  sync(name: string): void {
    const file = this.#file(name);
    this.#operation(0, () => {
      file.durable = file.buffer.slice(0, file.lengthBytes);
      this.#sectors = this.#sectors.filter((part) => part.file !== file);
    });
  }

  rename(from: string, to: string): void {
    const file = this.#file(from);
    this.#operation(0, () =>
      this.#change([
        { name: to, file },
        { name: from, file: null },
      ]),
    );
  }

  remove(name: string): void {
    if (!this.#files.has(name)) return;
    this.#operation(0, () => this.#change([{ name, file: null }]));
  }

  syncFolder(): void {
    this.#operation(0, () => {
      this.#durableFolder = new Map(this.#files);
      this.#changes = [];
    });
  }

  freeBytes(): number {
    let used = 0;
    for (const { lengthBytes } of this.#files.values()) used += lengthBytes;
    return Math.max(0, this.#capacityBytes - used);
  }

  /** Parts that a cut may keep or lose. */
  get undecided(): number {
    return this.#sectors.length + this.#changes.length;
  }

  /** The disk after a cut that keeps the undecided part `index` if `keeps(index)`. */
  afterCut(keeps: (index: number) => boolean): Disk {
    const contents = new Map<File, File>();
    this.#sectors.forEach((part, index) => {
      if (!keeps(index)) return;
      const copy = contents.get(part.file) ?? fileOf(part.file.durable.slice());
      contents.set(part.file, copy);
      writeInto(copy, part);
    });
    const folder = new Map(this.#durableFolder);
    this.#changes.forEach((changes, index) => {
      if (keeps(this.#sectors.length + index)) applyChanges(folder, changes);
    });
    return new Map(
      [...folder].map(([name, file]) => {
        const copy = contents.get(file);
        return [name, copy === undefined ? file.durable : copy.buffer.slice(0, copy.lengthBytes)];
      }),
    );
  }

  #file(name: string): File {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`no file ${name}`);
    return file;
  }

  #change(changes: FolderChange[]): void {
    applyChanges(this.#files, changes);
    this.#changes.push(changes);
  }

  #operation(sectors: number, run: (sectors: number) => void): void {
    const number = this.operations.push(sectors) - 1;
    if (number !== this.#cut?.operation) {
      run(sectors);
      return;
    }
    const done = this.#cut.sectors;
    // Operations without sectors happen whole or not at all.
    if (done > 0) run(Math.min(done, sectors));
    throw new PowerCut();
  }
}

function applyChanges(folder: Map<string, File>, changes: readonly FolderChange[]): void {
  for (const { name, file } of changes) {
    if (file === null) folder.delete(name);
    else folder.set(name, file);
  }
}

/** The bytes are copied when the file grows or is written, not before. */
function fileOf(bytes: Uint8Array): File {
  return { buffer: bytes, lengthBytes: bytes.length, durable: bytes };
}

/** Sectors that were lost in front of one that was kept read as zeros. */
function writeInto(file: File, { offset, bytes }: SectorWrite): void {
  const end = offset + bytes.length;
  if (end > file.buffer.length || file.buffer === file.durable) {
    const grown = new Uint8Array(Math.max(end, file.buffer.length * 2));
    grown.set(file.buffer.subarray(0, file.lengthBytes));
    file.buffer = grown;
  }
  file.buffer.set(bytes, offset);
  file.lengthBytes = Math.max(file.lengthBytes, end);
}
