/**
 * The folder in which a board keeps its images. What is written is durable only after `sync` of the file; that a file
 * exists, has another name or is gone, only after `syncFolder`. Until then a power cut may keep any part of it.
 * Every method throws what the platform's own error is; nothing is caught between here and the supervisor.
 */
export interface SlotStorage {
  /** The whole file, or null if there is none. */
  read(name: string): Uint8Array | null;
  /** Makes an empty file, also where there was one. */
  create(name: string): void;
  /** Bytes behind the end are added; there is never a hole. */
  write(name: string, offset: number, bytes: Uint8Array): void;
  sync(name: string): void;
  /** Takes the place of a file of that name. */
  rename(from: string, to: string): void;
  /** Does nothing if there is no such file. */
  remove(name: string): void;
  syncFolder(): void;
  /** Bytes that can still be written. */
  freeBytes(): number;
}

/**
 * Gives a file new content, whole: after a power cut it has the old content or the new, and after this returned, the
 * new.
 */
export function replaceFile(storage: SlotStorage, name: string, content: Uint8Array): void {
  const temporary = `${name}.new`;
  storage.create(temporary);
  storage.write(temporary, 0, content);
  storage.sync(temporary);
  storage.rename(temporary, name);
  storage.syncFolder();
}
