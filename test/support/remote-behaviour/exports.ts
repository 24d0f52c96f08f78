/**
 * What the far side of the behaviour suite exports. Pure JavaScript, so that it can be bundled for a small engine: what
 * it needs of the protocol is passed in.
 */
import type * as protocol from 'shoal/protocol';

export type FarProtocol = Pick<
  typeof protocol,
  'copy' | 'ref' | 'stream' | 'currentCall' | 'release' | 'constantFields'
>;

/** A class that both sides know. */
export class Point {
  x: number;
  y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  get length(): number {
    return Math.hypot(this.x, this.y);
  }

  set length(length: number) {
    const factor = length / this.length;
    this.x *= factor;
    this.y *= factor;
  }

  plus(other: Point): Point {
    return new Point(this.x + other.x, this.y + other.y);
  }

  toString(): string {
    return `(${this.x}, ${this.y})`;
  }

  static origin(): Point {
    return new Point(0, 0);
  }
}

/** A class of errors that both sides know. */
export class DiskError extends Error {
  readonly sector: number;

  constructor(message: string, sector: number) {
    super(message);
    this.name = 'DiskError';
    this.sector = sector;
  }
}

export const KNOWN_CLASSES = { Point, DiskError };

export class OpenFile {
  readonly #text: string;
  isClosed = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): string {
    return this.#text;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A list of what happened, in the order in which it happened. */
export class Journal {
  readonly entries: string[] = [];

  add(entry: string): number {
    return this.entries.push(entry);
  }

  addLater(entry: PromiseLike<string> | string): Promise<number> {
    return Promise.resolve(entry).then((text) => this.add(text));
  }
}

/** A WritableStream, or what engines without them get for one. */
interface Sink {
  getWriter?(): Sink;
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

type Callback = (...values: unknown[]) => unknown;

export function behaviourExports(far: FarProtocol) {
  const shared = new Point(3, 4);
  const privateList = [1, 2, 3];
  let kept: Callback | undefined;
  let wasCancelled = false;
  const pause = (turns: number): Promise<void> =>
    turns === 0 ? Promise.resolve() : Promise.resolve().then(() => pause(turns - 1));

  class Sensor {
    static readonly [far.constantFields] = ['model', 'channels'];
    readonly model = 'BMP180';
    readonly channels = 2;
    reading = 20.5;

    read(): number {
      return this.reading;
    }
  }

  return {
    fs: {
      open(name: string): OpenFile {
        if (name !== 'hello.txt') throw Object.assign(new Error(`no file ${name}`), { code: 'ENOENT' });
        return new OpenFile('hello, world');
      },
    },
    geometry: {
      Point,
      shared: () => shared,
      isShared: (point: unknown): boolean => point === shared,
      sum: (points: readonly Point[]): Point => points.reduce((sum, point) => sum.plus(point), new Point(0, 0)),
    },
    values: {
      echo: <T>(value: T): T => value,
      typeOf: (value: unknown): string => Object.prototype.toString.call(value),
      list: (): number[] => privateList,
      large: (size: number): Uint8Array => new Uint8Array(size).fill(7),
      objects: (): { name: string; point: Point } => ({ name: 'a', point: shared }),
      config: { speed: 115_200, nested: { deep: 'value' } },
      iterable: new Set(['a', 'b', 'c']),
      *count(to: number): Generator<number> {
        for (let value = 1; value <= to; value++) yield value;
      },
      async *countLater(to: number): AsyncGenerator<number> {
        for (let value = 1; value <= to; value++) {
          await pause(3);
          yield value;
        }
      },
      numbers: (count: number): AsyncIterable<number> => far.stream(Array.from({ length: count }, (_, index) => index)),
      mutable: far.ref([1, 2, 3]),
      snapshotOf: (point: Point): unknown => far.copy(point),
      pointByReference: (): { x: number } => far.ref({ x: 1 }),
    },
    sensors: { make: (): Sensor => new Sensor() },
    callbacks: {
      call: (callback: Callback, ...values: unknown[]): unknown => callback(...values),
      keep: (callback: Callback): void => {
        kept = callback;
      },
      callKept: (...values: unknown[]): unknown => kept?.(...values),
      drop: (): void => {
        kept = undefined;
      },
      async down(depth: number, callback: (depth: number) => Promise<number>): Promise<number> {
        return depth === 0 ? 0 : 1 + (await callback(depth - 1));
      },
    },
    errors: {
      range(): never {
        throw new RangeError('out of range');
      },
      disk(): never {
        throw new DiskError('bad sector', 17);
      },
      unknown(): never {
        class Strange extends Error {}
        throw Object.assign(new Strange('never seen'), {
          code: 'E_STRANGE',
          list: [1, { a: 2 }],
          socket: new Point(1, 1),
        });
      },
      caused(): never {
        throw new TypeError('outer', { cause: new RangeError('inner') });
      },
      value(): never {
        throw { not: 'an error' };
      },
      later: (): Promise<never> => pause(3).then(() => Promise.reject(new SyntaxError('later'))),
    },
    journal: () => new Journal(),
    laterJournal: (): Promise<Journal> => pause(5).then(() => new Journal()),
    journalAfter: async (gate: PromiseLike<unknown>): Promise<Journal> => {
      await gate;
      return new Journal();
    },
    later: async <T>(value: T, turns: number): Promise<T> => {
      await pause(turns);
      return value;
    },
    jobs: {
      /** Ends only when it is cancelled. */
      forever: (): Promise<string> =>
        new Promise((_, reject) => {
          const signal = far.currentCall()?.signal;
          signal?.addEventListener('abort', () => {
            wasCancelled = true;
            reject(new Error('cancelled there'));
          });
        }),
      /** Ends when the signal that it is given is aborted. */
      until: (signal: AbortSignal): Promise<string> =>
        new Promise((resolve) => {
          if (signal.aborted) resolve(`was ${signal.reason}`);
          else signal.addEventListener('abort', () => resolve(String(signal.reason)));
        }),
      wasCancelled: (): boolean => wasCancelled,
    },
    streams: {
      async sum(stream: AsyncIterable<Uint8Array>): Promise<number> {
        let sum = 0;
        for await (const chunk of stream) for (const byte of chunk) sum += byte;
        return sum;
      },
      bytes: (chunks: number, size: number): AsyncIterable<Uint8Array> =>
        far.stream(
          (function* (): Generator<Uint8Array> {
            for (let index = 0; index < chunks; index++) yield new Uint8Array(size).fill(index);
          })(),
        ),
      /** Writes so many chunks, waiting for each. */
      async fill(sink: Sink, chunks: number, size: number): Promise<void> {
        const writer = sink.getWriter?.() ?? sink;
        for (let index = 0; index < chunks; index++) await writer.write(new Uint8Array(size));
        await writer.close();
      },
      failing: (): AsyncIterable<number> =>
        far.stream(
          (async function* (): AsyncGenerator<number> {
            yield 1;
            throw new RangeError('the source broke');
          })(),
        ),
    },
  };
}

export type Far = ReturnType<typeof behaviourExports>;
