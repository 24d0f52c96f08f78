/** The shape of a function as selection wants it: predecessors, and loops with what matters for moving code. */
import type { Block, GraphFunction, Instruction, Loop, Value } from '../../flow-graph/graph.ts';
import { edgesOf, forEachOperand, forEachTerminatorOperand } from '../../flow-graph/operands.ts';
import { recordShape } from '../../flow-graph/shape.ts';

export { edgesOf };

export interface NaturalLoop {
  readonly header: Block;
  readonly blocks: ReadonlySet<Block>;
  readonly parent: NaturalLoop | null;
  readonly depth: number;
  /** True if a block of it calls; a trap does not count. */
  readonly calls: boolean;
}

export interface FunctionShape {
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly Block[];
  readonly predecessors: ReadonlyMap<Block, readonly Block[]>;
  /** Innermost loop of a block. */
  readonly loopOf: ReadonlyMap<Block, NaturalLoop>;
  /** Outer loops first. */
  readonly loops: readonly NaturalLoop[];
}

/** Finds the shape from the edges alone, and records it in `graph`. */
export function shapeOf(graph: GraphFunction): FunctionShape {
  const { shape, loops: bodies } = recordShape(graph);
  const made = new Map<Loop, NaturalLoop>();
  const loops = bodies.map(({ loop, blocks }): NaturalLoop => {
    const calls = [...blocks].some((block) => block.instructions.some(isCallInstruction));
    const parent = loop.parent === null ? null : (made.get(loop.parent) ?? null);
    const natural = { header: loop.header, blocks, parent, depth: loop.depth, calls };
    made.set(loop, natural);
    return natural;
  });
  const loopOf = new Map<Block, NaturalLoop>();
  for (const loop of loops) for (const block of loop.blocks) loopOf.set(block, loop);
  const predecessors = new Map(
    [...shape.incoming].map(([block, edges]) => [block, edges.map(({ from }) => from)] as const),
  );
  return { order: shape.order, predecessors, loopOf, loops };
}

export const isCallInstruction = (code: Instruction): boolean => code.op === 'call' || code.op === 'call-address';

/** How many times each value is read, by value id. */
export function countUses(graph: GraphFunction, order: readonly Block[]): Int32Array {
  const counts = new Int32Array(graph.valueCount);
  const count = (value: Value): void => {
    counts[value.id] = (counts[value.id] as number) + 1;
  };
  for (const block of order) {
    for (const code of block.instructions) forEachOperand(code, count);
    forEachTerminatorOperand(block.terminator, count);
  }
  return counts;
}
