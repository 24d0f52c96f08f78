/**
 * Moves on the way back to a loop's header stand in a block of their own if the loop is left from the same branch. Where
 * the values that they write are not wanted outside, they can be done before the branch (moves change no flags), which
 * saves a jump in each round.
 */
import { liveOut } from './liveness.ts';
import { forEachDefinition, forEachUse, type MachineBlock, type MachineFunction } from './machine-code.ts';
import { FIRST_VIRTUAL } from './registers.ts';

/** Changes `target`; blocks that become empty are left to layout. */
export function hoistBackEdgeMoves(target: MachineFunction): void {
  let live: Map<MachineBlock, Uint32Array> | null = null;
  for (const block of target.blocks) {
    const { terminator } = block;
    if (terminator.op !== 'branch') continue;
    for (const [split, other] of [
      [terminator.whenTrue, terminator.whenFalse],
      [terminator.whenFalse, terminator.whenTrue],
    ] as const) {
      if (!isBackEdge(split) || split === other) continue;
      live ??= new Map(liveOut(target).map((bits, place) => [target.blocks[place] as MachineBlock, bits]));
      const writes = split.instructions.map((code) => code.d);
      if (writes.some((register) => isLiveAtStart(other, register, live as Map<MachineBlock, Uint32Array>))) continue;
      block.instructions.push(...split.instructions);
      split.instructions = [];
      // What was live changes for this block only in registers that nothing else asks for again.
      live = null;
      break;
    }
  }
}

function isBackEdge(split: MachineBlock): boolean {
  return (
    split.terminator.op === 'jump' &&
    split.loop !== null &&
    split.terminator.to === split.loop.header &&
    split.instructions.length > 0 &&
    split.instructions.every((code) => code.op === 'mov' || code.op === 'mov-immediate' || code.op === 'mov-symbol')
  );
}

function isLiveAtStart(block: MachineBlock, register: number, live: ReadonlyMap<MachineBlock, Uint32Array>): boolean {
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
