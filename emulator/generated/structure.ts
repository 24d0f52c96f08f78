/**
 * Turns the blocks of a region into nested loops and labelled blocks (N. Ramsey, "Beyond Relooper", ICFP 2022): a
 * dominator tree, in which loop headers become loops and blocks with several ways in become the ends of labelled blocks.
 */
import { type Region, type RegionBlock, targetsOf } from './region.ts';

export interface Structure {
  /** Blocks in reverse postorder. */
  readonly order: readonly RegionBlock[];
  readonly index: ReadonlyMap<number, number>;
  /** Blocks that this block dominates directly, in reverse postorder. */
  readonly children: ReadonlyMap<number, readonly RegionBlock[]>;
  readonly loopHeaders: ReadonlySet<number>;
  /** Blocks with two or more forward ways in. */
  readonly merges: ReadonlySet<number>;
  /** Nesting depth of loops around each block. */
  readonly depth: ReadonlyMap<number, number>;
  /** True if an edge leads back to a block that does not dominate its source: such an edge must leave the region. */
  isIrregular(from: number, to: number): boolean;
}

/** Blocks that control may reach next inside the region. */
export function successors(region: Region, block: RegionBlock): number[] {
  return targetsOf(block.end).filter((target) => region.blocks.has(target));
}

export function structureOf(region: Region): Structure {
  const order = reversePostorder(region);
  const index = new Map(order.map((block, i) => [block.id, i] as const));
  const edges = order.flatMap((block) => successors(region, block).map((to) => [block.id, to] as const));
  const at = (id: number): number => index.get(id) ?? -1;
  const dominator = dominators(order, edges, at);
  const dominates = (a: number, b: number): boolean => {
    let i = b;
    while (i > a) i = dominator[i] ?? 0;
    return i === a;
  };
  const isBack = (from: number, to: number): boolean => at(to) <= at(from);
  const isIrregular = (from: number, to: number): boolean => isBack(from, to) && !dominates(at(to), at(from));
  const loopHeaders = new Set<number>();
  const forward = new Map<number, number>();
  for (const [from, to] of edges) {
    if (isIrregular(from, to)) continue;
    if (isBack(from, to)) loopHeaders.add(to);
    else forward.set(to, (forward.get(to) ?? 0) + 1);
  }
  const children = new Map<number, RegionBlock[]>(order.map(({ id }) => [id, []]));
  for (const [i, block] of order.entries()) {
    if (i > 0) children.get(order[dominator[i] ?? 0]?.id ?? 0)?.push(block);
  }
  const merges = new Set([...forward].filter(([, count]) => count > 1).map(([id]) => id));
  return { order, index, children, loopHeaders, merges, depth: depths(order, edges, at, isIrregular), isIrregular };
}

function reversePostorder(region: Region): RegionBlock[] {
  const seen = new Set<number>();
  const order: RegionBlock[] = [];
  const visit = (id: number): void => {
    const block = region.blocks.get(id);
    if (block === undefined || seen.has(id)) return;
    seen.add(id);
    for (const to of successors(region, block)) visit(to);
    order.push(block);
  };
  visit(region.entry);
  return order.reverse();
}

type Edge = readonly [from: number, to: number];

/** Immediate dominators by index (Cooper, Harvey and Kennedy's iteration). */
function dominators(order: readonly RegionBlock[], edges: readonly Edge[], at: (id: number) => number): number[] {
  const predecessors: number[][] = order.map(() => []);
  for (const [from, to] of edges) predecessors[at(to)]?.push(at(from));
  const dominator: number[] = order.map(() => -1);
  dominator[0] = 0;
  const meet = (a: number, b: number): number => {
    let [i, j] = [a, b];
    while (i !== j) {
      if (i > j) i = dominator[i] ?? 0;
      else j = dominator[j] ?? 0;
    }
    return i;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      const known = (predecessors[i] ?? []).filter((p) => dominator[p] !== -1);
      const best = known.reduce(meet, known[0] ?? 0);
      if (dominator[i] !== best) {
        dominator[i] = best;
        changed = true;
      }
    }
  }
  return dominator;
}

/** How many natural loops each block lies in. */
function depths(
  order: readonly RegionBlock[],
  edges: readonly Edge[],
  at: (id: number) => number,
  isIrregular: (from: number, to: number) => boolean,
): Map<number, number> {
  const bodies = new Map<number, Set<number>>();
  for (const [from, to] of edges) {
    if (at(to) > at(from) || isIrregular(from, to)) continue;
    const body = bodies.get(to) ?? new Set([to]);
    bodies.set(to, body);
    const work = [from];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (body.has(id)) continue;
      body.add(id);
      for (const [before, after] of edges) if (after === id) work.push(before);
    }
  }
  return new Map(order.map(({ id }) => [id, [...bodies.values()].filter((body) => body.has(id)).length]));
}
