/** Pairs over a simulated line, for the behaviour suite and others. */
import { type SimulatedLine, type SimulatedLineOptions, simulateLine, VirtualClock } from 'shoal/emulator';
import { ReliableLink } from 'shoal/protocol';
import { seededRandom } from '../../../emulator/line/line-noise.ts';
import { connectOver, type MakePair } from './connected-pair.ts';

/** Time of the line that passes in every turn of this process. */
const MS_PER_TURN = 1;

/** Two ends that are not started, on a line whose time passes. */
export interface SimulatedLinks {
  readonly line: SimulatedLine;
  readonly ends: readonly [ReliableLink, ReliableLink];
  /** Time stands still from now on. */
  stop(): void;
}

/**
 * The line has a time of its own, which passes as fast as this process runs: a lost frame costs turns, not milliseconds.
 * What a session waits for (deadlines of calls) is real time.
 */
export function simulatedLinks(lineOptions: SimulatedLineOptions): SimulatedLinks {
  const clock = new VirtualClock();
  const line = simulateLine(clock, lineOptions);
  const random = seededRandom(lineOptions.seed ?? 1);
  const link = (index: 0 | 1): ReliableLink => {
    const end = new ReliableLink(lineOptions.kind ?? 'bytes', clock, { random });
    end.attach(line.ends[index]);
    return end;
  };
  let isOver = false;
  const turn = (): void => {
    clock.pass(MS_PER_TURN);
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    line,
    ends: [link(0), link(1)],
    stop: () => {
      isOver = true;
    },
  };
}

/** Every pair has a line of its own; the seeds follow one another. */
export function overSimulatedLine(lineOptions: SimulatedLineOptions): MakePair {
  let pairs = 0;
  return async (options) => {
    const links = simulatedLinks({ ...lineOptions, seed: (lineOptions.seed ?? 1) + pairs++ });
    const pair = connectOver(links.ends, options);
    return {
      ...pair,
      end: async () => {
        await pair.end();
        links.stop();
      },
    };
  };
}
