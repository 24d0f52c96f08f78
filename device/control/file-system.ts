/**
 * `fs` over a disk of the embedding: as much of Node's as one needs to read, write and look around, each function under
 * its synchronous name and under its plain one. Errors have Node's codes. A module of emulated boards, built as a script
 * of its own (file-system-module.ts): real boards have no such disk.
 */
import type { EmbeddedDisk } from './embedding.ts';

/** The runtime has installed these where an engine lacks them (engine-globals.ts). */
const { TextEncoder, TextDecoder } = globalThis as unknown as {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  readonly TextDecoder: new () => { decode(bytes: Uint8Array): string };
};

/** More is read or written in parts: a small engine holds every byte several times. */
const MAX_TRANSFER_BYTES = 32 * 1024;

const FOLDER = -1;
const NOTHING = -2;

type Encoding = 'utf8' | 'utf-8';

export interface FileStat {
  readonly size: number;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

/** An open file; positions go on from the end of what was read or written last. */
export class FileHandle {
  /** Also of the minified class: the other side sees it. */
  static readonly name: string = 'FileHandle';
  readonly #disk: EmbeddedDisk;
  readonly #path: string;
  readonly #isWritable: boolean;
  #position: number;
  #isClosed = false;

  constructor(disk: EmbeddedDisk, path: string, isWritable: boolean, position: number) {
    this.#disk = disk;
    this.#path = path;
    this.#isWritable = isWritable;
    this.#position = position;
  }

  /** Reads on, at most `lengthBytes`; empty at the end of the file. */
  read(lengthBytes: number = MAX_TRANSFER_BYTES): Uint8Array {
    this.#check('read');
    const left = Math.max(0, this.#disk.size(this.#path) - this.#position);
    const bytes = readPart(this.#disk, this.#path, this.#position, Math.min(left, lengthBytes));
    this.#position += bytes.length;
    return bytes;
  }

  /** Reads on to the end of the file, as text. */
  readText(): string {
    return asText(this.read(Math.max(0, this.#disk.size(this.#path) - this.#position)));
  }

  write(data: Uint8Array | string): number {
    this.#check('write');
    if (!this.#isWritable) throw failure('EBADF', 'bad file descriptor', 'write', this.#path);
    const bytes = bytesOf(data);
    writePart(this.#disk, this.#path, this.#position, bytes);
    this.#position += bytes.length;
    return bytes.length;
  }

  close(): void {
    this.#isClosed = true;
  }

  #check(call: string): void {
    if (this.#isClosed) throw failure('EBADF', 'bad file descriptor', call, this.#path);
  }
}

/** The object that is exported as `fs`. */
export function fileSystem(disk: EmbeddedDisk): Readonly<Record<string, unknown>> {
  const sizeOf = (path: string, call: string): number => {
    const size = disk.size(path);
    if (size === NOTHING) throw failure('ENOENT', 'no such file or directory', call, path);
    return size;
  };
  const fileSize = (path: string, call: string): number => {
    const size = sizeOf(path, call);
    if (size === FOLDER) throw failure('EISDIR', 'illegal operation on a directory', call, path);
    return size;
  };
  const folderOf = (path: string, call: string): void => {
    if (sizeOf(path, call) !== FOLDER) throw failure('ENOTDIR', 'not a directory', call, path);
  };
  /** A file can be made there: its folder is one. */
  const writable = (given: string, call: string): string => {
    const path = normal(given, call);
    if (disk.size(path) === FOLDER) throw failure('EISDIR', 'illegal operation on a directory', call, path);
    folderOf(path.slice(0, path.lastIndexOf('/')) || '/', call);
    return path;
  };
  const functions = {
    readFile(given: string, options?: Encoding | { readonly encoding?: Encoding }): Uint8Array | string {
      const path = normal(given, 'open');
      const bytes = readPart(disk, path, 0, fileSize(path, 'open'));
      const encoding = typeof options === 'object' ? options.encoding : options;
      return encoding === undefined ? bytes : asText(bytes);
    },
    writeFile(given: string, data: Uint8Array | string): void {
      const path = writable(given, 'open');
      disk.truncate(path, 0);
      writePart(disk, path, 0, bytesOf(data));
    },
    appendFile(given: string, data: Uint8Array | string): void {
      const path = writable(given, 'open');
      writePart(disk, path, Math.max(0, disk.size(path)), bytesOf(data));
    },
    open(given: string, flags = 'r'): FileHandle {
      if (!['r', 'r+', 'w', 'a'].includes(flags)) throw failure('EINVAL', `invalid flags '${flags}'`, 'open', given);
      const isNew = flags === 'w' || flags === 'a';
      const path = isNew ? writable(given, 'open') : normal(given, 'open');
      if (flags === 'w' || (flags === 'a' && disk.size(path) === NOTHING)) disk.truncate(path, 0);
      const size = fileSize(path, 'open');
      return new FileHandle(disk, path, flags !== 'r', flags === 'a' ? size : 0);
    },
    readdir(given: string): string[] {
      const path = normal(given, 'scandir');
      folderOf(path, 'scandir');
      const names = disk.list(path);
      return names === '' ? [] : names.split('\n');
    },
    stat(given: string): FileStat {
      const size = sizeOf(normal(given, 'stat'), 'stat');
      return { size: Math.max(0, size), isFile: size >= 0, isDirectory: size === FOLDER };
    },
    exists: (given: string): boolean => disk.size(normal(given, 'access')) !== NOTHING,
    mkdir(given: string): void {
      const path = normal(given, 'mkdir');
      if (disk.size(path) !== NOTHING) throw failure('EEXIST', 'file already exists', 'mkdir', path);
      folderOf(path.slice(0, path.lastIndexOf('/')) || '/', 'mkdir');
      disk.makeFolder(path);
    },
    unlink(given: string): void {
      const path = normal(given, 'unlink');
      fileSize(path, 'unlink');
      disk.remove(path);
    },
    rmdir(given: string): void {
      const path = normal(given, 'rmdir');
      folderOf(path, 'rmdir');
      if (disk.list(path) !== '') throw failure('ENOTEMPTY', 'directory not empty', 'rmdir', path);
      disk.remove(path);
    },
    rename(given: string, target: string): void {
      const path = normal(given, 'rename');
      fileSize(path, 'rename');
      disk.rename(path, writable(target, 'rename'));
    },
  };
  const all: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(functions)) {
    all[name] = run;
    if (name !== 'open') all[`${name}Sync`] = run;
  }
  return all;
}

/** Throws PROTOCOL_INVALID if a file is not UTF-8. */
const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function readPart(disk: EmbeddedDisk, path: string, offset: number, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at += MAX_TRANSFER_BYTES) {
    bytes.set(new Uint8Array(disk.read(path, offset + at, Math.min(MAX_TRANSFER_BYTES, lengthBytes - at))), at);
  }
  return bytes;
}

function writePart(disk: EmbeddedDisk, path: string, offset: number, bytes: Uint8Array): void {
  const grown = offset + bytes.length - Math.max(0, disk.size(path));
  if (grown > disk.freeBytes()) throw failure('ENOSPC', 'no space left on device', 'write', path);
  for (let at = 0; at < bytes.length; at += MAX_TRANSFER_BYTES) {
    disk.write(path, offset + at, bytes.slice(at, at + MAX_TRANSFER_BYTES).buffer);
  }
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError('data must be text or a typed array');
}

/** An absolute path without `.` and `..`; there is no current folder but the root. */
function normal(given: unknown, call: string): string {
  if (typeof given !== 'string') throw new TypeError('a path must be text');
  if (given === '' || given.includes('\0') || given.includes('\n'))
    throw failure('ENOENT', 'no such file or directory', call, given);
  const parts: string[] = [];
  for (const part of given.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function failure(code: string, text: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${text}, ${syscall} '${path}'`), { code, syscall, path });
}
