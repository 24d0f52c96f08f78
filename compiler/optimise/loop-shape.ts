/** Loops as the loop passes need them: with a block of their own before them, and what they may write. */
import type { AliasClass, Block, GraphFunction } from '../flow-graph/graph.ts';
import { edgesOf } from '../flow-graph/operands.ts';
import { type LoopBody, recordShape, type Shape } from '../flow-graph/shape.ts';
import { mayOverlap, touchesEverything } from './effects-of-code.ts';

/** A loop with its preheader: the one block from which it is entered, which goes nowhere else. */
export interface PreparedLoop extends LoopBody {
  readonly preheader: Block;
  /** Blocks that jump back to the header. */
  readonly latches: readonly Block[];
}

export interface PreparedLoops {
  readonly shape: Shape;
  /** Inner loops come before the loops around them. */
  readonly loops: readonly PreparedLoop[];
}

/** Gives every loop a preheader. */
export function prepareLoops(graph: GraphFunction): PreparedLoops {
  let found = recordShape(graph);
  let added = false;
  for (const { loop, blocks } of found.loops) added = addPreheader(graph, found.shape, loop.header, blocks) || added;
  if (added) found = recordShape(graph);
  const { shape } = found;
  const loops = found.loops.map(({ loop, blocks }): PreparedLoop => {
    const incoming = shape.incoming.get(loop.header) ?? [];
    const outside = incoming.filter(({ from }) => !blocks.has(from)).map(({ from }) => from);
    const latches = incoming.filter(({ from }) => blocks.has(from)).map(({ from }) => from);
    return { loop, blocks, preheader: outside[0] as Block, latches };
  });
  return { shape, loops: loops.reverse() };
}

function addPreheader(graph: GraphFunction, shape: Shape, header: Block, blocks: ReadonlySet<Block>): boolean {
  const entries = (shape.incoming.get(header) ?? []).filter(({ from }) => !blocks.has(from));
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && edgesOf(only.from).length === 1) return false;
  const id = Math.max(...graph.blocks.map((block) => block.id)) + 1;
  const parameters = header.parameters.map(({ type, name }) => ({ id: graph.valueCount++, type, name }));
  const preheader: Block = {
    id,
    parameters,
    instructions: [],
    terminator: { op: 'jump', to: { block: header, arguments: [...parameters] }, position: header.terminator.position },
    loop: null,
  };
  for (const { edge } of entries) edge.block = preheader;
  graph.blocks.push(preheader);
  return true;
}

/** What a loop may write. */
export interface LoopWrites {
  readonly everything: boolean;
  readonly classes: readonly AliasClass[];
}

export function writesOf(blocks: ReadonlySet<Block>): LoopWrites {
  const classes: AliasClass[] = [];
  let everything = false;
  for (const block of blocks) {
    for (const code of block.instructions) {
      if (touchesEverything(code)) everything = true;
      else if (code.op === 'store') classes.push(code.alias);
    }
  }
  return { everything, classes };
}

/** True if nothing that `writes` describes changes memory of class `alias`. */
export function staysAsIs(alias: AliasClass, writes: LoopWrites, constantData: ReadonlySet<string>): boolean {
  if (alias.tag === 'global' && constantData.has(alias.symbol)) return true;
  return !writes.everything && !writes.classes.some((other) => mayOverlap(other, alias));
}
