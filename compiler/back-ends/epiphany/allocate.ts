/**
 * Register allocation by graph colouring: moves are coalesced where that cannot cause a spill, nodes are removed from
 * the graph cheapest first, and coloured in the opposite order, so that values which are named most often get r0-r7
 * and with them 16-bit instructions. What finds no register is spilled to the frame, or computed again if it is a
 * constant or an address, and the whole is repeated.
 */
import { buildInterference, type Interference } from './interference.ts';
import { type MachineFunction, mapRegisters } from './machine-code.ts';
import { relievePressure } from './pressure.ts';
import { ALLOCATION_ORDER, CALLEE_SAVED, FIRST_VIRTUAL, isVirtual, type RegisterSet } from './registers.ts';
import { spill } from './spill.ts';

const MAXIMUM_ROUNDS = 40;

/** Replaces all virtual registers of `target` by physical ones. */
export function allocateRegisters(target: MachineFunction): void {
  /** Registers made by spilling: spilling them again would not help. */
  const unspillable = new Set<number>();
  const before = target.virtualCount;
  relievePressure(target);
  for (let node = before; node < target.virtualCount; node++) unspillable.add(node);
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const graph = buildInterference(target);
    const representative = coalesce(graph, unspillable);
    const { colours, spilled } = colour(graph, representative, unspillable);
    if (spilled.length === 0) {
      rewrite(target, representative, colours);
      return;
    }
    // Slots and reloads are per original register; a coalesced group is spilled as one.
    const groups = new Map<number, number[]>(spilled.map((node) => [node, []]));
    for (let node = 0; node < target.virtualCount; node++) groups.get(find(representative, node))?.push(node);
    const first = target.virtualCount;
    spill(target, [...groups.values()]);
    for (let node = first; node < target.virtualCount; node++) unspillable.add(node);
  }
  throw new Error(`${target.symbol}: no registers could be found in ${MAXIMUM_ROUNDS} rounds`);
}

function find(representative: Int32Array, node: number): number {
  let at = node;
  while (representative[at] !== at) {
    const above = representative[at] as number;
    representative[at] = representative[above] as number;
    at = above;
  }
  return at;
}

/** Merges the ends of moves while the merged node stays easy to colour (Briggs). */
function coalesce(graph: Interference, unspillable: ReadonlySet<number>): Int32Array {
  const { neighbours, forbidden, moves, hints, frequency, mentions, transfers } = graph;
  const representative = new Int32Array(neighbours.length);
  for (let node = 0; node < representative.length; node++) representative[node] = node;
  for (const move of moves) {
    // A short-lived register must not become part of a long-lived one.
    if (unspillable.has(move.first) || unspillable.has(move.second)) continue;
    const first = find(representative, move.first);
    const second = find(representative, move.second);
    const of = neighbours[first] as Set<number>;
    const other = neighbours[second] as Set<number>;
    if (first === second || of.has(second) || !staysEasy(graph, first, second)) continue;
    representative[second] = first;
    for (const neighbour of other) {
      const back = neighbours[neighbour] as Set<number>;
      back.delete(second);
      back.add(first);
      of.add(neighbour);
    }
    other.clear();
    (forbidden[first] as RegisterSet).addAll(forbidden[second] as RegisterSet);
    const kept = hints[first] as Map<number, number>;
    for (const [register, weight] of hints[second] as Map<number, number>) {
      kept.set(register, (kept.get(register) ?? 0) + weight);
    }
    frequency[first] = (frequency[first] as number) + (frequency[second] as number);
    mentions[first] = (mentions[first] as number) + (mentions[second] as number);
    transfers[first] = (transfers[first] as number) + (transfers[second] as number);
  }
  return representative;
}

function staysEasy(graph: Interference, first: number, second: number): boolean {
  const { neighbours, forbidden } = graph;
  const of = neighbours[first] as Set<number>;
  const other = neighbours[second] as Set<number>;
  const a = forbidden[first] as RegisterSet;
  const b = forbidden[second] as RegisterSet;
  const free = countFreeOfBoth(a, b);
  let hard = 0;
  const isHard = (node: number, shared: boolean): boolean =>
    (neighbours[node] as Set<number>).size - (shared ? 1 : 0) >= (forbidden[node] as RegisterSet).countFree();
  for (const node of of) if (isHard(node, other.has(node))) hard++;
  for (const node of other) if (!of.has(node) && isHard(node, false)) hard++;
  return hard < free;
}

function countFreeOfBoth(a: RegisterSet, b: RegisterSet): number {
  let free = 0;
  for (const register of ALLOCATION_ORDER) if (!a.has(register) && !b.has(register)) free++;
  return free;
}

function colour(
  graph: Interference,
  representative: Int32Array,
  unspillable: ReadonlySet<number>,
): { readonly colours: Int32Array; readonly spilled: number[] } {
  const { neighbours, forbidden, frequency, mentions } = graph;
  const count = neighbours.length;
  const nodes: number[] = [];
  for (let node = 0; node < count; node++) if (representative[node] === node) nodes.push(node);
  nodes.sort((a, b) => (mentions[a] as number) - (mentions[b] as number) || b - a);
  const degree = Int32Array.from(neighbours, (set) => set.size);
  const free = Int32Array.from(forbidden, (set) => set.countFree());
  const removed = new Uint8Array(count);
  const stack: number[] = [];
  const remove = (node: number): void => {
    removed[node] = 1;
    stack.push(node);
    for (const neighbour of neighbours[node] as Set<number>) degree[neighbour] = (degree[neighbour] as number) - 1;
  };
  for (let left = nodes; left.length > 0; ) {
    const before = stack.length;
    for (const node of left) if ((degree[node] as number) < (free[node] as number)) remove(node);
    if (stack.length === before) {
      // All are hard: take the one that costs least to spill, in the hope that it still gets a register.
      let best = -1;
      let bestCost = Number.POSITIVE_INFINITY;
      for (const node of left) {
        const isTemporary = unspillable.has(node) ? 1e12 : 1;
        const cost = ((frequency[node] as number) * isTemporary) / ((degree[node] as number) + 1);
        if (cost < bestCost) {
          best = node;
          bestCost = cost;
        }
      }
      remove(best);
    }
    left = left.filter((node) => removed[node] === 0);
  }

  const colours = new Int32Array(count).fill(-1);
  const spilled: number[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const taken = new Set<number>();
    /** Registers that neighbours without one yet would like to have. */
    const wanted = new Set<number>();
    for (const neighbour of neighbours[node] as Set<number>) {
      const colour = colours[neighbour] as number;
      if (colour !== -1) taken.add(colour);
      else for (const register of (graph.hints[neighbour] as Map<number, number>).keys()) wanted.add(register);
    }
    const chosen = choose(graph, node, taken, wanted);
    if (chosen === -1 || (CALLEE_SAVED.includes(chosen) && isOnlyKept(graph, node))) spilled.push(node);
    else colours[node] = chosen;
  }
  return { colours, spilled };
}

/**
 * True for a value that comes from one physical register and goes to another, across a call and outside of loops: to
 * store and load it costs no more than the two moves, and saves the saving of a callee-saved register.
 */
function isOnlyKept(graph: Interference, node: number): boolean {
  const mentions = graph.mentions[node] as number;
  return mentions === 2 && graph.transfers[node] === mentions && graph.frequency[node] === mentions;
}

const SHORT_REGISTERS = 8;

function choose(graph: Interference, node: number, taken: ReadonlySet<number>, wanted: ReadonlySet<number>): number {
  const forbidden = graph.forbidden[node] as RegisterSet;
  const isFree = (register: number): boolean => !forbidden.has(register) && !taken.has(register);
  let best = -1;
  let bestWeight = 0;
  for (const [register, weight] of graph.hints[node] as Map<number, number>) {
    if (weight > bestWeight && isFree(register) && ALLOCATION_ORDER.includes(register)) {
      best = register;
      bestWeight = weight;
    }
  }
  if (best !== -1) return best;
  const free = ALLOCATION_ORDER.filter(isFree);
  // A register that a neighbour wants costs a move, one above r7 costs longer instructions.
  const unwanted = free.find((register) => !wanted.has(register));
  if (unwanted !== undefined && unwanted < SHORT_REGISTERS) return unwanted;
  return free[0] ?? -1;
}

function rewrite(target: MachineFunction, representative: Int32Array, colours: Int32Array): void {
  const map = (register: number): number => {
    if (!isVirtual(register)) return register;
    return colours[find(representative, register - FIRST_VIRTUAL)] as number;
  };
  for (const block of target.blocks) {
    for (const code of block.instructions) mapRegisters(code, map);
    block.instructions = block.instructions.filter((code) => code.op !== 'mov' || code.d !== code.n);
  }
}
