import { type Cut, type Disk, PowerCut, SimulatedStorage } from './simulated-storage.ts';

/** Of so many undecided parts every combination is tried; of more, the ones that differ most and some at random. */
const EXHAUSTIVE_PARTS = 5;
const RANDOM_COMBINATIONS = 6;

/** Every place in which the work, begun on `disk`, can be cut. */
export function cutsOf(disk: Disk, work: (storage: SimulatedStorage) => void): Cut[] {
  const whole = new SimulatedStorage(disk);
  work(whole);
  return whole.operations.flatMap((sectors, operation) =>
    Array.from({ length: sectors + 2 }, (_, count) => ({ operation, sectors: count })),
  );
}

/** The disks that can be left when the work is cut there. */
export function disksAfter(disk: Disk, cut: Cut, work: (storage: SimulatedStorage) => void): Disk[] {
  const storage = new SimulatedStorage(disk, cut);
  try {
    work(storage);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  return combinations(storage.undecided, cut.operation).map((keeps) => storage.afterCut(keeps));
}

function combinations(parts: number, seed: number): ((index: number) => boolean)[] {
  if (parts <= EXHAUSTIVE_PARTS) {
    return Array.from({ length: 2 ** parts }, (_, bits) => (index: number) => ((bits >> index) & 1) === 1);
  }
  const found: ((index: number) => boolean)[] = [() => true, () => false];
  for (const one of [0, parts >> 1, parts - 2, parts - 1]) {
    found.push(
      (index) => index === one,
      (index) => index !== one,
    );
  }
  for (let random = 0; random < RANDOM_COMBINATIONS; random++) {
    found.push((index) => Math.imul(index * 64 + random + seed * 4099, 0x9e37_79b1) >>> 31 === 1);
  }
  return found;
}

/** Equal for disks of equal content. */
export function diskKey(disk: Disk): string {
  return [...disk]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${name}:${Buffer.from(bytes).toString('latin1')}`)
    .join('|');
}
