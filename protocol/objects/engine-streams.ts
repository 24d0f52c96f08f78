/**
 * What needs ReadableStream and WritableStream. The script for small engines, which have neither, is built with
 * device/control/no-streams.ts in place of this file.
 */
import type { Source } from './cursor.ts';
import { platform } from './platform.ts';
import { SinkFace } from './sink-face.ts';
import type { StandIn } from './stand-ins.ts';

/** True for a ReadableStream or WritableStream. */
export function isStream(value: unknown): boolean {
  const { ReadableStream, WritableStream } = platform;
  return (
    (ReadableStream !== undefined && value instanceof ReadableStream) ||
    (WritableStream !== undefined && value instanceof WritableStream)
  );
}

/** The chunks of a ReadableStream, which is locked from then on; undefined for anything else. */
export function sourceOfStream(values: unknown): Source | undefined {
  const { ReadableStream } = platform;
  if (ReadableStream === undefined || !(values instanceof ReadableStream)) return undefined;
  const reader = values.getReader();
  return { next: () => reader.read(), stop: (reason) => reader.cancel(reason), isCollection: false };
}

/** What stands in for a WritableStream; undefined for anything else. `windowBytes`: what may be on its way to it. */
export function standInForSink(value: object, windowBytes: number): StandIn | undefined {
  const { WritableStream } = platform;
  if (WritableStream === undefined || !(value instanceof WritableStream)) return undefined;
  const face = new SinkFace(value, windowBytes);
  return { kind: 'sink', face, released: () => face.abandon() };
}

/** A ReadableStream of the values, or they themselves where there are none. */
export function readableOver(values: AsyncIterableIterator<unknown>): object {
  const { ReadableStream } = platform;
  if (ReadableStream === undefined) return values;
  return new ReadableStream(
    {
      async pull(controller) {
        const step = await values.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      cancel: () => values.return?.(),
    },
    { highWaterMark: 0 },
  );
}

/** Where the chunks of a WritableStream go. */
export interface Sink {
  write(chunk: unknown): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

/** A WritableStream into the sink, or the sink itself where there are none. */
export function writableOver(sink: Sink): object {
  const { WritableStream } = platform;
  if (WritableStream === undefined) return sink;
  return new WritableStream(
    {
      write: (chunk) => sink.write(chunk),
      close: () => sink.close(),
      abort: (reason) => sink.abort(reason),
    },
    { highWaterMark: 1 },
  );
}
