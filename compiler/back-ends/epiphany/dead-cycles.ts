/** Removes block parameters that only feed themselves around a loop: a counter whose uses were all replaced. */
import type { GraphFunction, Value } from '../../flow-graph/graph.ts';
import { edgesOf, forEachOperand, resultOf } from '../../flow-graph/operands.ts';
import { isRemovable } from '../../optimise/effects-of-code.ts';
import { removeDeadCode } from '../../optimise/remove-dead-code.ts';

/** Changes `graph`. Everything that no effect, branch or result depends on goes. */
export function removeDeadCycles(graph: GraphFunction): void {
  const feeds = new Map<Value, Value[]>();
  const work: Value[] = [];
  for (const block of graph.blocks) {
    for (const code of block.instructions) {
      const result = resultOf(code);
      if (result === null || !isRemovable(code)) forEachOperand(code, (value) => work.push(value));
      else forEachOperand(code, (value) => feeds.set(result, [...(feeds.get(result) ?? []), value]));
    }
    const { terminator } = block;
    if (terminator.op === 'branch') work.push(terminator.left, terminator.right);
    else if (terminator.op === 'return' && terminator.value !== null) work.push(terminator.value);
    for (const edge of edgesOf(block)) {
      edge.block.parameters.forEach((parameter, index) => {
        const value = edge.arguments[index];
        if (value !== undefined) feeds.set(parameter, [...(feeds.get(parameter) ?? []), value]);
      });
    }
  }
  const live = new Set<Value>();
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    if (live.has(value)) continue;
    live.add(value);
    work.push(...(feeds.get(value) ?? []));
  }
  // Arguments first: they are matched with parameters by place.
  for (const edge of graph.blocks.flatMap(edgesOf)) {
    edge.arguments = edge.arguments.filter((_, index) => live.has(edge.block.parameters[index] as Value));
  }
  for (const block of graph.blocks) block.parameters = block.parameters.filter((value) => live.has(value));
  removeDeadCode(graph);
}
