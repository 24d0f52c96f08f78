import type { GraphFunction, Value } from '../flow-graph/graph.ts';
import { forEachOperand, forEachTerminatorOperand, resultOf } from '../flow-graph/operands.ts';
import { isRemovable } from './effects-of-code.ts';

/** Removes instructions whose result nothing reads and that do nothing else. */
export function removeDeadCode(graph: GraphFunction): boolean {
  const uses = new Int32Array(graph.valueCount);
  const count =
    (by: number) =>
    (value: Value): void => {
      uses[value.id] = (uses[value.id] as number) + by;
    };
  for (const block of graph.blocks) {
    for (const code of block.instructions) forEachOperand(code, count(1));
    forEachTerminatorOperand(block.terminator, count(1));
  }
  let changed = false;
  // Backwards, so that what only fed a dead instruction dies with it; a loop is gone round by block parameters only.
  for (const block of [...graph.blocks].reverse()) {
    const kept: typeof block.instructions = [];
    for (const code of [...block.instructions].reverse()) {
      const result = resultOf(code);
      if (isRemovable(code) && (result === null || uses[result.id] === 0)) {
        forEachOperand(code, count(-1));
        changed = true;
      } else kept.push(code);
    }
    block.instructions = kept.reverse();
  }
  return changed;
}
