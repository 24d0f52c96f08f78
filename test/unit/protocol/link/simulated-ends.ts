import { type SimulatedLine, type SimulatedLineOptions, simulateLine, VirtualClock } from 'shoal/emulator';
import { type ChannelState, type LineKind, type LinkOptions, ReliableLink, type ShoalError } from 'shoal/protocol';
import { NumberedReceiver } from '../../../support/numbered-messages.ts';

/** One end with what was seen of it. */
export interface ObservedEnd {
  readonly link: ReliableLink;
  readonly states: ChannelState[];
  readonly receiver: NumberedReceiver;
  readonly texts: string[];
  reason: ShoalError | undefined;
}

/** An end that has not been started, with its own sequence of random numbers. */
export function observedEnd(
  clock: VirtualClock,
  seed: number,
  options: LinkOptions = {},
  kind: LineKind = 'bytes',
): ObservedEnd {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const texts: string[] = [];
  const onText = (text: Uint8Array): void => void texts.push(Buffer.from(text).toString());
  const link = new ReliableLink(kind, clock, { random, onText, ...options });
  const end: ObservedEnd = { link, states: [], receiver: new NumberedReceiver(link), texts, reason: undefined };
  link.onState = (what, reason) => {
    end.states.push(what);
    end.reason = reason;
  };
  return end;
}

export interface SimulatedEnds {
  readonly clock: VirtualClock;
  line: SimulatedLine;
  readonly ends: readonly [ObservedEnd, ObservedEnd];
  /** Puts both ends on a new line. */
  connect(options?: SimulatedLineOptions): void;
}

/** Two ends on a line, started; a second of virtual time has passed. */
export function simulatedEnds(
  lineOptions: SimulatedLineOptions = {},
  linkOptions: readonly [LinkOptions, LinkOptions] = [{}, {}],
): SimulatedEnds {
  const clock = new VirtualClock();
  const { kind } = lineOptions;
  const ends = [observedEnd(clock, 1, linkOptions[0], kind), observedEnd(clock, 2, linkOptions[1], kind)] as const;
  const simulated: SimulatedEnds = {
    clock,
    line: simulateLine(clock, lineOptions),
    ends,
    connect(options = lineOptions) {
      simulated.line = simulateLine(clock, options);
      for (const index of [0, 1] as const) ends[index].link.attach(simulated.line.ends[index]);
    },
  };
  for (const index of [0, 1] as const) ends[index].link.attach(simulated.line.ends[index]);
  for (const { link } of ends) link.start();
  clock.pass(1000);
  return simulated;
}
