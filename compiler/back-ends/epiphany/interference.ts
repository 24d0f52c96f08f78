/** The interference graph of virtual registers; of physical registers each node keeps the set it must avoid. */
import { addBits, liveOut, SparseSet } from './liveness.ts';
import { forEachDefinition, forEachUse, type MachineFunction } from './machine-code.ts';
import { FIRST_VIRTUAL, isVirtual, RegisterSet } from './registers.ts';

export interface MovePair {
  /** Node indices. */
  readonly first: number;
  readonly second: number;
  readonly weight: number;
}

export interface Interference {
  readonly neighbours: Set<number>[];
  readonly forbidden: RegisterSet[];
  /** Moves between virtual registers. */
  readonly moves: MovePair[];
  /** Physical registers that a node is moved from or to: it would save a move to have one of them. */
  readonly hints: Map<number, number>[];
  /** Estimated executions of all instructions that mention the node. */
  readonly frequency: Float64Array;
  /** How many operands of instructions the node is. */
  readonly mentions: Int32Array;
  /** How many of the mentions are moves from or to physical registers. */
  readonly transfers: Int32Array;
}

const LOOP_FACTOR = 8;

export function frequencyAt(depth: number): number {
  return LOOP_FACTOR ** Math.min(depth, 8);
}

export function buildInterference(target: MachineFunction): Interference {
  const count = target.virtualCount;
  const neighbours = Array.from({ length: count }, () => new Set<number>());
  const forbidden = Array.from({ length: count }, () => new RegisterSet());
  const hints = Array.from({ length: count }, () => new Map<number, number>());
  const moves: MovePair[] = [];
  const frequency = new Float64Array(count);
  const mentions = new Int32Array(count);
  const transfers = new Int32Array(count);
  const live = new SparseSet(count);
  const livePhysical = new Set<number>();
  const out = liveOut(target);

  const hint = (node: number, register: number, weight: number): void => {
    const known = hints[node] as Map<number, number>;
    known.set(register, (known.get(register) ?? 0) + weight);
    transfers[node] = (transfers[node] as number) + 1;
  };

  target.blocks.forEach((block, place) => {
    const weight = frequencyAt(block.depth);
    live.clear();
    livePhysical.clear();
    addBits(live, out[place] as Uint32Array);
    for (let at = block.instructions.length - 1; at >= 0; at--) {
      const code = block.instructions[at];
      if (code === undefined) continue;
      // A move does not make its two ends interfere.
      const source = code.op === 'mov' ? code.n : -1;
      forEachDefinition(code, (register) => {
        if (isVirtual(register)) {
          const node = register - FIRST_VIRTUAL;
          const mine = neighbours[node] as Set<number>;
          for (let index = 0; index < live.size; index++) {
            const other = live.members[index] as number;
            if (other === node || other + FIRST_VIRTUAL === source) continue;
            mine.add(other);
            (neighbours[other] as Set<number>).add(node);
          }
          for (const physical of livePhysical) {
            if (physical !== source) (forbidden[node] as RegisterSet).add(physical);
          }
        } else {
          for (let index = 0; index < live.size; index++) {
            const other = live.members[index] as number;
            if (other + FIRST_VIRTUAL !== source) (forbidden[other] as RegisterSet).add(register);
          }
        }
      });
      if (code.op === 'mov') {
        if (isVirtual(code.d) && isVirtual(code.n)) {
          if (code.d !== code.n) moves.push({ first: code.d - FIRST_VIRTUAL, second: code.n - FIRST_VIRTUAL, weight });
        } else if (isVirtual(code.d)) hint(code.d - FIRST_VIRTUAL, code.n, weight);
        else if (isVirtual(code.n)) hint(code.n - FIRST_VIRTUAL, code.d, weight);
      }
      forEachDefinition(code, (register) => {
        if (isVirtual(register)) live.delete(register - FIRST_VIRTUAL);
        else livePhysical.delete(register);
      });
      forEachUse(code, (register) => {
        if (isVirtual(register)) live.add(register - FIRST_VIRTUAL);
        else livePhysical.add(register);
      });
      for (const register of [code.d, code.n, code.m, ...code.uses]) {
        if (!isVirtual(register)) continue;
        const node = register - FIRST_VIRTUAL;
        frequency[node] = (frequency[node] as number) + weight;
        mentions[node] = (mentions[node] as number) + 1;
      }
    }
  });
  moves.sort((a, b) => b.weight - a.weight);
  return { neighbours, forbidden, moves, hints, frequency, mentions, transfers };
}
