/**
 * The order of blocks in memory: loops stay together, their test stands at the bottom so that an iteration takes one
 * branch, and blocks that only trap stand at the end.
 */
import { type MachineBlock, type MachineFunction, type MachineLoop, successors } from './machine-code.ts';

/** Removes empty blocks and gives the rest in the order of emission. */
export function layOut(target: MachineFunction): MachineBlock[] {
  threadJumps(target);
  const entry = target.blocks[0];
  if (entry === undefined) return [];
  const order = reversePostorder(entry);
  const isCold = (block: MachineBlock): boolean => block.instructions.at(-1)?.op === 'trap';
  const warm = order.filter((block) => !isCold(block));
  return [...arrange(warm, null), ...order.filter(isCold)];
}

/** Lets edges to empty blocks that jump on lead to where these jump. */
function threadJumps(target: MachineFunction): void {
  const entry = target.blocks[0];
  const finalTarget = (block: MachineBlock): MachineBlock => {
    const seen = new Set<MachineBlock>();
    let at = block;
    while (at !== entry && at.instructions.length === 0 && at.terminator.op === 'jump' && !seen.has(at)) {
      seen.add(at);
      at = at.terminator.to;
    }
    return at;
  };
  for (const block of target.blocks) {
    const { terminator } = block;
    if (terminator.op === 'jump') terminator.to = finalTarget(terminator.to);
    else if (terminator.op === 'branch') {
      terminator.whenTrue = finalTarget(terminator.whenTrue);
      terminator.whenFalse = finalTarget(terminator.whenFalse);
      if (terminator.whenTrue === terminator.whenFalse) block.terminator = { op: 'jump', to: terminator.whenTrue };
    }
  }
}

function reversePostorder(entry: MachineBlock): MachineBlock[] {
  const seen = new Set([entry]);
  const order: MachineBlock[] = [];
  const stack = [{ block: entry, next: successors(entry) }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const block = top.next.shift();
    if (block === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(block)) {
      seen.add(block);
      stack.push({ block, next: successors(block) });
    }
  }
  return order.reverse();
}

/** The ancestor-or-self of `loop` directly inside `outer`, or null if `loop` is `outer`. */
function childOf(loop: MachineLoop | null, outer: MachineLoop | null): MachineLoop | null {
  let at = loop;
  while (at !== null && at !== outer && at.parent !== outer) at = at.parent;
  return at === outer ? null : at;
}

/** Blocks of one loop (or of the function), inner loops together at the place of their first block. */
function arrange(blocks: readonly MachineBlock[], outer: MachineLoop | null): MachineBlock[] {
  const result: MachineBlock[] = [];
  const done = new Set<MachineLoop>();
  for (const block of blocks) {
    const inner = childOf(block.loop, outer);
    if (inner === null) result.push(block);
    else if (!done.has(inner)) {
      done.add(inner);
      const members = blocks.filter((candidate) => childOf(candidate.loop, outer) === inner);
      result.push(...rotate(arrange(members, inner), inner));
    }
  }
  return result;
}

/** If the loop ends in a jump back to a header that tests, puts the header last. */
function rotate(blocks: MachineBlock[], loop: MachineLoop): MachineBlock[] {
  const [first, ...rest] = blocks;
  const last = rest.at(-1);
  if (first === undefined || last === undefined || first !== loop.header) return blocks;
  const inLoop = new Set(blocks);
  const exits = first.terminator.op === 'branch' && successors(first).some((block) => !inLoop.has(block));
  const jumpsBack = last.terminator.op === 'jump' && last.terminator.to === first;
  return exits && jumpsBack ? [...rest, first] : blocks;
}
