import { type SimulatedLine, type SimulatedLineOptions, simulateLine, VirtualClock } from 'shoal/emulator';
import { type LinkOptions, ReliableLink } from 'shoal/protocol';

/** Two ends of the wire over a simulated line, in virtual time, with their session open. */
export interface SimulatedSession {
  readonly clock: VirtualClock;
  readonly line: SimulatedLine;
  readonly ends: readonly [ReliableLink, ReliableLink];
}

/** Deterministic: nonces come from the seed of the line. */
export function openSession(
  lineOptions: SimulatedLineOptions,
  linkOptions: readonly [LinkOptions, LinkOptions] = [{}, {}],
): SimulatedSession {
  const clock = new VirtualClock();
  const line = simulateLine(clock, lineOptions);
  let opened = 0;
  const end = (index: 0 | 1): ReliableLink => {
    let state = (lineOptions.seed ?? 1) * 2 + index;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const link = new ReliableLink('bytes', clock, { random, ...linkOptions[index] });
    link.onState = (what) => {
      if (what === 'open') opened++;
    };
    link.attach(line.ends[index]);
    link.start();
    return link;
  };
  const ends = [end(0), end(1)] as const;
  if (!clock.run(() => opened === 2, 60_000)) throw new Error('the session was not opened within a minute');
  return { clock, line, ends };
}
