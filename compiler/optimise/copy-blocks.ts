/** Copies of a part of a function. */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { mapOperands, newValue, resultOf } from '../flow-graph/operands.ts';

export interface BlockCopies {
  readonly blocks: ReadonlyMap<Block, Block>;
  /** The copy of a value that the part defines, or the value itself. */
  readonly find: (value: Value) => Value;
}

/** Appends a copy of `blocks` to the function. Edges inside the part lead to copies, others to where they led. */
export function copyBlocks(graph: GraphFunction, blocks: Iterable<Block>): BlockCopies {
  const values = new Map<Value, Value>();
  const define = (value: Value): Value => {
    const copy = newValue(graph, value.type, value.name);
    values.set(value, copy);
    return copy;
  };
  const find = (value: Value): Value => values.get(value) ?? value;
  const copies = new Map<Block, Block>();
  for (const block of blocks) {
    const id = nextBlockId(graph);
    const parameters = block.parameters.map(define);
    const copy: Block = { id, parameters, instructions: [], terminator: block.terminator, loop: null };
    copies.set(block, copy);
    graph.blocks.push(copy);
    for (const code of block.instructions) {
      const result = resultOf(code);
      if (result !== null) define(result);
    }
  }
  const copyEdge = (edge: Edge): Edge => ({
    block: copies.get(edge.block) ?? edge.block,
    arguments: edge.arguments.map(find),
  });
  for (const [block, copy] of copies) {
    copy.instructions = block.instructions.map((code) => {
      const mapped = mapOperands(code, find);
      const result = resultOf(mapped);
      return result === null ? mapped : ({ ...mapped, result: find(result) } as Instruction);
    });
    const { terminator } = block;
    if (terminator.op === 'jump') copy.terminator = { ...terminator, to: copyEdge(terminator.to) };
    else if (terminator.op === 'branch') {
      copy.terminator = {
        ...terminator,
        left: find(terminator.left),
        right: find(terminator.right),
        whenTrue: copyEdge(terminator.whenTrue),
        whenFalse: copyEdge(terminator.whenFalse),
      };
    } else if (terminator.op === 'return') {
      copy.terminator = { ...terminator, value: terminator.value && find(terminator.value) };
    }
  }
  return { blocks: copies, find };
}

export function nextBlockId(graph: GraphFunction): number {
  return Math.max(...graph.blocks.map(({ id }) => id)) + 1;
}
