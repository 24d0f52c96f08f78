/**
 * Two slots with an image each, A and B. One is started; a new image goes into the other, is tried once, and is kept
 * when it was confirmed. Whatever is cut whenever, one of them holds a whole image that was confirmed before.
 *
 * How: the slot of the image that runs and the slot that would be started next are never written. An image is written
 * under another name, checked on disk, and only then renamed over the slot; the record of what to start is only ever
 * replaced whole.
 */
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import {
  checkImage,
  compareVersions,
  type McubootImage,
  type Sha256,
  sameBytes,
  versionText,
} from '../../protocol/flash/mcuboot-image.ts';
import { MAX_IMAGE_BYTES } from '../../protocol/limits.ts';
import { type BootRecord, readBootRecord, type SlotName, writeBootRecord } from './boot-record.ts';
import type { SlotStorage } from './slot-storage.ts';
import { CHECKPOINT_BYTES, UploadFile } from './upload-file.ts';

/** Throws PACKAGE_REFUSED for a whole image that this board must not start: of another board, with a wrong signature. */
export type ImagePolicy = (image: McubootImage) => void;

export interface SlotState {
  readonly slot: SlotName;
  readonly image: McubootImage;
  /** It runs. */
  readonly isActive: boolean;
  /** It is started when nothing else is asked for. */
  readonly isConfirmed: boolean;
  /** It will be started next, and does not run. */
  readonly isPending: boolean;
  /** It will be started next without being on trial. */
  readonly isPermanent: boolean;
}

/** What was started, and why. */
export interface BootDecision {
  readonly slot: SlotName;
  readonly image: McubootImage;
  /** It must be confirmed, or the next start goes back to the other. */
  readonly isTrial: boolean;
  /** Why another image than the asked-for one is started, or null. */
  readonly fallback: string | null;
}

export class ImageSlots {
  readonly #storage: SlotStorage;
  readonly #sha256: Sha256;
  readonly #policy: ImagePolicy;
  readonly #upload: UploadFile;
  #running: SlotName | null = null;
  #known: BootRecord | null = null;

  /** `checkpointBytes`: after so many bytes of an upload they are made durable; at most as many are sent again. */
  constructor(storage: SlotStorage, sha256: Sha256, policy: ImagePolicy, checkpointBytes: number = CHECKPOINT_BYTES) {
    this.#storage = storage;
    this.#sha256 = sha256;
    this.#policy = policy;
    this.#upload = new UploadFile(storage, checkpointBytes);
  }

  /**
   * Decides what is started now, and remembers it. To be called once after each start of the board, before anything
   * else. Null if there is no image that could be started: then only an upload helps.
   */
  boot(): BootDecision | null {
    const record = this.#record;
    let fallback: string | null = null;
    if (record.trial !== null) {
      const { slot, hash, isStarted } = record.trial;
      const image = isStarted ? null : this.#load(slot);
      if (image !== null && sameBytes(image.hash, hash)) {
        // Before it runs: whatever it does, the next start knows that it was tried.
        this.#remember({ active: record.active, trial: { slot, hash, isStarted: true } });
        this.#running = slot;
        return { slot, image, isTrial: true, fallback };
      }
      fallback = isStarted
        ? `slot ${slot} was tried and not confirmed`
        : `slot ${slot} does not hold what was to be tried`;
      this.#remember({ active: record.active, trial: null });
    }
    for (const slot of [record.active, other(record.active)]) {
      const image = this.#load(slot);
      if (image === null) {
        fallback = `slot ${slot} holds no image that can be started`;
        continue;
      }
      if (slot !== record.active) this.#remember({ active: slot, trial: null });
      this.#running = slot;
      return { slot, image, isTrial: false, fallback };
    }
    return null;
  }

  /** True if what runs is what the next start will start. */
  get runningIsConfirmed(): boolean {
    return this.#running !== null && this.#running === this.#record.active;
  }

  /** The slots with a whole image, A first. */
  list(): SlotState[] {
    const { active, trial } = this.#record;
    const states: SlotState[] = [];
    for (const slot of ['a', 'b'] as const) {
      const image = this.#load(slot);
      if (image === null) continue;
      const isActive = slot === this.#running;
      const isTried = trial?.slot === slot && !trial.isStarted && sameBytes(trial.hash, image.hash);
      const isPermanent = slot === active && !isActive && trial === null && this.#running !== null;
      const isConfirmed = slot === active;
      states.push({ slot, image, isActive, isConfirmed, isPending: isTried || isPermanent, isPermanent });
    }
    return states;
  }

  /**
   * Begins an upload of `lengthBytes`, or goes on with the one of the same SHA-256 (of all its bytes); null if the
   * sender does not know it. Returns the offset to go on from: `lengthBytes` if the free slot holds just that. Throws
   * FLASH_NO_SLOT while both slots are needed, FLASH_FULL, PACKAGE_INVALID if it is too long.
   */
  beginUpload(lengthBytes: number, sha: Uint8Array | null): number {
    if (lengthBytes > MAX_IMAGE_BYTES) {
      throw new ShoalError('PACKAGE_INVALID', `an image of ${lengthBytes} bytes is over ${MAX_IMAGE_BYTES}`);
    }
    const present = this.#storage.read(fileOf(this.#freeSlot()));
    if (sha !== null && present?.length === lengthBytes && sameBytes(this.#sha256(present), sha)) return lengthBytes;
    return this.#upload.begin(lengthBytes, sha);
  }

  /**
   * Writes the next part. Bytes at another offset than the next one are not written: the returned offset says where to
   * go on. At the last byte the image is checked, also by `policy` if one is given, and takes its slot; then `image` is
   * there. Throws PACKAGE_INVALID or PACKAGE_REFUSED: then the upload is gone and the slots are as before.
   */
  writeUpload(
    offset: number,
    bytes: Uint8Array,
    policy?: ImagePolicy,
  ): { readonly offset: number; readonly image: McubootImage | null } {
    const next = this.#upload.write(offset, bytes);
    if (!this.#upload.isComplete) return { offset: next, image: null };
    const slot = this.#freeSlot();
    let image: McubootImage;
    try {
      image = this.#checkUpload();
      policy?.(image);
    } catch (error) {
      this.#upload.discard();
      throw error;
    }
    this.#forgetTrialOf(slot);
    this.#upload.moveTo(fileOf(slot));
    return { offset: next, image };
  }

  /** Throws PACKAGE_REFUSED unless the image is of a higher version than the confirmed one. */
  refuseIfNotNewer(image: McubootImage): void {
    const confirmed = this.#load(this.#record.active);
    if (confirmed !== null && compareVersions(image.version, confirmed.version) <= 0) {
      const versions = `${versionText(image.version)}, and ${versionText(confirmed.version)} is installed`;
      throw new ShoalError('PACKAGE_REFUSED', `only an upgrade was asked for: the image is ${versions}`);
    }
  }

  /**
   * Has the image with this hash started once at the next boot. Throws FLASH_NO_IMAGE, FLASH_STATE if it is the
   * confirmed one.
   */
  test(hash: Uint8Array): void {
    const { active } = this.#record;
    const slot = this.#find(hash);
    if (slot === active) {
      throw new ShoalError('FLASH_STATE', `slot ${slot} is the one that is confirmed already: there is nothing to try`);
    }
    this.#remember({ active, trial: { slot, hash: hash.slice(), isStarted: false } });
  }

  /** Keeps the image with this hash for good; of the running one if null. Throws FLASH_NO_IMAGE. */
  confirm(hash: Uint8Array | null): void {
    const slot = hash === null ? this.#running : this.#find(hash);
    if (slot === null) throw new ShoalError('FLASH_NO_IMAGE', 'no image is running that could be confirmed');
    this.#remember({ active: slot, trial: null });
  }

  /** Empties the slot that is not needed. Throws FLASH_NO_SLOT while both are. */
  erase(): void {
    const slot = this.#freeSlot();
    this.#forgetTrialOf(slot);
    this.#upload.discard();
    this.#storage.remove(fileOf(slot));
    this.#storage.syncFolder();
  }

  get #record(): BootRecord {
    this.#known ??= readBootRecord(this.#storage);
    // A new board, or the record rotted: the newer of the images is the better guess, and stays it when others come.
    return this.#known ?? this.#remember({ active: this.#newerSlot(), trial: null });
  }

  #remember(record: BootRecord): BootRecord {
    writeBootRecord(this.#storage, record);
    this.#known = record;
    return record;
  }

  /** To be said before a slot changes: a trial of what it held so far is void. */
  #forgetTrialOf(slot: SlotName): void {
    const { active, trial } = this.#record;
    if (trial?.slot === slot) this.#remember({ active, trial: null });
  }

  #newerSlot(): SlotName {
    const [a, b] = [this.#load('a'), this.#load('b')];
    if (a === null || b === null) return a === null && b !== null ? 'b' : 'a';
    return compareVersions(b.version, a.version) > 0 ? 'b' : 'a';
  }

  #load(slot: SlotName): McubootImage | null {
    const bytes = this.#storage.read(fileOf(slot));
    if (bytes === null) return null;
    try {
      const image = checkImage(bytes, this.#sha256);
      this.#policy(image);
      return image;
    } catch (error) {
      if (isShoalError(error, 'PACKAGE_INVALID') || isShoalError(error, 'PACKAGE_REFUSED')) return null;
      throw error;
    }
  }

  #find(hash: Uint8Array): SlotName {
    for (const slot of ['a', 'b'] as const) {
      const image = this.#load(slot);
      if (image !== null && sameBytes(image.hash, hash)) return slot;
    }
    throw new ShoalError('FLASH_NO_IMAGE', 'no slot holds an image with this hash');
  }

  /** The slot that neither runs nor would be started next. */
  #freeSlot(): SlotName {
    const { active } = this.#record;
    const isEmptyBoard = this.#load(active) === null;
    if (isEmptyBoard && this.#running === null) return active;
    const slot = other(active);
    if (slot === this.#running) {
      throw new ShoalError('FLASH_NO_SLOT', `slot ${slot} runs and slot ${active} is the one to go back to`, {
        hint: 'Confirm the image that runs, or reset the board so that the other one runs.',
      });
    }
    return slot;
  }

  #checkUpload(): McubootImage {
    const bytes = this.#upload.read(this.#sha256);
    const image = checkImage(bytes, this.#sha256);
    if (image.lengthBytes !== bytes.length) {
      throw new ShoalError('PACKAGE_INVALID', `${bytes.length - image.lengthBytes} bytes follow the image`);
    }
    this.#policy(image);
    return image;
  }
}

function fileOf(slot: SlotName): string {
  return `${slot}.image`;
}

function other(slot: SlotName): SlotName {
  return slot === 'a' ? 'b' : 'a';
}
