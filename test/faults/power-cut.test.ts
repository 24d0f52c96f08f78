/** The slots of a board, cut at every operation: before it, torn at each sector, after it; and again in recovery. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ImageSlots } from '../../device/boot/image-slots.ts';
import { type ImageVersion, type McubootImage, writeImage } from '../../protocol/flash/mcuboot-image.ts';
import { cutsOf, diskKey, disksAfter } from '../support/power-cut/every-cut.ts';
import { type Disk, SimulatedStorage } from '../support/power-cut/simulated-storage.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

function imageOf(major: number, payloadBytes: number): Uint8Array {
  const version: ImageVersion = { major, minor: 0, revision: 0, build: 0 };
  const payload = Uint8Array.from(
    { length: payloadBytes },
    (_, index) => (Math.imul(index + major, 2_654_435_761) >>> 24) & 0xff,
  );
  return writeImage(payload, version, sha256, null);
}

const OLD = imageOf(1, 3000);
const NEW = imageOf(2, 4000);
const HASH_OF_NEW = hashOf(NEW);

function hashOf(image: Uint8Array): Uint8Array {
  const storage = new SimulatedStorage(new Map([['a.image', image]]));
  return slotsOn(storage).list()[0]?.image.hash ?? new Uint8Array();
}

function slotsOn(storage: SimulatedStorage): ImageSlots {
  return new ImageSlots(storage, sha256, () => undefined, 1024);
}

function upload(slots: ImageSlots, image: Uint8Array, chunkBytes: number): void {
  let offset = slots.beginUpload(image.length, sha256(image));
  while (offset < image.length) offset = slots.writeUpload(offset, image.slice(offset, offset + chunkBytes)).offset;
}

/** What a board does after its start, and what is started. */
function boot(storage: SimulatedStorage): { readonly slots: ImageSlots; readonly image: McubootImage | null } {
  const slots = slotsOn(storage);
  return { slots, image: slots.boot()?.image ?? null };
}

const majorOf = (image: McubootImage | null): number | null => image?.version.major ?? null;

/** The disk after work that is not cut. */
function after(disk: Disk, work: (storage: SimulatedStorage) => void): Disk {
  const storage = new SimulatedStorage(disk);
  work(storage);
  storage.syncFolder();
  return storage.afterCut(() => true);
}

const installed = after(new Map(), (storage) => upload(slotsOn(storage), OLD, 700));

const update = (storage: SimulatedStorage): void => upload(boot(storage).slots, NEW, 700);
const updated = after(installed, update);

const orderTrial = (storage: SimulatedStorage): void => boot(storage).slots.test(HASH_OF_NEW);
const tested = after(updated, orderTrial);

const confirm = (storage: SimulatedStorage): void => boot(storage).slots.confirm(null);
const confirmed = after(tested, confirm);

const rollBack = (storage: SimulatedStorage): void => {
  boot(storage);
  boot(storage);
};

interface Work {
  readonly name: string;
  readonly disk: Disk;
  readonly work: (storage: SimulatedStorage) => void;
  /** Versions that may be started after a cut; null: none. */
  readonly allowed: readonly (number | null)[];
  /** The one that must be started when the work was done, and all that must be there, whatever was not synced. */
  readonly started: number;
  readonly present: readonly number[];
}

const works: readonly Work[] = [
  {
    name: 'the first installation',
    disk: new Map(),
    work: (storage) => upload(boot(storage).slots, OLD, 700),
    allowed: [null, 1],
    started: 1,
    present: [1],
  },
  { name: 'an upload', disk: installed, work: update, allowed: [1], started: 1, present: [1, 2] },
  { name: 'the order to try', disk: updated, work: orderTrial, allowed: [1, 2], started: 2, present: [1, 2] },
  { name: 'trial and confirmation', disk: tested, work: confirm, allowed: [1, 2], started: 2, present: [1, 2] },
  { name: 'a trial that is not confirmed', disk: tested, work: rollBack, allowed: [1, 2], started: 1, present: [1, 2] },
  {
    name: 'confirmation without trial',
    disk: updated,
    work: (storage) => boot(storage).slots.confirm(HASH_OF_NEW),
    allowed: [1, 2],
    started: 2,
    present: [1, 2],
  },
  {
    name: 'a second upload',
    disk: confirmed,
    work: (storage) => upload(boot(storage).slots, imageOf(3, 5000), 512),
    allowed: [2],
    started: 2,
    present: [3, 2],
  },
  {
    name: 'erasing',
    disk: updated,
    work: (storage) => boot(storage).slots.erase(),
    allowed: [1],
    started: 1,
    present: [1],
  },
];

describe('what was done survives a cut right afterwards', () => {
  test.each(works)('$name', ({ disk, work, started, present }) => {
    const storage = new SimulatedStorage(disk);
    work(storage);
    const { slots, image } = boot(new SimulatedStorage(storage.afterCut(() => false)));
    expect(majorOf(image)).toBe(started);
    expect(slots.list().map((state) => majorOf(state.image))).toEqual(present);
  });
});

describe('after a cut anywhere a whole image is started', () => {
  test.each(works)('$name', ({ disk, work, allowed }) => {
    const seen = new Set<string>();
    const left: Disk[] = [];
    for (const cut of cutsOf(disk, work)) {
      for (const found of disksAfter(disk, cut, work)) {
        const key = diskKey(found);
        if (seen.has(key)) continue;
        seen.add(key);
        left.push(found);
      }
    }
    expect(left.length).toBeGreaterThan(1);
    for (const found of left) {
      expect(allowed).toContain(majorOf(boot(new SimulatedStorage(found)).image));
      // Recovery is cut as well.
      const start = (storage: SimulatedStorage): void => {
        boot(storage);
      };
      for (const cut of cutsOf(found, start)) {
        for (const again of disksAfter(found, cut, start)) {
          const key = diskKey(again);
          if (seen.has(key)) continue;
          seen.add(key);
          expect(allowed).toContain(majorOf(boot(new SimulatedStorage(again)).image));
        }
      }
      // And the board is not stuck: an update goes through.
      const storage = new SimulatedStorage(found);
      const { slots } = boot(storage);
      if (slots.list().some(({ isActive, isConfirmed }) => isActive && !isConfirmed)) slots.confirm(null);
      const latest = imageOf(9, 2000);
      upload(slots, latest, 900);
      // On a board without any image there is nothing to go back to: what comes first is confirmed.
      const isOnly = slots.list().length === 1;
      if (!isOnly) slots.test(hashOf(latest));
      const trial = boot(storage);
      expect(majorOf(trial.image)).toBe(9);
      if (!isOnly) trial.slots.confirm(null);
      expect(majorOf(boot(storage).image)).toBe(9);
    }
  });
});

test('a package of 512 KB, in parts of 4 KB, with checkpoints', () => {
  const large = imageOf(2, 512 * 1024 - 100);
  const work = (storage: SimulatedStorage): void => {
    const slots = new ImageSlots(storage, sha256, () => undefined);
    slots.boot();
    upload(slots, large, 4096);
    slots.test(hashOf(large));
  };
  let disks = 0;
  for (const cut of cutsOf(installed, work)) {
    for (const found of disksAfter(installed, cut, work).slice(0, 2)) {
      disks++;
      expect([1, 2]).toContain(majorOf(boot(new SimulatedStorage(found)).image));
    }
  }
  expect(disks).toBeGreaterThan(2000);
});

test('an image that took the place of one on trial is not tried, nor is the first one when it comes again', () => {
  const storage = new SimulatedStorage(tested);
  const slots = slotsOn(storage);
  slots.list();
  upload(slots, imageOf(3, 1000), 512);
  upload(slots, NEW, 512);
  expect(slots.list().map(({ isPending }) => isPending)).toEqual([false, false]);
  expect(majorOf(boot(storage).image)).toBe(1);
});

test('an upload goes on where it was durable', () => {
  const half = new SimulatedStorage(installed);
  const { slots } = boot(half);
  let offset = slots.beginUpload(NEW.length, sha256(NEW));
  while (offset < 3000) offset = slots.writeUpload(offset, NEW.slice(offset, offset + 500)).offset;
  const disk = half.afterCut(() => false);
  const again = boot(new SimulatedStorage(disk));
  const from = again.slots.beginUpload(NEW.length, sha256(NEW));
  expect(from).toBeGreaterThan(1000);
  expect(from).toBeLessThanOrEqual(3000);
  upload(again.slots, NEW, 500);
  expect(again.slots.list().map(({ image }) => majorOf(image))).toEqual([1, 2]);
});

test('the progress of one upload is not taken for that of another', () => {
  const half = (image: Uint8Array, slots: ImageSlots): void => {
    let offset = slots.beginUpload(image.length, sha256(image));
    while (offset < 2500) offset = slots.writeUpload(offset, image.slice(offset, offset + 500)).offset;
  };
  const disk = after(installed, (storage) => half(NEW, boot(storage).slots));
  const other = (storage: SimulatedStorage): void => half(imageOf(3, 4000), boot(storage).slots);
  for (const cut of cutsOf(disk, other)) {
    for (const found of disksAfter(disk, cut, other)) {
      const { slots } = boot(new SimulatedStorage(found));
      upload(slots, NEW, 500);
      expect(slots.list().map(({ image }) => majorOf(image))).toEqual([1, 2]);
    }
  }
});

describe('bit rot', () => {
  test('in the confirmed image: the other slot is started, and said to be', () => {
    const rotten = new Map(confirmed);
    const image = rotten.get('b.image')?.slice() ?? new Uint8Array();
    image[1234] = (image[1234] ?? 0) ^ 4;
    rotten.set('b.image', image);
    const decision = slotsOn(new SimulatedStorage(rotten)).boot();
    expect(decision).toMatchObject({
      slot: 'a',
      isTrial: false,
      fallback: 'slot b holds no image that can be started',
    });
  });

  test('in any bit of the record: a whole image is started', () => {
    const record = confirmed.get('record') ?? new Uint8Array();
    expect(record.length).toBeGreaterThan(4);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const rotten = record.slice();
      rotten[bit >> 3] = (rotten[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(majorOf(boot(new SimulatedStorage(new Map(confirmed).set('record', rotten))).image)).toBe(2);
    }
  });

  test('in both images: nothing is started, and an upload helps', () => {
    const storage = new SimulatedStorage(new Map([...confirmed, ['a.image', OLD.slice(9)], ['b.image', NEW.slice(9)]]));
    const { slots, image } = boot(storage);
    expect(image).toBeNull();
    upload(slots, NEW, 1000);
    expect(majorOf(boot(storage).image)).toBe(2);
  });
});
