/** What is to be started, as it stands on disk. */
import { CRC_32, CRC_START, crcFinish, crcUpdate } from '../../protocol/frame/crc.ts';
import { ByteReader, ByteWriter } from '../../protocol/values/head.ts';
import { readValue, type Value, writeValue } from '../../protocol/values/value-codec.ts';
import { replaceFile, type SlotStorage } from './slot-storage.ts';

export type SlotName = 'a' | 'b';

/** A started trial that is found at boot was not confirmed: it failed. */
export interface Trial {
  readonly slot: SlotName;
  /** Of the image that is to be tried; another image in the slot makes the trial void. */
  readonly hash: Uint8Array;
  readonly isStarted: boolean;
}

export interface BootRecord {
  /** The slot whose image was confirmed. */
  readonly active: SlotName;
  readonly trial: Trial | null;
}

const FILE = 'record';

/**
 * Null if there is none, or none that is whole. The file is only ever replaced whole; the checksum tells bit rot.
 */
export function readBootRecord(storage: SlotStorage): BootRecord | null {
  const bytes = storage.read(FILE);
  if (bytes === null || bytes.length < 4) return null;
  const content = bytes.subarray(0, bytes.length - 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (crc32(content) !== view.getUint32(content.length, true)) return null;
  return recordOf(readValue(new ByteReader(content)));
}

export function writeBootRecord(storage: SlotStorage, { active, trial }: BootRecord): void {
  const writer = new ByteWriter();
  writeValue(writer, [active, trial === null ? null : [trial.slot, trial.hash, trial.isStarted]]);
  const content = writer.view();
  const bytes = new Uint8Array(content.length + 4);
  bytes.set(content);
  new DataView(bytes.buffer).setUint32(content.length, crc32(content), true);
  replaceFile(storage, FILE, bytes);
}

function recordOf(value: Value): BootRecord | null {
  if (!Array.isArray(value)) return null;
  const [active, trial] = value as readonly Value[];
  if (!isSlotName(active)) return null;
  if (trial === null) return { active, trial };
  if (!Array.isArray(trial)) return null;
  const [slot, hash, isStarted] = trial as readonly Value[];
  if (!isSlotName(slot) || !(hash instanceof Uint8Array) || typeof isStarted !== 'boolean') return null;
  return { active, trial: { slot, hash, isStarted } };
}

function isSlotName(value: Value): value is SlotName {
  return value === 'a' || value === 'b';
}

function crc32(bytes: Uint8Array): number {
  return crcFinish(CRC_32, crcUpdate(CRC_32, CRC_START, bytes));
}
