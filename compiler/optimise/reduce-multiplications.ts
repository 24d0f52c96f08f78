/**
 * Products that grow by the same amount in each turn of a loop become sums: `y * w` with a counter y and a fixed w is a
 * loop parameter that w is added to. Integer multiplication is dear where the FPU has to change its mode for it.
 */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { newValue, Replacements } from '../flow-graph/operands.ts';
import type { Shape } from '../flow-graph/shape.ts';
import { Definitions } from './definitions.ts';
import { type PreparedLoop, prepareLoops } from './loop-shape.ts';

/** Loop parameters added to one loop; each may cost a register. */
const MAXIMUM_PER_LOOP = 6;

type Product = Extract<Instruction, { op: 'binary' }>;

export function reduceMultiplications(graph: GraphFunction): boolean {
  if (graph.loops.length === 0) return false;
  const { shape, loops } = prepareLoops(graph);
  let changed = false;
  for (const loop of loops) changed = reduceIn(graph, shape, loop) || changed;
  return changed;
}

function reduceIn(graph: GraphFunction, shape: Shape, prepared: PreparedLoop): boolean {
  const { loop, blocks, preheader, latches } = prepared;
  const { header } = loop;
  const [latch] = latches;
  if (latches.length !== 1 || latch === undefined) return false;
  const definitions = new Definitions(graph);
  const isFixed = (value: Value): boolean => {
    const block = definitions.of(value)?.block;
    return block !== undefined && !blocks.has(block);
  };
  const turn = edgeTo(latch, header);
  const replacements = new Replacements();
  let count = 0;
  for (const block of shape.order) {
    if (!blocks.has(block) || count >= MAXIMUM_PER_LOOP) continue;
    const kept: Instruction[] = [];
    for (const code of block.instructions) {
      const product = count < MAXIMUM_PER_LOOP ? growingProduct(code, header, turn, isFixed, definitions) : null;
      if (product === null) {
        kept.push(code);
        continue;
      }
      count++;
      replacements.set(product.code.result, addParameter(graph, product, header, preheader, latch));
    }
    block.instructions = kept;
  }
  replacements.apply(graph);
  return count > 0;
}

interface GrowingProduct {
  readonly code: Product;
  readonly factor: Value;
  /** The counter, and what is added to it before the multiplication. */
  readonly counter: number;
  readonly added: readonly Value[];
  readonly step: Value;
}

function growingProduct(
  code: Instruction,
  header: Block,
  turn: Edge,
  isFixed: (value: Value) => boolean,
  definitions: Definitions,
): GrowingProduct | null {
  if (code.op !== 'binary' || code.opcode !== 'mul') return null;
  const { left, right } = code;
  const [growing, factor] = isFixed(left) ? [right, left] : [left, right];
  if (!isFixed(factor) || isFixed(growing)) return null;
  const added: Value[] = [];
  let value = growing;
  for (let depth = 0; depth < 4 && !header.parameters.includes(value); depth++) {
    const sum = definitions.code(value);
    if (sum?.op !== 'binary' || sum.opcode !== 'add') return null;
    if (isFixed(sum.right)) {
      added.push(sum.right);
      value = sum.left;
    } else if (isFixed(sum.left)) {
      added.push(sum.left);
      value = sum.right;
    } else return null;
  }
  const counter = header.parameters.indexOf(value);
  const step = counter < 0 ? null : stepOf(header, turn, counter, isFixed, definitions);
  return step === null ? null : { code, factor, counter, added, step };
}

/** What the parameter grows by in each turn, if that is fixed. */
function stepOf(
  header: Block,
  turn: Edge,
  counter: number,
  isFixed: (value: Value) => boolean,
  definitions: Definitions,
): Value | null {
  const parameter = header.parameters[counter] as Value;
  const next = turn.arguments[counter];
  const code = next === undefined ? null : definitions.code(next);
  if (code?.op !== 'binary' || code.opcode !== 'add') return null;
  if (code.left === parameter && isFixed(code.right)) return code.right;
  return code.right === parameter && isFixed(code.left) ? code.left : null;
}

/** A loop parameter that is the product in every turn. All sums are modulo 2^32, so this is exact. */
function addParameter(
  graph: GraphFunction,
  { code, factor, counter, added, step }: GrowingProduct,
  header: Block,
  preheader: Block,
  latch: Block,
): Value {
  const { position } = code;
  const emit = (block: Block, opcode: 'add' | 'mul', left: Value, right: Value): Value => {
    const result = newValue(graph, 'i32');
    block.instructions.push({ op: 'binary', opcode, result, left, right, position });
    return result;
  };
  const entry = edgeTo(preheader, header);
  const turn = edgeTo(latch, header);
  let initial = entry.arguments[counter] as Value;
  for (const value of added) initial = emit(preheader, 'add', initial, value);
  initial = emit(preheader, 'mul', initial, factor);
  const growth = emit(preheader, 'mul', step, factor);
  const parameter = newValue(graph, 'i32', code.result.name);
  header.parameters.push(parameter);
  entry.arguments.push(initial);
  turn.arguments.push(emit(latch, 'add', parameter, growth));
  return parameter;
}

function edgeTo(from: Block, to: Block): Edge {
  const { terminator } = from;
  if (terminator.op === 'jump' && terminator.to.block === to) return terminator.to;
  if (terminator.op === 'branch') {
    if (terminator.whenTrue.block === to) return terminator.whenTrue;
    if (terminator.whenFalse.block === to) return terminator.whenFalse;
  }
  throw new Error(`block ${from.id} does not lead to block ${to.id}`);
}
