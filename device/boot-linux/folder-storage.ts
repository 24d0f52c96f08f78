import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SlotStorage } from '../boot/slot-storage.ts';

/** Slots in a folder of a file system on which rename is atomic and fsync means what it says: ext4, f2fs, xfs. */
export class FolderStorage implements SlotStorage {
  readonly #folder: string;

  /** Makes the folder if it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  read(name: string): Uint8Array | null {
    try {
      const bytes = readFileSync(join(this.#folder, name));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  create(name: string): void {
    writeFileSync(join(this.#folder, name), '');
  }

  write(name: string, offset: number, bytes: Uint8Array): void {
    this.#withFile(name, 'r+', (file) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, offset + at);
    });
  }

  sync(name: string): void {
    this.#withFile(name, 'r+', fsyncSync);
  }

  rename(from: string, to: string): void {
    renameSync(join(this.#folder, from), join(this.#folder, to));
  }

  remove(name: string): void {
    rmSync(join(this.#folder, name), { force: true });
  }

  syncFolder(): void {
    this.#withFile('.', 'r', fsyncSync);
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  #withFile(name: string, flags: string, use: (file: number) => void): void {
    const file = openSync(join(this.#folder, name), flags);
    try {
      use(file);
    } finally {
      closeSync(file);
    }
  }
}
