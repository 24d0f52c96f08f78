import type { Global } from './tree.ts';

/** The module-level arrays that fields of module-level records refer to: what is written through those is not followed. */
export function heldArrays(globals: Iterable<Global>): ReadonlySet<Global> {
  const held = new Set<Global>();
  for (const { initial } of globals) {
    if (typeof initial !== 'object' || !('record' in initial)) continue;
    for (const value of initial.values) if (isArray(value)) held.add(value);
  }
  return held;
}

function isArray(value: number | null | Global): value is Global {
  return typeof value === 'object' && value?.type.tag === 'array';
}
