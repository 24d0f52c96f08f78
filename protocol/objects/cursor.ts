/** The sending end of an iteration or a stream: gives values when it is asked, never more bytes than it is granted. */
import { ShoalError } from '../errors.ts';
import { typedArrayKind } from '../values/typed-arrays.ts';
import { utf8Length } from '../values/utf8.ts';
import { sourceOfStream } from './engine-streams.ts';
import { owner } from './reach.ts';

/** Where a cursor's values come from. */
export interface Source {
  next(): Step | Promise<Step>;
  /** Nobody reads on. */
  stop(reason: unknown): unknown;
  /** True if values may be taken before they are asked for one by one: taking them changes nothing. */
  readonly isCollection: boolean;
}

interface Step {
  readonly done?: boolean;
  readonly value?: unknown;
}

/** Values of one answer, however small they are. */
const MAX_BATCH = 256;

/** What an answer to `next` takes besides its values, and a value besides its content, at most. */
const OVERHEAD_BYTES = 16;

export class Cursor {
  readonly #source: Source;
  /** Taken from the source and not sent yet. */
  #held: Step | undefined;
  #turn: Promise<unknown> | undefined;
  #isDone = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Over anything iterable. Throws TypeError. */
  static over(values: unknown): Cursor {
    return new Cursor(sourceOfStream(values) ?? iteratorSource(values));
  }

  /**
   * Some more values, whose messages take at most `credit` bytes: an array of whether that was all, and the values.
   * Throws what the source throws, and LIMIT_EXCEEDED for a value larger than the credit that cannot be divided.
   */
  next(credit: unknown): unknown {
    if (typeof credit !== 'number' || !(credit > OVERHEAD_BYTES)) throw new RangeError(`a credit of ${credit} bytes`);
    const take = (): unknown => this.#take(credit - OVERHEAD_BYTES);
    if (this.#turn === undefined) {
      const answer = take();
      if (answer instanceof Promise) this.#setTurn(answer);
      return answer;
    }
    const answer = this.#turn.then(take, take);
    this.#setTurn(answer);
    return answer;
  }

  #setTurn(answer: Promise<unknown>): void {
    this.#turn = answer;
    const clear = (): void => {
      if (this.#turn === answer) this.#turn = undefined;
    };
    answer.then(clear, clear);
  }

  #take(bytes: number): unknown {
    if (this.#isDone) return Object.freeze([true]);
    const values: unknown[] = [];
    let left = bytes;
    while (values.length < (this.#source.isCollection ? MAX_BATCH : 1)) {
      const step = this.#held ?? this.#source.next();
      this.#held = undefined;
      if (step instanceof Promise) {
        return step.then((held) => {
          this.#held = held;
          return this.#take(bytes);
        });
      }
      if (step.done === true) {
        this.#isDone = true;
        break;
      }
      const size = sizeBound(step.value);
      if (size > left) {
        this.#held = step;
        if (values.length === 0) values.push(this.#divide(step.value, size, left));
        break;
      }
      values.push(step.value);
      left -= size;
    }
    // Frozen, so that it goes by value under every policy.
    return Object.freeze([this.#isDone, ...values]);
  }

  #divide(value: unknown, size: number, bytes: number): unknown {
    if (value instanceof Uint8Array && bytes > OVERHEAD_BYTES) {
      const end = bytes - OVERHEAD_BYTES;
      this.#held = { value: value.subarray(end) };
      return value.subarray(0, end);
    }
    this.stop(undefined);
    throw new ShoalError(
      'LIMIT_EXCEEDED',
      `a value of ${size} bytes in a stream whose reader takes ${bytes} at a time`,
      {
        hint: 'send smaller values, or raise limits.streamWindowBytes of the reading session',
        details: { limit: 'streamWindowBytes' },
      },
    );
  }

  /** Nobody reads on. Safe to call twice. */
  stop(reason: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#held = undefined;
    try {
      const stopped = this.#source.stop(reason);
      if (stopped instanceof Promise) stopped.catch(() => {});
    } catch {
      // Whoever would want to know has gone.
    }
  }
}

function iteratorSource(values: unknown): Source {
  const isCollection =
    typeof values === 'string' ||
    Array.isArray(values) ||
    values instanceof Set ||
    values instanceof Map ||
    typedArrayKind(values) !== undefined;
  for (const symbol of [Symbol.asyncIterator, Symbol.iterator] as const) {
    if (owner(values, symbol) === undefined) continue;
    const iterator = (values as Readonly<Record<symbol, () => AsyncIterator<unknown>>>)[symbol]?.();
    if (typeof iterator?.next !== 'function') break;
    return { next: () => iterator.next(), stop: (reason) => iterator.return?.(reason), isCollection };
  }
  throw new TypeError('this object is not iterable');
}

/** Bytes that a value takes on the wire, at most. */
export function sizeBound(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD_BYTES + utf8Length(value);
  if (ArrayBuffer.isView(value)) return OVERHEAD_BYTES + value.byteLength;
  if (typeof value === 'bigint') return OVERHEAD_BYTES + value.toString(16).length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeBound(item), OVERHEAD_BYTES);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.entries(value).reduce((sum, [key, item]) => sum + key.length * 3 + sizeBound(item), OVERHEAD_BYTES);
  }
  return OVERHEAD_BYTES;
}
