/** Streams and signals do not go as objects with methods: something stands in for them that speaks in few messages. */
import { Cursor } from './cursor.ts';
import { type AbortSignalLike, platform } from './platform.ts';
import type { Kind } from './shapes.ts';
import { SinkFace } from './sink-face.ts';

export interface StandIn {
  readonly kind: Kind;
  /** What operations of the other side act on. */
  readonly face: object;
  /** The other side has let go of it. */
  readonly released: () => void;
}

/** True for what {@link standInFor} knows. */
export function needsStandIn(value: object): boolean {
  const { ReadableStream, WritableStream, AbortSignal } = platform;
  return (
    value instanceof Cursor ||
    (ReadableStream !== undefined && value instanceof ReadableStream) ||
    (WritableStream !== undefined && value instanceof WritableStream) ||
    (AbortSignal !== undefined && value instanceof AbortSignal)
  );
}

/** `windowBytes`: what may be on its way to a writable stream. Throws TypeError for a stream that has a reader. */
export function standInFor(value: object, windowBytes: number): StandIn {
  const { WritableStream, AbortSignal } = platform;
  if (value instanceof Cursor) return { kind: 'cursor', face: value, released: () => value.stop(undefined) };
  if (WritableStream !== undefined && value instanceof WritableStream) {
    const face = new SinkFace(value, windowBytes);
    return { kind: 'sink', face, released: () => face.abandon() };
  }
  if (AbortSignal !== undefined && value instanceof AbortSignal) return signalStandIn(value);
  const face = Cursor.over(value);
  return { kind: 'stream', face, released: () => face.stop(undefined) };
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
