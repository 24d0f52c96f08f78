/**
 * Two versions of inner loops: before the loop, its first and last indices are compared with the lengths; if all are
 * in range, a version without these checks runs, otherwise the loop as it was. So a check that fails, fails in the turn,
 * in the order and after the stores that the program says.
 */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import {
  edgesOf,
  forEachOperand,
  forEachTerminatorOperand,
  mapOperands,
  mapTerminator,
  newValue,
  Replacements,
  resultOf,
} from '../flow-graph/operands.ts';
import type { Shape } from '../flow-graph/shape.ts';
import { copyBlocks, nextBlockId } from './copy-blocks.ts';
import { Definitions } from './definitions.ts';
import { type PreparedLoop, prepareLoops } from './loop-shape.ts';
import { Ranges } from './ranges.ts';

/** Larger loops are not doubled. */
const MAXIMUM_INSTRUCTIONS = 160;
/** More groups of indices than this are not compared before a loop. */
const MAXIMUM_GROUPS = 4;

type Check = Extract<Instruction, { op: 'bounds-check' }>;

/** Checks of one array whose indices differ by constants: counter + terms + (lowest … highest) against `length`. */
interface Group {
  readonly counter: Value;
  readonly terms: readonly Value[];
  readonly length: Value;
  lowest: number;
  highest: number;
  readonly checks: Set<Instruction>;
}

/** Adds the headers of the versions with checks, which hardly ever run, to `slow`. */
export function versionLoops(graph: GraphFunction, slow: Set<Block>): boolean {
  if (graph.loops.length === 0) return false;
  const seen = new Set<Block>();
  let changed = false;
  for (;;) {
    // Anew each time: what is known of one loop may come from the exits of another.
    const { shape, loops } = prepareLoops(graph);
    const next = loops.find(({ loop }) => !seen.has(loop.header) && !loops.some((other) => other.loop.parent === loop));
    if (next === undefined) return changed;
    seen.add(next.loop.header);
    const slowHeader = versionLoop(graph, shape, next, new Ranges(graph, shape));
    if (slowHeader !== null) {
      seen.add(slowHeader);
      slow.add(slowHeader);
      changed = true;
    }
  }
}

/** Gives the header of the version with checks, or null if there is only one version. */
function versionLoop(graph: GraphFunction, shape: Shape, prepared: PreparedLoop, ranges: Ranges): Block | null {
  const { blocks, preheader } = prepared;
  let size = 0;
  for (const block of blocks) size += block.instructions.length;
  if (size > MAXIMUM_INSTRUCTIONS || preheader.terminator.op !== 'jump') return null;
  const groups = groupChecks(prepared, new Definitions(graph), ranges);
  if (groups.length === 0 || groups.length > MAXIMUM_GROUPS) return null;
  if (!closeExits(graph, shape, prepared)) return null;

  const entry = preheader.terminator.to;
  const slowHeader = copyBlocks(graph, blocks).blocks.get(prepared.loop.header) as Block;
  const slow = emptyBlock(graph, { block: slowHeader, arguments: [...entry.arguments] }, prepared);
  let current = preheader;
  const { position } = preheader.terminator;
  for (const group of groups) {
    const bounds = ranges.risingCounter(group.counter);
    if (bounds === null) throw new Error(`${graph.symbol}: the counter of a loop is lost`);
    const emit = (left: Value, right: Value): Value => {
      const result = newValue(graph, 'i32');
      current.instructions.push({ op: 'binary', opcode: 'add', result, left, right, position });
      return result;
    };
    const constant = (bits: number): Value => {
      const result = newValue(graph, 'i32');
      current.instructions.push({ op: 'constant', result, bits: bits | 0, position });
      return result;
    };
    const index = (start: Value, offset: number): Value =>
      emit(
        group.terms.reduce((sum, term) => emit(sum, term), start),
        constant(offset),
      );
    // A rising counter is not negative, so without other terms the last index says enough.
    const isFirstPlain = group.terms.length === 0 && group.lowest >= 0;
    const first = isFirstPlain ? [] : [index(bounds.initial, group.lowest)];
    const last = index(bounds.limit, group.highest - bounds.gap);
    for (const value of [...first, last]) {
      const next = emptyBlock(graph, entry, prepared);
      current.terminator = {
        op: 'branch',
        condition: 'lt-unsigned',
        left: value,
        right: group.length,
        whenTrue: { block: next, arguments: [] },
        whenFalse: { block: slow, arguments: [] },
        position,
      };
      current = next;
    }
  }
  // The last test block jumps to the loop; those before were given their branches.
  current.terminator = { op: 'jump', to: entry, position };
  const removed = new Set(groups.flatMap(({ checks }) => [...checks]));
  for (const block of blocks) block.instructions = block.instructions.filter((code) => !removed.has(code));
  return slowHeader;
}

/** Checks that can be decided before the loop. */
function groupChecks({ blocks, loop }: PreparedLoop, definitions: Definitions, ranges: Ranges): Group[] {
  const isFixed = (value: Value): boolean => {
    const block = definitions.of(value)?.block;
    return block !== undefined && !blocks.has(block);
  };
  const groups = new Map<string, Group>();
  for (const block of blocks) {
    for (const code of block.instructions) {
      if (code.op !== 'bounds-check' || !isFixed(code.length)) continue;
      const sum = affine(code, loop.header, definitions, isFixed);
      if (sum === null || ranges.risingCounter(sum.counter) === null) continue;
      const ids = sum.terms.map(({ id }) => id).sort((a, b) => a - b);
      const key = `${sum.counter.id} ${code.length.id} ${ids}`;
      const known = groups.get(key);
      if (known === undefined) {
        const { counter, terms, offset } = sum;
        groups.set(key, {
          counter,
          terms,
          length: code.length,
          lowest: offset,
          highest: offset,
          checks: new Set([code]),
        });
      } else {
        known.lowest = Math.min(known.lowest, sum.offset);
        known.highest = Math.max(known.highest, sum.offset);
        known.checks.add(code);
      }
    }
  }
  return [...groups.values()];
}

interface Affine {
  readonly counter: Value;
  readonly terms: readonly Value[];
  readonly offset: number;
}

const MAXIMUM_OFFSET = 2 ** 20;

/** The index as one loop parameter plus fixed values plus a constant. */
function affine(
  code: Check,
  header: Block,
  definitions: Definitions,
  isFixed: (value: Value) => boolean,
): Affine | null {
  const terms: Value[] = [];
  let counter: Value | null = null;
  let offset = 0;
  const work = [code.index];
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    const constant = definitions.constant(value);
    const sum = definitions.code(value);
    if (constant !== null) offset += constant;
    else if (isFixed(value)) terms.push(value);
    else if (header.parameters.includes(value)) {
      if (counter !== null) return null;
      counter = value;
    } else if (sum?.op === 'binary' && sum.opcode === 'add') work.push(sum.left, sum.right);
    else return null;
    if (Math.abs(offset) > MAXIMUM_OFFSET || terms.length > 4) return null;
  }
  return counter === null ? null : { counter, terms, offset };
}

/**
 * Makes values of the loop that are read behind it parameters of the block behind it, since two loops will lead there.
 * False if the loop is left in too many ways for that.
 */
function closeExits(graph: GraphFunction, shape: Shape, { blocks }: PreparedLoop): boolean {
  const inside = new Set<Value>();
  for (const block of blocks) {
    for (const value of block.parameters) inside.add(value);
    for (const code of block.instructions) {
      const result = resultOf(code);
      if (result !== null) inside.add(result);
    }
  }
  const escaping = new Set<Value>();
  const note = (value: Value): void => {
    if (inside.has(value)) escaping.add(value);
  };
  for (const block of graph.blocks) {
    if (blocks.has(block)) continue;
    for (const code of block.instructions) forEachOperand(code, note);
    forEachTerminatorOperand(block.terminator, note);
  }
  if (escaping.size === 0) return true;
  const exits = new Set<Block>();
  for (const block of blocks) for (const { block: to } of edgesOf(block)) if (!blocks.has(to)) exits.add(to);
  const [exit] = exits;
  const incoming = exit === undefined ? [] : (shape.incoming.get(exit) ?? []);
  if (exits.size !== 1 || exit === undefined || !incoming.every(({ from }) => blocks.has(from))) return false;
  const replacements = new Replacements();
  for (const value of escaping) {
    const parameter = newValue(graph, value.type, value.name);
    exit.parameters.push(parameter);
    for (const { edge } of incoming) edge.arguments.push(value);
    replacements.set(value, parameter);
  }
  for (const block of graph.blocks) {
    if (blocks.has(block)) continue;
    block.instructions = block.instructions.map((code) => mapOperands(code, replacements.find));
    block.terminator = mapTerminator(block.terminator, replacements.find);
  }
  return true;
}

function emptyBlock(graph: GraphFunction, to: Edge, { preheader }: PreparedLoop): Block {
  const { position } = preheader.terminator;
  const block: Block = {
    id: nextBlockId(graph),
    parameters: [],
    instructions: [],
    terminator: { op: 'jump', to, position },
    loop: preheader.loop,
  };
  graph.blocks.push(block);
  return block;
}
