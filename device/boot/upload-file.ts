/** An image on its way to the board, in a file of its own, so that it can go on after a lost line or a power cut. */
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { type Sha256, sameBytes } from '../../protocol/flash/mcuboot-image.ts';
import { ByteReader, ByteWriter } from '../../protocol/values/head.ts';
import { readValue, type Value, writeValue } from '../../protocol/values/value-codec.ts';
import { replaceFile, type SlotStorage } from './slot-storage.ts';

const DATA = 'upload.part';
const PROGRESS = 'upload.progress';

/** A second's worth of a fast serial line; each checkpoint costs some flushes of the disk. */
export const CHECKPOINT_BYTES: number = 64 * 1024;

/** Room besides the image: the record, its new version, the progress file. */
const SPARE_BYTES = 4096;

interface Progress {
  readonly sha: Uint8Array;
  readonly lengthBytes: number;
  /** Everything in front of it is durable. */
  readonly offset: number;
}

export class UploadFile {
  readonly #storage: SlotStorage;
  readonly #checkpointBytes: number;
  #sha: Uint8Array | null = null;
  #lengthBytes = 0;
  #offset = 0;
  #durable = 0;
  #isOpen = false;

  constructor(storage: SlotStorage, checkpointBytes: number) {
    this.#storage = storage;
    this.#checkpointBytes = checkpointBytes;
  }

  get isComplete(): boolean {
    return this.#isOpen && this.#offset === this.#lengthBytes;
  }

  /** See ImageSlots.beginUpload. */
  begin(lengthBytes: number, sha: Uint8Array | null): number {
    if (this.#continues(lengthBytes, sha)) return this.#offset;
    const saved = sha === null ? null : this.#savedProgress();
    this.#sha = sha;
    this.#lengthBytes = lengthBytes;
    this.#isOpen = true;
    if (saved !== null && sha !== null && saved.lengthBytes === lengthBytes && sameBytes(saved.sha, sha)) {
      this.#offset = saved.offset;
      this.#durable = saved.offset;
      return saved.offset;
    }
    this.#offset = 0;
    this.#durable = 0;
    this.#removeFiles();
    const free = this.#storage.freeBytes();
    if (free < lengthBytes + SPARE_BYTES) {
      this.#isOpen = false;
      throw new ShoalError('FLASH_FULL', `the image needs ${lengthBytes} bytes, and the board has ${free} free`);
    }
    this.#storage.create(DATA);
    // Before anything is written: the progress of another upload must not be found beside these bytes.
    this.#storage.syncFolder();
    return 0;
  }

  /** Writes what comes next; bytes at another offset are ignored. Returns the offset that comes next. */
  write(offset: number, bytes: Uint8Array): number {
    // The last part again, because its answer was lost: the offset is still that of the end.
    if (!this.#isOpen || offset !== this.#offset) return this.#offset;
    if (offset + bytes.length > this.#lengthBytes) {
      throw new ShoalError('PACKAGE_INVALID', `more than the ${this.#lengthBytes} bytes that were announced`);
    }
    this.#storage.write(DATA, offset, bytes);
    this.#offset += bytes.length;
    const isDue = this.#offset - this.#durable >= this.#checkpointBytes && !this.isComplete;
    if (this.#sha !== null && isDue) this.#checkpoint();
    return this.#offset;
  }

  /** Makes the whole file durable and reads it back. Throws PACKAGE_INVALID if it is not what was announced. */
  read(sha256: Sha256): Uint8Array {
    this.#storage.sync(DATA);
    const bytes = this.#storage.read(DATA) ?? new Uint8Array();
    if (bytes.length !== this.#lengthBytes || (this.#sha !== null && !sameBytes(sha256(bytes), this.#sha))) {
      throw new ShoalError('PACKAGE_INVALID', 'what arrived does not have the announced length and SHA-256', {
        hint: 'Send it again.',
        retryable: true,
      });
    }
    return bytes;
  }

  /** Gives the file its place. */
  moveTo(name: string): void {
    this.#isOpen = false;
    this.#storage.rename(DATA, name);
    this.#storage.remove(PROGRESS);
    this.#storage.syncFolder();
  }

  discard(): void {
    this.#isOpen = false;
    this.#offset = 0;
    this.#removeFiles();
    this.#storage.syncFolder();
  }

  #continues(lengthBytes: number, sha: Uint8Array | null): boolean {
    return (
      this.#isOpen &&
      lengthBytes === this.#lengthBytes &&
      sha !== null &&
      this.#sha !== null &&
      sameBytes(sha, this.#sha)
    );
  }

  #checkpoint(): void {
    this.#storage.sync(DATA);
    const writer = new ByteWriter();
    writeValue(writer, [this.#sha ?? null, this.#lengthBytes, this.#offset]);
    replaceFile(this.#storage, PROGRESS, writer.view());
    this.#durable = this.#offset;
  }

  #savedProgress(): Progress | null {
    const bytes = this.#storage.read(PROGRESS);
    if (bytes === null) return null;
    const [sha, lengthBytes, offset] = listOf(bytes);
    if (!(sha instanceof Uint8Array) || typeof lengthBytes !== 'number' || typeof offset !== 'number') return null;
    const isThere = (this.#storage.read(DATA)?.length ?? 0) >= offset;
    return isThere ? { sha, lengthBytes, offset } : null;
  }

  #removeFiles(): void {
    this.#storage.remove(DATA);
    this.#storage.remove(PROGRESS);
  }
}

/** Nothing for bytes that rotted: then the upload begins again. */
function listOf(bytes: Uint8Array): readonly Value[] {
  try {
    const value = readValue(new ByteReader(bytes));
    return Array.isArray(value) ? value : [];
  } catch (error) {
    if (isShoalError(error, 'PROTOCOL_INVALID')) return [];
    throw error;
  }
}
