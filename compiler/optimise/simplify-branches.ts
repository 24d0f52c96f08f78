/** Cleans up control flow: decided branches, jumps to jumps, blocks in a row, parameters that are always the same. */
import type { Block, Edge, GraphFunction, Terminator, Value } from '../flow-graph/graph.ts';
import { edgesOf, forEachOperand, forEachTerminatorOperand, Replacements } from '../flow-graph/operands.ts';
import { dropParameters, incomingEdges, removeRedundantParameters } from '../flow-graph/redundant-parameters.ts';
import { recordShape } from '../flow-graph/shape.ts';
import { holds } from '../flow-graph/word-arithmetic.ts';
import { Definitions } from './definitions.ts';

/** Returns true if anything changed. Leaves the function in the form that graph.ts promises. */
export function simplifyBranches(graph: GraphFunction): boolean {
  let changedEver = false;
  for (let changed = true; changed; ) {
    changed = decideBranches(graph);
    recordShape(graph);
    changed = removeRedundantParameters(graph) || changed;
    changed = removeUnusedParameters(graph) || changed;
    changed = skipEmptyBlocks(graph) || changed;
    recordShape(graph);
    changed = mergeBlocks(graph) || changed;
    recordShape(graph);
    changedEver ||= changed;
  }
  return changedEver;
}

function decideBranches(graph: GraphFunction): boolean {
  const definitions = new Definitions(graph);
  let changed = false;
  for (const block of graph.blocks) {
    const { terminator } = block;
    if (terminator.op !== 'branch') continue;
    const taken = decided(terminator, definitions);
    if (taken === null) continue;
    block.terminator = { op: 'jump', to: taken, position: terminator.position };
    changed = true;
  }
  return changed;
}

function decided(terminator: Extract<Terminator, { op: 'branch' }>, definitions: Definitions): Edge | null {
  const { condition, left, right, whenTrue, whenFalse } = terminator;
  const a = definitions.constant(left);
  const b = definitions.constant(right);
  if (a !== null && b !== null) return holds(condition, a, b) ? whenTrue : whenFalse;
  if (left === right) return holds(condition, 0, 0) ? whenTrue : whenFalse;
  const sameEdge =
    whenTrue.block === whenFalse.block && whenTrue.arguments.every((value, i) => value === whenFalse.arguments[i]);
  return sameEdge ? whenTrue : null;
}

/** Parameters that nothing reads, except to pass them on to themselves. */
function removeUnusedParameters(graph: GraphFunction): boolean {
  const used = new Set<number>();
  const mark = (value: Value): boolean => {
    if (used.has(value.id)) return false;
    used.add(value.id);
    return true;
  };
  for (const block of graph.blocks) {
    for (const code of block.instructions) forEachOperand(code, mark);
    const { terminator } = block;
    if (terminator.op === 'branch') {
      mark(terminator.left);
      mark(terminator.right);
    } else if (terminator.op === 'return' && terminator.value !== null) mark(terminator.value);
  }
  const incoming = incomingEdges(graph);
  for (let grown = true; grown; ) {
    grown = false;
    for (const block of graph.blocks) {
      block.parameters.forEach((parameter, index) => {
        if (!used.has(parameter.id)) return;
        for (const edge of incoming.get(block) ?? []) {
          const value = edge.arguments[index];
          if (value !== undefined && mark(value)) grown = true;
        }
      });
    }
  }
  let changed = false;
  for (const block of graph.blocks) {
    const unused = new Set<number>();
    block.parameters.forEach((parameter, index) => {
      if (!used.has(parameter.id)) unused.add(index);
    });
    if (unused.size === 0) continue;
    dropParameters(block, incoming.get(block) ?? [], unused);
    changed = true;
  }
  return changed;
}

/** Edges to a block that only jumps on lead to where it jumps. */
function skipEmptyBlocks(graph: GraphFunction): boolean {
  const headers = new Set(graph.loops.map((loop) => loop.header));
  const uses = new Map<Value, number>();
  const count = (value: Value): void => {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const block of graph.blocks) {
    for (const code of block.instructions) forEachOperand(code, count);
    forEachTerminatorOperand(block.terminator, count);
  }
  // Decided before any edge changes: skipping copies arguments, which adds uses but none of the blocks' parameters.
  const onwards = new Map<Block, Edge>();
  for (const block of graph.blocks) {
    const { terminator } = block;
    if (block.instructions.length > 0 || terminator.op !== 'jump') continue;
    const { to } = terminator;
    // Latches and preheaders stay: a loop has one of each.
    if (headers.has(to.block) || headers.has(block)) continue;
    const onlyPassed = block.parameters.every(
      (value) => uses.get(value) === to.arguments.filter((argument) => argument === value).length,
    );
    if (onlyPassed) onwards.set(block, to);
  }
  let changed = false;
  for (const block of graph.blocks) {
    for (const edge of edgesOf(block)) {
      for (let to = onwards.get(edge.block); to !== undefined; to = onwards.get(edge.block)) {
        const { parameters } = edge.block;
        const passed = edge.arguments;
        edge.arguments = to.arguments.map((value) => {
          const index = parameters.indexOf(value);
          return index < 0 ? value : (passed[index] as Value);
        });
        edge.block = to.block;
        changed = true;
      }
    }
  }
  return changed;
}

/** Joins blocks that follow each other without another way in or out. */
function mergeBlocks(graph: GraphFunction): boolean {
  const incoming = incomingEdges(graph);
  const replacements = new Replacements();
  let changed = false;
  const gone = new Set<Block>();
  for (const block of graph.blocks) {
    if (gone.has(block)) continue;
    for (;;) {
      const { terminator } = block;
      if (terminator.op !== 'jump') break;
      const next = terminator.to.block;
      if (next === block || next === graph.blocks[0] || (incoming.get(next)?.length ?? 0) !== 1) break;
      next.parameters.forEach((parameter, index) => {
        replacements.set(parameter, terminator.to.arguments[index] as typeof parameter);
      });
      block.instructions = [...block.instructions, ...next.instructions];
      block.terminator = next.terminator;
      gone.add(next);
      changed = true;
    }
  }
  if (!changed) return false;
  graph.blocks = graph.blocks.filter((block) => !gone.has(block));
  replacements.apply(graph);
  return true;
}
