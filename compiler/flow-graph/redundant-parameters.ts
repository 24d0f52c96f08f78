import type { Block, Edge, GraphFunction, Value } from './graph.ts';
import { edgesOf, Replacements } from './operands.ts';

/** Edges into each block. */
export function incomingEdges(graph: GraphFunction): Map<Block, Edge[]> {
  const incoming = new Map<Block, Edge[]>(graph.blocks.map((block) => [block, []]));
  for (const block of graph.blocks) for (const edge of edgesOf(block)) incoming.get(edge.block)?.push(edge);
  return incoming;
}

/**
 * Removes block parameters that get one value on every edge (besides themselves). All blocks must be reachable.
 * Returns true if there were any.
 */
export function removeRedundantParameters(graph: GraphFunction): boolean {
  const replacements = new Replacements();
  const incoming = incomingEdges(graph);
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of graph.blocks) {
      const edges = incoming.get(block) as Edge[];
      const redundant = new Set<number>();
      block.parameters.forEach((parameter, index) => {
        let only: Value | null = null;
        for (const edge of edges) {
          const value = replacements.find(edge.arguments[index] as Value);
          if (value === parameter || value === only) continue;
          if (only !== null) return;
          only = value;
        }
        if (only === null) return;
        replacements.set(parameter, only);
        redundant.add(index);
      });
      if (redundant.size === 0) continue;
      changed = true;
      dropParameters(block, edges, redundant);
    }
  }
  replacements.apply(graph);
  return replacements.size > 0;
}

/** Removes the parameters of `block` with these indices, and what its incoming `edges` pass for them. */
export function dropParameters(block: Block, edges: readonly Edge[], indices: ReadonlySet<number>): void {
  const kept = (_: Value, index: number): boolean => !indices.has(index);
  block.parameters = block.parameters.filter(kept);
  for (const edge of edges) edge.arguments = edge.arguments.filter(kept);
}
