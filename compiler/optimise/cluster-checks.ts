/**
 * Index checks that follow each other without an effect between them are decided together: of the indices that differ
 * by constants only the lowest and the highest are compared. If one of those is out of range, the checks are made one by
 * one, off the way, so that the first that fails is the one that is reported.
 */
import type { Block, Edge, GraphFunction, Instruction, Loop, Value } from '../flow-graph/graph.ts';
import { hasEffect, newValue, resultOf } from '../flow-graph/operands.ts';
import { recordShape, shapeOf } from '../flow-graph/shape.ts';
import { nextBlockId } from './copy-blocks.ts';
import { Definitions } from './definitions.ts';
import { Ranges } from './ranges.ts';

/** So many checks must be saved, for what the comparisons cost in code. */
const LEAST_SAVED_CHECKS = 2;
const MAXIMUM_OFFSET = 2 ** 20;

type Check = Extract<Instruction, { op: 'bounds-check' }>;

/** An index as a sum of values and a constant. */
interface Sum {
  readonly terms: readonly Value[];
  readonly offset: number;
}

interface Member {
  readonly check: Check;
  readonly sum: Sum;
}

/** Members whose indices differ by constants, with the same length. */
interface Group {
  lowest: Member;
  highest: Member;
}

interface Cluster {
  /** Place of the first check in its block. */
  readonly at: number;
  readonly members: readonly Member[];
  readonly groups: readonly Group[];
}

/** Leaves loops alone whose headers are in `slow`, and what is in them. */
export function clusterChecks(graph: GraphFunction, slow: ReadonlySet<Block>): boolean {
  let changed = false;
  const isSlow = (loop: Loop | null): boolean => loop !== null && (slow.has(loop.header) || isSlow(loop.parent));
  const work = graph.blocks.filter((block) => !isSlow(block.loop));
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    if (!block.instructions.some((code) => code.op === 'bounds-check')) continue;
    const cluster = findCluster(block, new Definitions(graph), new Ranges(graph, shapeOf(graph)));
    if (cluster === null) continue;
    // There may be more in the rest.
    work.push(divide(graph, block, cluster));
    changed = true;
  }
  if (changed) recordShape(graph);
  return changed;
}

function findCluster(block: Block, definitions: Definitions, ranges: Ranges): Cluster | null {
  const places = new Map<Value, number>();
  block.instructions.forEach((code, place) => {
    const result = resultOf(code);
    if (result !== null) places.set(result, place);
  });
  const { instructions } = block;
  for (let at = 0; at < instructions.length; at++) {
    if (instructions[at]?.op !== 'bounds-check') continue;
    const isKnownHere = (value: Value): boolean => (places.get(value) ?? -1) < at;
    const members: Member[] = [];
    for (const code of instructions.slice(at)) {
      if (code.op === 'bounds-check') {
        const sum = sumOf(code.index, definitions);
        if (sum === null || !isKnownHere(code.length) || !sum.terms.every(isKnownHere)) break;
        members.push({ check: code, sum });
      } else if (hasEffect(code)) break;
    }
    const groups = groupsOf(members);
    const tests = groups.reduce((count, group) => count + testsOf(group, ranges).length, 0);
    if (members.length - tests >= LEAST_SAVED_CHECKS) return { at, members, groups };
    at += Math.max(0, members.length - 1);
  }
  return null;
}

function groupsOf(members: readonly Member[]): Group[] {
  const groups = new Map<string, Group>();
  for (const member of members) {
    const ids = member.sum.terms.map(({ id }) => id).sort((a, b) => a - b);
    const key = `${member.check.length.id} ${ids}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { lowest: member, highest: member });
    else {
      if (member.sum.offset < known.lowest.sum.offset) known.lowest = member;
      if (member.sum.offset > known.highest.sum.offset) known.highest = member;
    }
  }
  return [...groups.values()];
}

/**
 * The members that stand for a group. Lengths are below 2^31 and offsets are small, so if the lowest is in range,
 * nothing wraps between it and the highest; and it needs no comparison if it is not negative.
 */
function testsOf({ lowest, highest }: Group, ranges: Ranges): Member[] {
  if (lowest === highest) return [lowest];
  return ranges.interval(lowest.check.index).low >= 0 ? [highest] : [lowest, highest];
}

function sumOf(index: Value, definitions: Definitions): Sum | null {
  const terms: Value[] = [];
  let offset = 0;
  const work = [index];
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    const constant = definitions.constant(value);
    const code = definitions.code(value);
    if (constant !== null) offset += constant;
    else if (code?.op === 'binary' && code.opcode === 'add' && definitions.constant(code.right) !== null) {
      work.push(code.left, code.right);
    } else terms.push(value);
  }
  return Math.abs(offset) <= MAXIMUM_OFFSET ? { terms, offset } : null;
}

/** Puts the comparisons in front of the rest of `block`, which becomes a block of its own and is returned. */
function divide(graph: GraphFunction, block: Block, { at, members, groups }: Cluster): Block {
  const ranges = new Ranges(graph, shapeOf(graph));
  const tests = groups.flatMap((group) => testsOf(group, ranges));
  const { position } = members[0]?.check as Check;
  const checks = new Set<Instruction>(members.map(({ check }) => check));
  const rest: Block = {
    id: nextBlockId(graph),
    parameters: [],
    instructions: block.instructions.slice(at).filter((code) => !checks.has(code)),
    terminator: block.terminator,
    loop: block.loop,
  };
  graph.blocks.push(rest);
  block.instructions = block.instructions.slice(0, at);
  const last = members.at(-1)?.check as Check;
  const slow: Block = {
    id: nextBlockId(graph),
    parameters: [],
    instructions: [],
    terminator: { op: 'trap', site: last.site, position },
    loop: null,
  };
  graph.blocks.push(slow);
  for (const { check, sum } of members) {
    slow.instructions.push({ ...check, index: compute(graph, slow, check, sum) });
  }
  let current = block;
  tests.forEach(({ check, sum }, index) => {
    const left = compute(graph, current, check, sum);
    const isLast = index === tests.length - 1;
    const next: Block = isLast ? rest : { ...emptyBlock(graph), loop: block.loop };
    if (!isLast) graph.blocks.push(next);
    const to = (target: Block): Edge => ({ block: target, arguments: [] });
    current.terminator = {
      op: 'branch',
      condition: 'lt-unsigned',
      left,
      right: check.length,
      whenTrue: to(next),
      whenFalse: to(slow),
      position: check.position,
    };
    current = next;
  });
  return rest;
}

function emptyBlock(graph: GraphFunction): Block {
  return {
    id: nextBlockId(graph),
    parameters: [],
    instructions: [],
    terminator: { op: 'return', value: null, position: null },
    loop: null,
  };
}

/** The index of a check at the end of `block`, from what is known there. */
function compute(graph: GraphFunction, block: Block, check: Check, sum: Sum): Value {
  const { position } = check;
  const [term] = sum.terms;
  if (term !== undefined && sum.offset === 0) return term;
  const constant = newValue(graph, 'i32');
  block.instructions.push({ op: 'constant', result: constant, bits: sum.offset | 0, position });
  if (term === undefined) return constant;
  const result = newValue(graph, 'i32', check.index.name);
  block.instructions.push({ op: 'binary', opcode: 'add', result, left: term, right: constant, position });
  return result;
}
