/** Moves what does not change in a loop in front of it. */
import type { GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { forEachOperand, hasEffect, resultOf } from '../flow-graph/operands.ts';
import type { Shape } from '../flow-graph/shape.ts';
import { Definitions } from './definitions.ts';
import { isPureCall } from './effects-of-code.ts';
import { type LoopWrites, type PreparedLoop, prepareLoops, staysAsIs, writesOf } from './loop-shape.ts';

export function hoistInvariants(graph: GraphFunction, constantData: ReadonlySet<string>): boolean {
  if (graph.loops.length === 0) return false;
  const { shape, loops } = prepareLoops(graph);
  let changed = false;
  for (const loop of loops) changed = hoistFrom(graph, shape, loop, constantData) || changed;
  return changed;
}

function hoistFrom(graph: GraphFunction, shape: Shape, loop: PreparedLoop, constantData: ReadonlySet<string>): boolean {
  const inside = new Set<Value>();
  const definitions = new Definitions(graph);
  for (const block of loop.blocks) {
    for (const value of block.parameters) inside.add(value);
    for (const code of block.instructions) {
      const result = resultOf(code);
      if (result !== null) inside.add(result);
    }
  }
  const writes = writesOf(loop.blocks);
  const hoisted: Instruction[] = [];
  for (const block of shape.order) {
    if (!loop.blocks.has(block)) continue;
    const always = loop.latches.every((latch) => shape.dominates(block, latch));
    // The header runs once at least if the preheader does: until something that stays has an effect, checks and the
    // accesses they guard may run before it as well.
    let first = block === loop.loop.header;
    const kept: Instruction[] = [];
    for (const code of block.instructions) {
      const may = isInvariant(code, inside) && mayHoist(code, { always, first, writes, constantData, definitions });
      if (may) {
        hoisted.push(code);
        const result = resultOf(code);
        if (result !== null) inside.delete(result);
      } else {
        kept.push(code);
        if (hasEffect(code) && !isPureCall(code)) first = false;
      }
    }
    block.instructions = kept;
  }
  loop.preheader.instructions.push(...hoisted);
  // Constants alone are not worth another round.
  return hoisted.some((code) => code.op !== 'constant' && code.op !== 'symbol');
}

function isInvariant(code: Instruction, inside: ReadonlySet<Value>): boolean {
  let invariant = true;
  forEachOperand(code, (value) => {
    if (inside.has(value)) invariant = false;
  });
  return invariant;
}

interface Place {
  readonly always: boolean;
  readonly first: boolean;
  readonly writes: LoopWrites;
  readonly constantData: ReadonlySet<string>;
  readonly definitions: Definitions;
}

function mayHoist(code: Instruction, place: Place): boolean {
  switch (code.op) {
    case 'call':
      return isPureCall(code) && place.always;
    case 'bounds-check':
    case 'zero-check':
      return place.first;
    case 'load': {
      if (code.volatile || !staysAsIs(code.alias, place.writes, place.constantData)) return false;
      // A scalar of the module is always there to be read; an element may be read where its check has passed.
      const isScalar = code.index === null && code.offset === 0 && place.definitions.code(code.base)?.op === 'symbol';
      return isScalar || place.first;
    }
    default:
      return !hasEffect(code);
  }
}
