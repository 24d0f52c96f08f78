/** Streams and signals do not go as objects with methods: something stands in for them that speaks in few messages. */
import { Cursor } from './cursor.ts';
import { isStream, standInForSink } from './engine-streams.ts';
import { type AbortSignalLike, platform } from './platform.ts';
import type { Kind } from './shapes.ts';

export interface StandIn {
  readonly kind: Kind;
  /** What operations of the other side act on. */
  readonly face: object;
  /** The other side has let go of it. */
  readonly released: () => void;
}

/** True for what {@link standInFor} knows. */
export function needsStandIn(value: object): boolean {
  return value instanceof Cursor || isSignal(value) || isStream(value);
}

/** `windowBytes`: what may be on its way to a writable stream. Throws TypeError for a stream that has a reader. */
export function standInFor(value: object, windowBytes: number): StandIn {
  if (value instanceof Cursor) return { kind: 'cursor', face: value, released: () => value.stop(undefined) };
  if (isSignal(value)) return signalStandIn(value);
  const sink = standInForSink(value, windowBytes);
  if (sink !== undefined) return sink;
  const face = Cursor.over(value);
  return { kind: 'stream', face, released: () => face.stop(undefined) };
}

function isSignal(value: object): value is AbortSignalLike {
  const { AbortSignal } = platform;
  return AbortSignal !== undefined && value instanceof AbortSignal;
}

/** The other side awaits a promise of whether the signal was aborted, and why. */
function signalStandIn(signal: AbortSignalLike): StandIn {
  let released = (): void => {};
  const face = new Promise<readonly unknown[]>((resolve) => {
    // Frozen, so that it goes by value under every policy.
    const aborted = (): void => resolve(Object.freeze([true, signal.reason]));
    released = () => {
      signal.removeEventListener('abort', aborted);
      resolve(Object.freeze([false]));
    };
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted);
  });
  return { kind: 'signal', face, released: () => released() };
}
