/**
 * The library kernels that lowering calls: ordinary kernel modules in folders of device/kernel. Their symbols in a flow
 * graph carry a prefix that no module of a user can have.
 */
import type { IntrinsicName } from '../kernel-tree/tree.ts';

/** Stands before the symbol of every function from device/kernel/math, which computes its result and nothing else. */
export const MATH_PREFIX = 'math/';
/** Stands before every symbol from device/kernel/cores, which reads and writes the memory of cores. */
export const CORES_PREFIX = 'cores/';
/** A lock of a module is this and its own name, for the host to find. */
export const LOCK_PREFIX = 'cores/lock/';

/** Data of the barrier. */
export const BARRIER_PREFIX = 'cores/barrier.';
/** The word that says where a kernel waits: device/kernel/cores/wait.ts. */
export const WAITING_SYMBOL = 'cores/wait.waitingAt';

/** Symbols of the library functions that lowered code calls. */
export const LIBRARY = {
  /** (f32, f32) -> f32, correctly rounded. */
  divideFloat: 'math/divide.divideFloat',
  /** (f32) -> f32, correctly rounded. */
  squareRoot: 'math/square-root.squareRoot',
  /** (f32, f32) -> f32, exact; divisor 0 gives NaN. */
  remainderFloat: 'math/remainder.remainderFloat',
  /** (i32, i32) -> i32, truncated; divisor 0 gives 0. */
  divideSigned: 'math/divide-integers.divideSigned',
  /** (u32, u32) -> u32; divisor 0 gives 0. */
  divideUnsigned: 'math/divide-integers.divideUnsigned',
  /** (i32, i32) -> i32, sign of the dividend; the divisor is not 0. */
  remainderSigned: 'math/divide-integers.remainderSigned',
  /** (u32, u32) -> u32; the divisor is not 0. */
  remainderUnsigned: 'math/divide-integers.remainderUnsigned',
  /** (f32) -> i32, JavaScript's ToInt32; the same bits are ToUint32. */
  toInteger: 'math/round.toInteger',
  /** (f32) -> f32, also the next three. */
  floor: 'math/round.floor',
  ceil: 'math/round.ceil',
  trunc: 'math/round.trunc',
  round: 'math/round.round',
} as const;

type BoardIntrinsic = Extract<IntrinsicName, 'board-rows' | 'board-columns' | 'first-core-id'>;
type CoresIntrinsic = Extract<
  IntrinsicName,
  'peer-of-index' | 'peer-at' | 'neighbour' | 'wrapped-neighbour' | 'barrier' | 'acquire-lock' | 'release-lock'
>;

/** Symbols of the library functions behind intrinsics. Peers are addresses: device/kernel/cores/mesh.ts. */
export const CORES_LIBRARY: Readonly<Record<CoresIntrinsic, string>> = {
  'peer-of-index': 'cores/mesh.addressOf',
  'peer-at': 'cores/mesh.addressAt',
  neighbour: 'cores/mesh.neighbour',
  'wrapped-neighbour': 'cores/mesh.wrappedNeighbour',
  barrier: 'cores/barrier.barrier',
  'acquire-lock': 'cores/lock.acquire',
  'release-lock': 'cores/lock.release',
};

/** What a kernel asks of its board: symbols whose addresses are the answers. The host knows them when it links. */
export const BOARD_SYMBOLS: Readonly<Record<BoardIntrinsic, string>> = {
  'board-rows': 'board.rows',
  'board-columns': 'board.columns',
  'first-core-id': 'board.firstCoreId',
};

/** Of the core runtime: enables interrupts and sleeps until one was taken. */
export const SLEEP_SYMBOL = 'sleep';

/** The kernel module, relative to the package, that defines a library symbol; null for any other symbol. */
export function libraryModuleOf(symbol: string): string | null {
  const prefix = [MATH_PREFIX, CORES_PREFIX].find((each) => symbol.startsWith(each));
  if (prefix === undefined) return null;
  const file = symbol.slice(prefix.length).split('.')[0] ?? '';
  return `device/kernel/${prefix}${file}.ts`;
}
