/**
 * A loop that is left from the same branch that leads back to its header has a block on the way back for what changes
 * there: moves, and additions of strength reduction. Where their results are not wanted outside of the loop, all that is
 * done before the branch, which saves a jump in each round.
 */
import { liveOut } from './liveness.ts';
import {
  forEachDefinition,
  forEachUse,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type MachineOpcode,
  setsFlags,
  successors,
} from './machine-code.ts';
import { FIRST_VIRTUAL } from './registers.ts';

type Liveness = ReadonlyMap<MachineBlock, Uint32Array>;

/** What is done once too often when the loop ends must be cheap, and must have no effect. */
const MOVABLE: ReadonlySet<MachineOpcode> = new Set<MachineOpcode>([
  'mov',
  'mov-immediate',
  'mov-symbol',
  'add',
  'sub',
  'lsl',
]);
const MAXIMUM_INSTRUCTIONS = 8;

/** Changes `target`; blocks that become empty are left to layout. */
export function hoistBackEdges(target: MachineFunction): void {
  const entries = new Map<MachineBlock, number>();
  for (const block of target.blocks) {
    for (const next of successors(block)) entries.set(next, (entries.get(next) ?? 0) + 1);
  }
  let live: Liveness | null = null;
  for (const block of target.blocks) {
    const { terminator } = block;
    if (terminator.op !== 'branch') continue;
    for (const [back, other] of [
      [terminator.whenTrue, terminator.whenFalse],
      [terminator.whenFalse, terminator.whenTrue],
    ] as const) {
      if (entries.get(back) !== 1 || back === other || !isBackEdge(back)) continue;
      const at = placeFor(back.instructions, block.instructions);
      if (at === null) continue;
      live ??= new Map(liveOut(target).map((bits, place) => [target.blocks[place] as MachineBlock, bits]));
      const known = live;
      if (back.instructions.some((code) => isLiveAtStart(other, code.d, known))) continue;
      block.instructions.splice(at, 0, ...back.instructions);
      back.instructions = [];
      live = null;
      break;
    }
  }
}

function isBackEdge(block: MachineBlock): boolean {
  return (
    block.terminator.op === 'jump' &&
    block.terminator.to === block.loop?.header &&
    block.instructions.length > 0 &&
    block.instructions.length <= MAXIMUM_INSTRUCTIONS &&
    block.instructions.every((code) => MOVABLE.has(code.op))
  );
}

/** Where in `codes`, which end in a comparison, `moved` can stand; null if nowhere. */
function placeFor(moved: readonly MachineInstruction[], codes: readonly MachineInstruction[]): number | null {
  if (!moved.some(setsFlags)) return codes.length;
  const comparison = codes.at(-1);
  if (comparison?.op !== 'sub') return null;
  const written = new Set(moved.map((code) => code.d));
  let isRead = written.has(comparison.d);
  forEachUse(comparison, (register) => {
    isRead ||= written.has(register);
  });
  for (const code of moved) {
    forEachUse(code, (register) => {
      isRead ||= register === comparison.d;
    });
  }
  return isRead ? null : codes.length - 1;
}

function isLiveAtStart(block: MachineBlock, register: number, live: Liveness): boolean {
  for (const code of block.instructions) {
    let isRead = false;
    forEachUse(code, (used) => {
      isRead ||= used === register;
    });
    if (isRead) return true;
    let isWritten = false;
    forEachDefinition(code, (written) => {
      isWritten ||= written === register;
    });
    if (isWritten) return false;
  }
  const index = register - FIRST_VIRTUAL;
  const word = live.get(block)?.[index >>> 5] ?? 0;
  return ((word >>> (index & 31)) & 1) === 1;
}
