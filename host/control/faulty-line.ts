import { evenNoise, OrderedClock, simulateLine } from '../../emulator/index.ts';
import type { Line } from '../../protocol/line.ts';

/** What befalls the bytes of an emulated serial line. */
export interface LineFaults {
  /** Bits flipped, bytes lost, doubled and invented: together so many per byte, 0 … 1, the same ones for the same seed. */
  readonly noise?: { readonly seed: number; readonly rate: number };
  /** Bits per second; a byte is ten. Default: as fast as they come. */
  readonly baud?: number;
}

/** What has befallen them, both ways. */
export interface LineDamage {
  readonly bytes: number;
  readonly damagedBytes: number;
}

export interface FaultyLine {
  readonly line: Line;
  damage(): LineDamage;
}

/** The far end of a simulated line whose near end is `line`: what comes out of either goes into the other. */
export function throughFaults(line: Line, { noise, baud = Number.POSITIVE_INFINITY }: LineFaults): FaultyLine {
  const options = noise === undefined ? {} : { seed: noise.seed, noise: evenNoise(noise.rate) };
  const simulated = simulateLine(new OrderedClock(), { baud, ...options });
  const [near, far] = simulated.ends;
  line.onBytes = (bytes) => near.write(bytes);
  near.onBytes = (bytes) => line.write(bytes);
  line.onEnd = (reason) => far.onEnd(reason);
  return {
    line: far,
    damage: () => ({ damagedBytes: simulated.faults, bytes: simulated.sentBytes[0] + simulated.sentBytes[1] }),
  };
}
