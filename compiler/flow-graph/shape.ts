/** The shape of a function's graph: order, predecessors, dominators, loops. Computed anew by whoever needs it. */
import type { Block, Edge, GraphFunction, Loop } from './graph.ts';
import { edgesOf } from './operands.ts';

export interface IncomingEdge {
  readonly from: Block;
  readonly edge: Edge;
}

export interface Shape {
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly Block[];
  readonly incoming: ReadonlyMap<Block, readonly IncomingEdge[]>;
  /** Immediate dominator; the entry has none. */
  readonly dominator: ReadonlyMap<Block, Block>;
  dominates(above: Block, below: Block): boolean;
}

function reversePostorder(entry: Block): Block[] {
  const seen = new Set<Block>([entry]);
  const order: Block[] = [];
  // The last successor is entered first, so that `whenTrue` follows its branch directly.
  const stack = [{ block: entry, edges: [...edgesOf(entry)] }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = top.edges.pop();
    if (edge === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(edge.block)) {
      seen.add(edge.block);
      stack.push({ block: edge.block, edges: [...edgesOf(edge.block)] });
    }
  }
  return order.reverse();
}

export function shapeOf(graph: GraphFunction): Shape {
  const entry = graph.blocks[0];
  if (entry === undefined) throw new Error(`${graph.symbol} has no blocks`);
  const order = reversePostorder(entry);
  const incoming = new Map<Block, IncomingEdge[]>(order.map((block) => [block, []]));
  for (const from of order) for (const edge of edgesOf(from)) incoming.get(edge.block)?.push({ from, edge });

  // Cooper, Harvey, Kennedy: iterate over reverse postorder numbers until nothing changes.
  const numberOf = new Map(order.map((block, index) => [block, index]));
  const above = new Int32Array(order.length).fill(-1);
  above[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = 1; index < order.length; index++) {
      let found = -1;
      for (const { from } of incoming.get(order[index] as Block) ?? []) {
        let other = numberOf.get(from) as number;
        if ((above[other] as number) < 0) continue;
        if (found < 0) {
          found = other;
          continue;
        }
        while (found !== other) {
          while (found > other) found = above[found] as number;
          while (other > found) other = above[other] as number;
        }
      }
      if (above[index] !== found) {
        above[index] = found;
        changed = true;
      }
    }
  }
  const dominator = new Map<Block, Block>();
  for (let index = 1; index < order.length; index++) {
    dominator.set(order[index] as Block, order[above[index] as number] as Block);
  }
  const dominates = (upper: Block, lower: Block): boolean => {
    const target = numberOf.get(upper);
    let at = numberOf.get(lower);
    if (target === undefined || at === undefined) return false;
    while (at > target) at = above[at] as number;
    return at === target;
  };
  return { order, incoming, dominator, dominates };
}

/** A natural loop and the blocks in it, inner loops included. */
export interface LoopBody {
  readonly loop: Loop;
  readonly blocks: ReadonlySet<Block>;
}

/**
 * Brings a function into the form that graph.ts promises: unreachable blocks dropped, the rest in reverse postorder,
 * `loops` and each block's innermost loop as the edges say. Outer loops come first.
 */
export function recordShape(graph: GraphFunction): { readonly shape: Shape; readonly loops: readonly LoopBody[] } {
  const shape = shapeOf(graph);
  graph.blocks = [...shape.order];
  for (const block of graph.blocks) block.loop = null;
  const bodies = new Map<Block, Set<Block>>();
  for (const latch of shape.order) {
    for (const { block: header } of edgesOf(latch)) {
      if (!shape.dominates(header, latch)) continue;
      const blocks = bodies.get(header) ?? new Set([header]);
      bodies.set(header, blocks);
      const work = [latch];
      for (let block = work.pop(); block !== undefined; block = work.pop()) {
        if (blocks.has(block)) continue;
        blocks.add(block);
        for (const { from } of shape.incoming.get(block) ?? []) work.push(from);
      }
    }
  }
  const loops: LoopBody[] = [];
  for (const header of shape.order) {
    const blocks = bodies.get(header);
    if (blocks === undefined) continue;
    const parent = header.loop;
    const loop: Loop = { header, parent, depth: (parent?.depth ?? 0) + 1 };
    for (const block of blocks) block.loop = loop;
    loops.push({ loop, blocks });
  }
  graph.loops = loops.map(({ loop }) => loop);
  return { shape, loops };
}
