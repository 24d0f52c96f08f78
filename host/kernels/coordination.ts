/** What the host must know of a module whose kernels wait for other cores. */
import type { DataItem } from '../../compiler/compiled-module.ts';
import { BARRIER_PREFIX, LOCK_PREFIX, WAITING_SYMBOL } from '../../compiler/flow-graph/library-symbols.ts';

/** Local addresses, the same on every core. */
export interface Coordination {
  /** Memory of the barrier. All zeros, on every core, when a call on all cores begins. */
  readonly barrier: readonly { readonly address: number; readonly lengthBytes: number }[];
  /** A word: where the kernel waits, as the id of a trap site + 1, or 0. */
  readonly waitingAt: number;
  /** Words, of which those on core 0 count: index + 1 of the core that holds the lock, or 0. */
  readonly locks: readonly number[];
}

/** Null for a module whose kernels do not wait. */
export function coordinationOf(data: readonly DataItem[], symbols: ReadonlyMap<string, number>): Coordination | null {
  const waitingAt = symbols.get(WAITING_SYMBOL);
  if (waitingAt === undefined) return null;
  const barrier = data.flatMap(({ name, lengthBytes }) => {
    const address = name.startsWith(BARRIER_PREFIX) ? symbols.get(name) : undefined;
    return address === undefined ? [] : [{ address, lengthBytes }];
  });
  const locks = [...symbols].flatMap(([name, address]) => (name.startsWith(LOCK_PREFIX) ? [address] : []));
  return { barrier, waitingAt, locks };
}
