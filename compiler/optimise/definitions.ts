/** Who defines each value of a function, and small questions about that. */
import type { Block, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { resultOf } from '../flow-graph/operands.ts';

export interface Definition {
  readonly block: Block;
  /** Null: a parameter of the block, or of the function. */
  readonly code: Instruction | null;
}

export class Definitions {
  private readonly known = new Map<Value, Definition>();

  constructor(graph: GraphFunction) {
    const [entry] = graph.blocks;
    if (entry === undefined) return;
    for (const value of graph.parameters) this.known.set(value, { block: entry, code: null });
    for (const block of graph.blocks) {
      for (const value of block.parameters) this.known.set(value, { block, code: null });
      for (const code of block.instructions) this.add(block, code);
    }
  }

  add(block: Block, code: Instruction): void {
    const result = resultOf(code);
    if (result !== null) this.known.set(result, { block, code });
  }

  of(value: Value): Definition | null {
    return this.known.get(value) ?? null;
  }

  code(value: Value): Instruction | null {
    return this.known.get(value)?.code ?? null;
  }

  /** The word of a constant, or null. */
  constant(value: Value): number | null {
    const code = this.code(value);
    return code?.op === 'constant' ? code.bits : null;
  }
}
