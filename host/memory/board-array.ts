import { ShoalError } from '../../protocol/errors.ts';
import { bytesOf, canonicaliseNans, typedArrayKind } from '../../protocol/values/typed-arrays.ts';
import { describeValue } from '../kernels/describe-value.ts';
import { checkSignal, type SignalOption } from '../kernels/signal-option.ts';
import type { KernelArray } from '../kernels/split.ts';
import type { Allocation } from './allocation.ts';
import type { BoardMemory } from './board-memory.ts';
import type { KernelArrayType } from './kernel-array-types.ts';

/**
 * A typed array that stands in the memory of a board: made by `board.alloc` and `board.core(i).alloc`, or a part of
 * one. Kernels take it wherever they take a typed array of its type; then only its address travels, and what a kernel
 * writes stays there. Several calls may use one at the same time: what they do to the same elements is theirs to order.
 *
 * The memory is free again after `free()`, at the end of a `using` block, when the board is closed, and at some time
 * after nobody refers to the array or a part of it any more. A call that was begun keeps it until its end.
 */
export class BoardArray<T extends KernelArray = KernelArray> {
  readonly type: KernelArrayType<T>;
  /** Elements. */
  readonly length: number;
  readonly #memory: BoardMemory;
  readonly #allocation: Allocation;
  /** Bytes from the start of the allocation. */
  readonly #offset: number;
  /** The array that was allocated: as long as a part lives it must not be collected. */
  readonly #whole: BoardArray<T>;

  /** Use `board.alloc`. */
  constructor(
    memory: BoardMemory,
    allocation: Allocation,
    type: KernelArrayType<T>,
    length: number,
    part?: { readonly of: BoardArray<T>; readonly offset: number },
  ) {
    this.#memory = memory;
    this.#allocation = allocation;
    this.type = type;
    this.length = length;
    this.#whole = part?.of ?? this;
    this.#offset = part?.offset ?? 0;
  }

  get byteLength(): number {
    return this.length * this.type.BYTES_PER_ELEMENT;
  }

  /** The core in whose memory it stands, relative to the board's first; null for shared memory. */
  get core(): readonly [row: number, column: number] | null {
    return this.#allocation.region.position;
  }

  /** True after `free()`, of it or of the array that it is a part of. */
  get isFreed(): boolean {
    return this.#allocation.isFreed;
  }

  /**
   * Elements `start` … `end` - 1, copied. Does not wait for calls that write them.
   * Throws MEMORY_FREED, BOARD_CLOSED, CALL_ARGUMENT for a range outside of the array, the reason of an aborted signal.
   */
  async read(start: number = 0, end: number = this.length, options: SignalOption = {}): Promise<T> {
    checkSignal(options);
    const place = placeOf(this);
    this.#checkRange(start, end);
    const size = this.type.BYTES_PER_ELEMENT;
    const bytes = await place.memory.access.read(place.meshAddress + start * size, (end - start) * size);
    const { buffer, byteOffset } = byteOffsetAligned(bytes, size) ? bytes : bytes.slice();
    return new this.type(buffer as ArrayBuffer, byteOffset, end - start);
  }

  /**
   * Writes all of `values`, an array of the same type, from element `offset` on. Does not wait for calls that use them.
   * Throws MEMORY_FREED, BOARD_CLOSED, CALL_ARGUMENT for another type or if they do not fit, the reason of an aborted
   * signal: then nothing was written.
   */
  async write(values: T, offset: number = 0, options: SignalOption = {}): Promise<void> {
    checkSignal(options);
    const place = placeOf(this);
    if (typedArrayKind(values)?.name !== this.type.name) {
      throw argumentError(`write takes a typed array ${this.type.name}, not ${describeValue(values)}`);
    }
    this.#checkRange(offset, offset + values.length);
    let bytes = bytesOf(values);
    if (this.type.name === 'Float32Array') {
      bytes = bytes.slice();
      canonicaliseNans(bytes);
    }
    await place.memory.access.write(place.meshAddress + offset * this.type.BYTES_PER_ELEMENT, bytes);
  }

  /** Elements `start` … `end` - 1 as an array of their own over the same memory. Throws as `read`. */
  subarray(start: number = 0, end: number = this.length): BoardArray<T> {
    placeOf(this);
    this.#checkRange(start, end);
    const offset = this.#offset + start * this.type.BYTES_PER_ELEMENT;
    return new BoardArray(this.#memory, this.#allocation, this.type, end - start, { of: this.#whole, offset });
  }

  /**
   * Copies all elements to the first ones of `target`, an array of the same type that is not shorter. On one board a
   * DMA engine of a core does it (channel 1), and the elements do not travel through the host.
   * Throws MEMORY_FREED, BOARD_CLOSED (also if the board is closed meanwhile), CALL_ARGUMENT, CALL_TIMEOUT after 60
   * seconds, the reason of an aborted signal: then any part may have been copied.
   */
  async copyTo(target: BoardArray<T>, options: SignalOption = {}): Promise<void> {
    checkSignal(options);
    const from = placeOf(this);
    if (!(target instanceof BoardArray) || target.type.name !== this.type.name) {
      const text = target instanceof BoardArray ? `of ${target.type.name}` : describeValue(target);
      throw argumentError(`copyTo takes an array ${this.type.name} in board memory, not ${text}`);
    }
    const to = placeOf(target);
    if (target.length < this.length) {
      throw argumentError(`${this.length} elements do not fit into the ${target.length} of the target`);
    }
    if (from.memory === to.memory && !overlap(from, to, this.byteLength)) {
      await from.memory.copy(from, to, this.byteLength, options.signal);
    } else {
      await to.memory.access.write(to.meshAddress, await from.memory.access.read(from.meshAddress, this.byteLength));
    }
  }

  /** Gives the memory back, that of all parts of it too. Idempotent. */
  free(): void {
    this.#allocation.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.free();
  }

  #checkRange(start: number, end: number): void {
    if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= this.length) return;
    throw argumentError(`elements ${start} … ${end} are not within the ${this.length} of the array`);
  }

  /** For the host itself. Throws BOARD_CLOSED, MEMORY_FREED. */
  static place(array: BoardArray): Place {
    array.#memory.checkOpen();
    const allocation = array.#allocation;
    if (allocation.isFreed) {
      throw new ShoalError('MEMORY_FREED', `${allocation.text} is used after it was freed`, {
        details: { allocation: allocation.text },
      });
    }
    const address = allocation.address + array.#offset;
    const { region } = allocation;
    return {
      memory: array.#memory,
      allocation,
      core: region.core,
      meshAddress: region.meshBase + address,
      kernelAddress: region.kernelBase + address,
    };
  }
}

/** Where an array stands now. */
export interface Place {
  readonly memory: BoardMemory;
  readonly allocation: Allocation;
  /** Index of the core in whose memory, null for shared memory. */
  readonly core: number | null;
  readonly meshAddress: number;
  /** As kernels see it that may use it. */
  readonly kernelAddress: number;
}

export const placeOf: (array: BoardArray) => Place = BoardArray.place;

function overlap(a: Place, b: Place, lengthBytes: number): boolean {
  return Math.abs(a.meshAddress - b.meshAddress) < lengthBytes;
}

const byteOffsetAligned = (bytes: Uint8Array, size: number): boolean =>
  bytes.byteOffset % size === 0 && bytes.buffer.byteLength === bytes.byteLength;

function argumentError(text: string): ShoalError {
  return new ShoalError('CALL_ARGUMENT', text);
}
