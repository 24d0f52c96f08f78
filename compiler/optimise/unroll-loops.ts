/** Small loops that run a few times, as the compiler can count, are written out: no counter, no branch, fixed indices. */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { edgesOf, Replacements, resultOf } from '../flow-graph/operands.ts';
import { recordShape, type Shape } from '../flow-graph/shape.ts';
import { holds } from '../flow-graph/word-arithmetic.ts';
import { copyBlocks } from './copy-blocks.ts';
import { Definitions } from './definitions.ts';
import { type PreparedLoop, prepareLoops } from './loop-shape.ts';

const MAXIMUM_ROUNDS = 8;
/** Instructions of all rounds together, constants not counted. */
const MAXIMUM_INSTRUCTIONS = 80;

/** The one place where a loop ends, which every round passes. */
interface Exit {
  readonly block: Block;
  readonly leavesWhenTrue: boolean;
}

export function unrollLoops(graph: GraphFunction): boolean {
  let changed = false;
  for (; graph.loops.length > 0; changed = true) {
    const { shape, loops } = prepareLoops(graph);
    const definitions = new Definitions(graph);
    const isInner = ({ loop }: PreparedLoop): boolean => !loops.some((other) => other.loop.parent === loop);
    if (!loops.filter(isInner).some((loop) => unroll(graph, shape, loop, definitions))) break;
    recordShape(graph);
  }
  return changed;
}

/** True if the loop was written out. */
function unroll(graph: GraphFunction, shape: Shape, prepared: PreparedLoop, definitions: Definitions): boolean {
  const { loop, blocks, preheader, latches } = prepared;
  const [latch] = latches;
  if (latch === undefined || latches.length !== 1 || preheader.terminator.op !== 'jump') return false;
  const exit = exitOf(prepared);
  if (exit === null || !shape.dominates(exit.block, latch)) return false;
  const rounds = countRounds(prepared, exit, definitions);
  if (rounds === null || rounds * sizeOf(blocks) > MAXIMUM_INSTRUCTIONS) return false;

  let entry: Edge = preheader.terminator.to;
  const replacements = new Replacements();
  for (let round = 1; round <= rounds; round++) {
    const copies = copyBlocks(graph, blocks);
    const header = copies.blocks.get(loop.header) as Block;
    entry.block = header;
    const back = edgesOf(copies.blocks.get(latch) as Block).find((edge) => edge.block === header);
    const test = copies.blocks.get(exit.block) as Block;
    const { terminator } = test;
    if (terminator.op !== 'branch' || back === undefined) throw new Error(`${graph.symbol}: not the loop it was`);
    const isTrue = exit.leavesWhenTrue === (round === rounds);
    const { position, whenTrue, whenFalse } = terminator;
    test.terminator = { op: 'jump', to: isTrue ? whenTrue : whenFalse, position };
    entry = back;
    if (round < rounds) continue;
    // What is read behind the loop is what the last round left.
    for (const value of valuesOf(blocks)) replacements.set(value, copies.find(value));
  }
  graph.blocks = graph.blocks.filter((block) => !blocks.has(block));
  replacements.apply(graph);
  return true;
}

function valuesOf(blocks: ReadonlySet<Block>): Value[] {
  const ofCode = (code: Instruction): Value[] => {
    const result = resultOf(code);
    return result === null ? [] : [result];
  };
  return [...blocks].flatMap(({ parameters, instructions }) => [...parameters, ...instructions.flatMap(ofCode)]);
}

function exitOf({ blocks }: PreparedLoop): Exit | null {
  let exit: Exit | null = null;
  for (const block of blocks) {
    const { terminator } = block;
    if (terminator.op === 'return') return null;
    if (terminator.op !== 'branch') continue;
    const leavesWhenTrue = !blocks.has(terminator.whenTrue.block);
    const leavesWhenFalse = !blocks.has(terminator.whenFalse.block);
    if (!leavesWhenTrue && !leavesWhenFalse) continue;
    if (exit !== null || leavesWhenTrue === leavesWhenFalse) return null;
    exit = { block, leavesWhenTrue };
  }
  return exit;
}

/** How often the loop's test is made, if a counter with constant bounds and step says, and it is a few times. */
function countRounds({ loop, preheader, latches }: PreparedLoop, exit: Exit, definitions: Definitions): number | null {
  const { terminator } = exit.block;
  const back = edgesOf(latches[0] as Block).find((edge) => edge.block === loop.header);
  if (terminator.op !== 'branch' || preheader.terminator.op !== 'jump' || back === undefined) return null;
  const { left, condition } = terminator;
  // The test may be of the counter itself, or of what it will be in the next round.
  const at = loop.header.parameters.findIndex((value, index) => value === left || back.arguments[index] === left);
  const counter = loop.header.parameters[at];
  const next = back.arguments[at];
  const first = preheader.terminator.to.arguments[at];
  if (counter === undefined || next === undefined || first === undefined) return null;
  const code = definitions.code(next);
  const limit = definitions.constant(terminator.right);
  const start = definitions.constant(first);
  if (limit === null || start === null || code?.op !== 'binary' || code.left !== counter) return null;
  const step = definitions.constant(code.right);
  if (step === null || (code.opcode !== 'add' && code.opcode !== 'sub')) return null;
  let count = start;
  for (let rounds = 1; rounds <= MAXIMUM_ROUNDS + 1; rounds++) {
    const following = (code.opcode === 'add' ? count + step : count - step) | 0;
    if (holds(condition, left === counter ? count : following, limit) === exit.leavesWhenTrue) return rounds;
    count = following;
  }
  return null;
}

function sizeOf(blocks: ReadonlySet<Block>): number {
  let size = 0;
  for (const block of blocks) {
    for (const code of block.instructions) if (code.op !== 'constant') size++;
    if (block.terminator.op === 'branch') size++;
  }
  return size;
}
