import type { GraphFunction } from '../flow-graph/graph.ts';
import { shapeOf } from '../flow-graph/shape.ts';
import { Ranges } from './ranges.ts';

/** Removes index checks that cannot fail: of counters below the length, masked indices, clamped ones. */
export function removeProvenChecks(graph: GraphFunction): boolean {
  const ranges = new Ranges(graph, shapeOf(graph));
  let changed = false;
  for (const block of graph.blocks) {
    const kept = block.instructions.filter(
      (code) => code.op !== 'bounds-check' || !ranges.isInRange(code.index, code.length, block),
    );
    if (kept.length === block.instructions.length) continue;
    block.instructions = kept;
    changed = true;
  }
  return changed;
}
