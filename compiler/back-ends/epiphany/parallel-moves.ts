/** Parallel moves put into an order, with a scratch register to break cycles. */

export interface Move {
  readonly to: number;
  readonly from: number;
}

/**
 * Moves that, done one after the other, do what `moves` do at once. No two may have the same `to`. `scratch` is asked
 * for a register that is in none of them, once for each cycle.
 */
export function sequentialMoves(moves: readonly Move[], scratch: () => number): Move[] {
  const pending = new Map<number, number>();
  /** How many pending moves read a register. */
  const readers = new Map<number, number>();
  for (const { to, from } of moves) {
    if (to === from) continue;
    pending.set(to, from);
    readers.set(from, (readers.get(from) ?? 0) + 1);
  }
  const ready = [...pending.keys()].filter((to) => (readers.get(to) ?? 0) === 0);
  const result: Move[] = [];
  const finish = (to: number): void => {
    const from = pending.get(to) as number;
    pending.delete(to);
    result.push({ to, from });
    const left = (readers.get(from) ?? 0) - 1;
    readers.set(from, left);
    if (left === 0 && pending.has(from)) ready.push(from);
  };
  while (pending.size > 0) {
    const next = ready.pop();
    if (next !== undefined) {
      finish(next);
      continue;
    }
    // Only cycles are left: save one destination, and let its readers read the copy.
    const first = pending.keys().next().value as number;
    const saved = scratch();
    result.push({ to: saved, from: first });
    for (const [to, from] of pending) if (from === first) pending.set(to, saved);
    readers.set(saved, readers.get(first) ?? 0);
    readers.set(first, 0);
    ready.push(first);
  }
  return result;
}
