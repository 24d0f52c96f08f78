/** What the functions of `shoal/kernel` are on one core of `hostCores`. */
import type { KernelArray } from '../kernels/split.ts';
import type { WaitingBlock } from './waiting-block.ts';

/** Where a core stands. */
export interface CorePlace {
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
}

/** Memory that a module has on all cores, by symbol. */
export interface ModuleMemory {
  /** Of each array, one buffer for each core. */
  readonly arrays: ReadonlyMap<string, readonly SharedArrayBuffer[]>;
  /** Index of each lock. */
  readonly locks: ReadonlyMap<string, number>;
  readonly lockWords: SharedArrayBuffer;
}

interface Peer {
  view(array: KernelArray): KernelArray;
}

/** The functions by the names that printed programs use. */
export function coreFunctions(place: CorePlace, memory: ModuleMemory, block: WaitingBlock): object {
  const { index, rows, columns } = place;
  const lockWords = new Int32Array(memory.lockWords);
  const symbols = new WeakMap<KernelArray, string>();
  const views = new Map<string, KernelArray>();
  const peers = new Map<number, Peer>();

  const view = (core: number, array: KernelArray): KernelArray => {
    if (core === index) return array;
    const symbol = symbols.get(array) ?? '';
    const key = `${core} ${symbol}`;
    let found = views.get(key);
    if (found === undefined) {
      const buffer = memory.arrays.get(symbol)?.[core];
      if (buffer === undefined) throw new Error('a view of an array that is not one of a module');
      found = arrayOn(array, buffer);
      views.set(key, found);
    }
    return found;
  };
  // One object for each core, so that peers can be compared.
  const peerOf = (core: number): Peer => {
    let found = peers.get(core);
    if (found === undefined) {
      found = { view: (array) => view(core, array) };
      peers.set(core, found);
    }
    return found;
  };
  const peerAt = (row: number, column: number): Peer | null =>
    row < 0 || row >= rows || column < 0 || column >= columns ? null : peerOf(row * columns + column);
  const [ownRow, ownColumn] = [Math.floor(index / columns), index % columns];
  const wrapped = (at: number, size: number): number => ((at % size) + size) % size;

  return {
    coreIndex: () => index,
    coreCount: () => rows * columns,
    boardRows: () => rows,
    boardColumns: () => columns,
    peer: (row: number, column?: number) => {
      if (column !== undefined) return peerAt(row, column);
      return row < 0 || row >= rows * columns ? null : peerOf(row);
    },
    neighbour: (down: number, right: number) => peerAt(ownRow + down, ownColumn + right),
    wrappedNeighbour: (down: number, right: number) =>
      peerAt(wrapped(ownRow + down, rows), wrapped(ownColumn + right, columns)),
    barrier: (where: string) => block.barrier(index, where),
    sharedArray: (symbol: string, initial: KernelArray) => {
      const buffer = memory.arrays.get(symbol)?.[index];
      if (buffer === undefined) throw new Error(`${symbol} is not shared`);
      const own = arrayOn(initial, buffer);
      own.set(initial);
      symbols.set(own, symbol);
      return own;
    },
    Lock: class {
      readonly #lock: number;
      constructor(symbol: string) {
        this.#lock = memory.locks.get(symbol) ?? 0;
      }
      acquire(where: string): void {
        block.acquire(index, lockWords, this.#lock, where);
      }
      release(): void {
        freeLock(lockWords, this.#lock);
      }
    },
  };
}

export function freeLock(lockWords: Int32Array, lock: number): void {
  Atomics.store(lockWords, lock, 0);
  Atomics.notify(lockWords, lock);
}

function arrayOn(like: KernelArray, buffer: SharedArrayBuffer): KernelArray {
  const Type = like.constructor as new (buffer: SharedArrayBuffer) => KernelArray;
  return new Type(buffer);
}
