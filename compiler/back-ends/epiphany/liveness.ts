/** Which virtual registers are live where. Physical registers live only inside blocks and are followed by the scan. */
import { forEachDefinition, forEachUse, type MachineFunction, successors } from './machine-code.ts';
import { FIRST_VIRTUAL } from './registers.ts';

/** A set of small integers with fast iteration, insertion and removal. */
export class SparseSet {
  readonly members: Int32Array;
  private readonly place: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.members = new Int32Array(capacity);
    this.place = new Int32Array(capacity);
  }

  has(member: number): boolean {
    const at = this.place[member] as number;
    return at < this.size && this.members[at] === member;
  }

  add(member: number): void {
    if (this.has(member)) return;
    this.place[member] = this.size;
    this.members[this.size++] = member;
  }

  delete(member: number): void {
    if (!this.has(member)) return;
    const at = this.place[member] as number;
    const last = this.members[--this.size] as number;
    this.members[at] = last;
    this.place[last] = at;
  }

  clear(): void {
    this.size = 0;
  }
}

/** For each block, by its place in `blocks`: a bit set of the virtual registers live at its end. */
export function liveOut(target: MachineFunction): Uint32Array[] {
  const { blocks, virtualCount } = target;
  const words = (virtualCount + 31) >>> 5;
  const placeOf = new Map(blocks.map((block, place) => [block, place]));
  const used = blocks.map(() => new Uint32Array(words));
  const defined = blocks.map(() => new Uint32Array(words));
  const liveIn = blocks.map(() => new Uint32Array(words));
  const out = blocks.map(() => new Uint32Array(words));
  const set = (bits: Uint32Array, index: number): void => {
    bits[index >>> 5] = (bits[index >>> 5] as number) | (1 << (index & 31));
  };
  const has = (bits: Uint32Array, index: number): boolean =>
    (((bits[index >>> 5] as number) >>> (index & 31)) & 1) === 1;
  blocks.forEach((block, place) => {
    const uses = used[place] as Uint32Array;
    const definitions = defined[place] as Uint32Array;
    for (const code of block.instructions) {
      forEachUse(code, (register) => {
        const index = register - FIRST_VIRTUAL;
        if (index >= 0 && !has(definitions, index)) set(uses, index);
      });
      forEachDefinition(code, (register) => {
        if (register >= FIRST_VIRTUAL) set(definitions, register - FIRST_VIRTUAL);
      });
    }
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (let place = blocks.length - 1; place >= 0; place--) {
      const outBits = out[place] as Uint32Array;
      const inBits = liveIn[place] as Uint32Array;
      for (const successor of successors(blocks[place] as MachineFunction['blocks'][number])) {
        const from = liveIn[placeOf.get(successor) as number] as Uint32Array;
        for (let word = 0; word < words; word++) outBits[word] = (outBits[word] as number) | (from[word] as number);
      }
      const uses = used[place] as Uint32Array;
      const definitions = defined[place] as Uint32Array;
      for (let word = 0; word < words; word++) {
        const next = (uses[word] as number) | ((outBits[word] as number) & ~(definitions[word] as number));
        if (next >>> 0 !== inBits[word]) {
          inBits[word] = next;
          changed = true;
        }
      }
    }
  }
  return out;
}

/** Adds the members of a bit set to a sparse set. */
export function addBits(set: SparseSet, bits: Uint32Array): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word] as number; rest !== 0; ) {
      const bit = 31 - Math.clz32(rest & -rest);
      set.add(word * 32 + bit);
      rest &= rest - 1;
    }
  }
}
