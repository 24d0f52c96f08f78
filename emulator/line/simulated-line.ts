import type { Clock } from '../../protocol/clock.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities, LineKind } from '../../protocol/line.ts';
import { LineNoise, type NoiseRates, seededRandom } from './line-noise.ts';

/** A serial line with its adapters. */
export interface SimulatedLineOptions {
  /** Default `'bytes'`, a serial line; the others take no faults but `hangUp`. */
  readonly kind?: LineKind;
  readonly seed?: number;
  /** Bits per second; a byte is ten (8N1). Default 115 200; Infinity for a line without pace. */
  readonly baud?: number;
  /** Milliseconds that an adapter keeps bytes back, each way. Default 0. */
  readonly latencyMs?: number;
  /** Bytes that come in one piece at most. Default 62, as of full-speed USB adapters. */
  readonly chunkBytes?: number;
  /** Faults of single bytes. */
  readonly noise?: NoiseRates;
  /** Chance that a chunk comes twice. */
  readonly doubleChunk?: number;
  /** Chance that a chunk comes after the next 1 to `reorderChunks` ones. */
  readonly reorderChunk?: number;
  /** Default 1. */
  readonly reorderChunks?: number;
  /** Declared capability; default: whether there is any noise. */
  readonly isNoisy?: boolean;
}

/** The next bytes are asked for when so many are left: a little more than nothing, so that the line never idles. */
const ALMOST_EMPTY_BYTES = 32;

/** One end of a simulated line; it writes to the other. */
class LineEnd implements Line {
  readonly capabilities: LineCapabilities;
  onBytes: (bytes: Uint8Array) => void = () => {};
  onDrain: () => void = () => {};
  onEnd: (reason: ShoalError) => void = () => {};
  other: LineEnd = this;
  isOpen = true;
  /** The line is gone, and what is on its way with it; an end that closes still gets its bytes out. */
  isCut = false;
  /** Bytes that were put on the line. */
  sentBytes = 0;
  readonly noise: LineNoise;
  readonly #clock: Clock;
  readonly #options: SimulatedLineOptions;
  readonly #random: () => number;
  readonly #msPerByte: number;
  /** When the last byte that was written will be on the line. */
  #busyUntil = 0;
  #isDrainSet = false;
  /** Chunks that come later than those behind them, with how many they wait for. */
  #delayed: { readonly bytes: Uint8Array; waits: number }[] = [];

  constructor(clock: Clock, options: SimulatedLineOptions, random: () => number) {
    this.#clock = clock;
    this.#options = options;
    this.#random = random;
    this.#msPerByte = 10_000 / (options.baud ?? 115_200);
    this.noise = new LineNoise(options.noise ?? {}, random);
    const isNoisy =
      options.noise !== undefined || options.doubleChunk !== undefined || options.reorderChunk !== undefined;
    this.capabilities = {
      kind: options.kind ?? 'bytes',
      isNoisy: options.isNoisy ?? isNoisy,
      hasModemLines: false,
      hasBreak: false,
    };
  }

  get bufferedBytes(): number {
    if (this.#msPerByte === 0) return 0;
    // A moment is never hit exactly in floating point.
    return Math.max(0, Math.floor((this.#busyUntil - this.#clock.now()) / this.#msPerByte + 1e-6));
  }

  write(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.sentBytes += bytes.length;
    const { kind, latencyMs = 0 } = this.#options;
    const chunkBytes = kind === 'messages' ? bytes.length : (this.#options.chunkBytes ?? 62);
    const now = this.#clock.now();
    this.#busyUntil = Math.max(this.#busyUntil, now);
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const chunk = bytes.subarray(from, from + chunkBytes);
      this.#busyUntil += chunk.length * this.#msPerByte;
      this.#clock.setTimer(this.#busyUntil + latencyMs - now, () => this.#arrive(chunk));
    }
    if (this.#isDrainSet) return;
    this.#isDrainSet = true;
    this.#setDrain();
  }

  #setDrain(): void {
    const delay = this.#busyUntil - ALMOST_EMPTY_BYTES * this.#msPerByte - this.#clock.now();
    this.#clock.setTimer(Math.max(0, delay), () => {
      if (this.bufferedBytes > ALMOST_EMPTY_BYTES) {
        this.#setDrain();
        return;
      }
      this.#isDrainSet = false;
      if (this.isOpen) this.onDrain();
    });
  }

  #arrive(chunk: Uint8Array): void {
    if (this.isCut) return;
    const { doubleChunk = 0, reorderChunk = 0, reorderChunks = 1 } = this.#options;
    const bytes = this.noise.pass(chunk);
    if (reorderChunk > 0 && this.#random() < reorderChunk) {
      this.#delayed.push({ bytes, waits: 1 + Math.floor(this.#random() * reorderChunks) });
      return;
    }
    this.#deliver(bytes);
    if (doubleChunk > 0 && this.#random() < doubleChunk) this.#deliver(bytes);
    for (const late of this.#delayed) if (--late.waits === 0) this.#deliver(late.bytes);
    this.#delayed = this.#delayed.filter(({ waits }) => waits > 0);
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length > 0 && this.other.isOpen) this.other.onBytes(bytes.slice());
  }

  close(): void {
    this.isOpen = false;
  }
}

/** Two ends of a line, and what can befall it. */
export interface SimulatedLine {
  readonly ends: readonly [Line, Line];
  /** The line is gone for both ends; what is on its way is lost. */
  hangUp(): void;
  /** Puts bytes on the line in the direction of an end that nobody wrote: what a board says while it starts. */
  inject(toEnd: 0 | 1, bytes: Uint8Array): void;
  /** Bytes put on the line by each end. */
  readonly sentBytes: readonly [number, number];
  /** Bytes that were damaged, both ways. */
  readonly faults: number;
}

/** A line in the time of `clock`, with the faults of its seed. */
export function simulateLine(clock: Clock, options: SimulatedLineOptions = {}): SimulatedLine {
  const random = seededRandom(options.seed ?? 1);
  const first = new LineEnd(clock, options, random);
  const second = new LineEnd(clock, options, random);
  first.other = second;
  second.other = first;
  return {
    ends: [first, second],
    hangUp() {
      for (const end of [first, second]) {
        end.isCut = true;
        if (!end.isOpen) continue;
        end.isOpen = false;
        end.onEnd(new ShoalError('LINK_LOST', 'the line was cut', { retryable: true }));
      }
    },
    inject(toEnd, bytes) {
      (toEnd === 0 ? second : first).write(bytes);
    },
    get sentBytes(): readonly [number, number] {
      return [first.sentBytes, second.sentBytes];
    },
    get faults() {
      return first.noise.faults + second.noise.faults;
    },
  };
}
