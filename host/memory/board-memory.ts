/** The arrays that a program has in the memories of one board. */
import { ShoalError } from '../../protocol/errors.ts';
import type { CallPool } from '../cores/call-pool.ts';
import type { CoreAccess } from '../cores/core-access.ts';
import { CoreMemory } from '../cores/core-memory.ts';
import type { MemoryExplanation } from '../explain/board-explanation.ts';
import { describeValue } from '../kernels/describe-value.ts';
import { DEFAULT_TIMEOUT_MS } from '../kernels/pending-call.ts';
import type { AnyMemory, KernelArray } from '../kernels/split.ts';
import { Allocation, type Region } from './allocation.ts';
import { BoardArray, type Place } from './board-array.ts';
import { type CopyWatch, copyByDma } from './copy-by-dma.ts';
import { KERNEL_ARRAY_TYPES, type KernelArrayType } from './kernel-array-types.ts';

/** As many holders of memory are named in a message. */
const NAMED_HOLDERS = 5;

export class BoardMemory {
  readonly access: CoreAccess;
  readonly pool: CallPool;
  /** Throws BOARD_CLOSED. */
  readonly checkOpen: () => void;
  readonly #shared: Region | null;
  readonly #cores: readonly Region[];
  readonly #live = new Set<Allocation>();
  /** A back-stop: `free` and `using` are prompt. */
  readonly #collected = new FinalizationRegistry<Allocation>((allocation) => allocation.free());
  /** Copies happen one after another: they share the DMA engines. */
  #copying: Promise<unknown> = Promise.resolve();

  constructor(pool: CallPool, checkOpen: () => void) {
    const { access } = pool;
    this.access = access;
    this.pool = pool;
    this.checkOpen = checkOpen;
    const { sharedMemory } = access.board;
    this.#shared =
      sharedMemory === undefined
        ? null
        : {
            name: 'shared memory',
            core: null,
            position: null,
            memory: new CoreMemory(0, sharedMemory.lengthBytes),
            meshBase: sharedMemory.address,
            kernelBase: sharedMemory.address,
          };
    this.#cores = pool.slots.map((slot) => ({
      name: `core ${slot.position.join()}`,
      core: slot.index,
      position: slot.position,
      memory: slot.memory,
      meshBase: access.coreAddress(slot.index, 0),
      kernelBase: 0,
    }));
  }

  /** `core` null: in shared memory. `site` holds the stack of the allocation. */
  async allocate<T extends KernelArray>(
    core: number | null,
    type: KernelArrayType<T>,
    length: number,
    site: Error,
  ): Promise<BoardArray<AnyMemory<T>>> {
    this.checkOpen();
    if (!Object.values<unknown>(KERNEL_ARRAY_TYPES).includes(type)) {
      const names = Object.keys(KERNEL_ARRAY_TYPES).join(', ');
      const actual = typeof type === 'function' ? (type as { name: string }).name : describeValue(type);
      throw new ShoalError('CALL_ARGUMENT', `alloc takes one of ${names}, not ${actual}`);
    }
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new ShoalError('CALL_ARGUMENT', `the length must be an integer from 0, not ${describeValue(length)}`);
    }
    const what = `${type.name}(${length})`;
    const region = core === null ? this.#shared : this.#cores[core];
    if (region === null || region === undefined) {
      throw new ShoalError('MEMORY_OVERFLOW', `${this.access.board.name} has no shared memory for ${what}`, {
        hint: 'Allocate in the memory of a core: board.core(0).alloc(…).',
      });
    }
    const lengthBytes = Math.max(8, length * type.BYTES_PER_ELEMENT);
    const address = region.memory.allocate(lengthBytes, true);
    if (address === null) throw this.#overflow(region, what, lengthBytes);
    const allocation = new Allocation(region, address, lengthBytes, `${what}${placeIn(site)}`, () =>
      this.#live.delete(allocation),
    );
    this.#live.add(allocation);
    const zeros = this.access.fill(region.meshBase + address, lengthBytes);
    const array = new BoardArray(this, allocation, type as unknown as KernelArrayType<AnyMemory<T>>, length);
    this.#collected.register(array, allocation);
    await zeros;
    return array;
  }

  /** Arrays that were not freed. */
  get size(): number {
    return this.#live.size;
  }

  /** How full each memory is. */
  explain(): MemoryExplanation[] {
    return [...this.#cores, ...(this.#shared === null ? [] : [this.#shared])].map(({ name, memory }) => ({
      name,
      capacityBytes: memory.capacityBytes,
      usedBytes: memory.usedBytes,
      arrayBytes: memory.kept.reduce((sum, { start, end }) => sum + end - start, 0),
    }));
  }

  /** Frees all arrays. */
  close(): void {
    for (const allocation of this.#live) allocation.free();
  }

  /** Copies between places of this board that do not overlap. Throws as `BoardArray.copyTo`. */
  async copy(from: Place, to: Place, lengthBytes: number, signal?: AbortSignal): Promise<void> {
    const release = [from.allocation.use(), to.allocation.use()];
    let deadline = Number.POSITIVE_INFINITY;
    const watch: CopyWatch = {
      startOf: (core) => this.pool.slots[core]?.nonce ?? 0,
      check: () => {
        this.checkOpen();
        signal?.throwIfAborted();
        if (performance.now() > deadline) throw tooSlow(lengthBytes);
      },
    };
    const copied = this.#copying.then(() => {
      deadline = performance.now() + DEFAULT_TIMEOUT_MS;
      return copyByDma(this.access, from, to, lengthBytes, watch);
    });
    this.#copying = copied.catch(() => undefined);
    try {
      await copied;
    } finally {
      for (const each of release) each();
    }
  }

  #overflow(region: Region, what: string, lengthBytes: number): ShoalError {
    const { memory } = region;
    const capacity = memory.capacityBytes;
    const free = capacity - memory.usedBytes;
    const held = [...this.#live].filter((each) => each.region === region);
    const arrayBytes = held.reduce((sum, each) => sum + Math.ceil(each.lengthBytes / 8) * 8, 0);
    const others = memory.usedBytes - arrayBytes;
    held.sort((a, b) => b.lengthBytes - a.lengthBytes);
    const holders = held.map((each) => `${each.lengthBytes} ${each.text}`);
    const named = holders.slice(0, NAMED_HOLDERS);
    if (holders.length > named.length) named.push(`${holders.length - named.length} more`);
    if (others > 0) named.push(`${others} modules and calls`);
    const text =
      `${region.name} has no room for ${what}: it needs ${lengthBytes} bytes, ${free} of ${capacity} are free, ` +
      `${memory.longestFree} in one piece${named.length === 0 ? '' : `; held by ${named.join(', ')}`}`;
    return new ShoalError('MEMORY_OVERFLOW', text, {
      hint: 'Free arrays that are not needed any more, with `using` or free().',
      details: { needed: lengthBytes, free, capacity, longestFree: memory.longestFree, holders, otherBytes: others },
    });
  }
}

function tooSlow(lengthBytes: number): ShoalError {
  const text = `a DMA engine has not copied ${lengthBytes} bytes within ${DEFAULT_TIMEOUT_MS} ms`;
  return new ShoalError('CALL_TIMEOUT', text, { details: { lengthBytes, timeoutMs: DEFAULT_TIMEOUT_MS } });
}

/** ` of app.ts:12:3`: the first frame of a stack; empty if it is not known. */
function placeIn(site: Error): string {
  const place = /([^/\\(\s]+:\d+:\d+)\)?$/m.exec(site.stack?.split('\n')[1] ?? '')?.[1];
  return place === undefined ? '' : ` of ${place}`;
}
