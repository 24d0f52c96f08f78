/** The generated code of one memory block: found by address, forgotten when the bytes it was made from are written. */
import { type CodeOwner, GUARD_CODE, GUARD_LINE_SHIFT, type MemoryBlock } from '../memory-block.ts';
import { type CompiledRegion, isMadeFrom } from './compile.ts';

/** A region is not made again and again from code that keeps changing. */
const MOST_ATTEMPTS = 20;
/** Under so many different modes and hardware loops is one address kept. */
const MOST_VARIANTS = 4;

/** One entry address. */
export class CodeSlot {
  /** How often control came here while there was no code. */
  hits = 0;
  attempts = 0;
  readonly variants: CompiledRegion[] = [];

  get refused(): boolean {
    return this.attempts >= MOST_ATTEMPTS;
  }

  refuse(): void {
    this.attempts = MOST_ATTEMPTS;
  }
}

interface Placed {
  readonly slot: CodeSlot;
  readonly code: CompiledRegion;
}

export class CodeStore implements CodeOwner {
  readonly block: MemoryBlock;
  /** Address of the block's first byte as programs see it. */
  readonly base: number;
  /** By halfword. */
  readonly slots: (CodeSlot | undefined)[];
  readonly #byLine: Map<number, Set<Placed>> = new Map();
  readonly #placed: Set<Placed> = new Set();
  /** How many regions each halfword belongs to. */
  #covered: Uint16Array | undefined;

  constructor(block: MemoryBlock, base: number) {
    this.block = block;
    this.base = base;
    const few = block.lengthBytes <= 1 << 16;
    this.slots = few ? new Array(block.lengthBytes >>> 1).fill(undefined) : [];
    block.codeOwner = this;
  }

  add(slot: CodeSlot, code: CompiledRegion): void {
    if (slot.variants.length >= MOST_VARIANTS) this.#remove({ slot, code: slot.variants[0] as CompiledRegion });
    slot.variants.push(code);
    const placed: Placed = { slot, code };
    this.#placed.add(placed);
    this.#covered ??= new Uint16Array(this.block.lengthBytes >>> 1);
    for (const line of this.#linesOf(code)) {
      const there = this.#byLine.get(line) ?? new Set();
      there.add(placed);
      this.#byLine.set(line, there);
      this.block.guard[line] = (this.block.guard[line] as number) | GUARD_CODE;
    }
    this.#count(code, 1);
  }

  covers(offset: number, lengthBytes: number): boolean {
    const covered = this.#covered;
    if (covered === undefined) return false;
    for (let i = offset >>> 1; i <= (offset + lengthBytes - 1) >>> 1; i++) if (covered[i] !== 0) return true;
    return false;
  }

  forget(offset: number, lengthBytes: number): void {
    const last = (offset + lengthBytes - 1) >>> GUARD_LINE_SHIFT;
    for (let line = offset >>> GUARD_LINE_SHIFT; line <= last; line++) {
      for (const placed of [...(this.#byLine.get(line) ?? [])]) this.#remove(placed);
    }
  }

  check(): void {
    for (const placed of this.#placed) {
      if (!isMadeFrom(placed.code, this.block, this.base)) this.#remove(placed);
    }
  }

  #remove({ slot, code }: Placed): void {
    const at = slot.variants.indexOf(code);
    if (at < 0) return;
    slot.variants.splice(at, 1);
    for (const line of this.#linesOf(code)) {
      const there = this.#byLine.get(line);
      for (const placed of there ?? []) {
        if (placed.code !== code || placed.slot !== slot) continue;
        there?.delete(placed);
        this.#placed.delete(placed);
      }
      if (there !== undefined && there.size > 0) continue;
      this.#byLine.delete(line);
      this.block.guard[line] = (this.block.guard[line] as number) & ~GUARD_CODE;
    }
    this.#count(code, -1);
  }

  #count(code: CompiledRegion, by: 1 | -1): void {
    const covered = this.#covered;
    if (covered === undefined) return;
    for (const { pc, halfwords } of code.extents) {
      const first = (pc - this.base) >>> 1;
      for (let i = 0; i < halfwords.length; i++) covered[first + i] = (covered[first + i] as number) + by;
    }
  }

  #linesOf(code: CompiledRegion): Set<number> {
    const lines = new Set<number>();
    for (const { pc, halfwords } of code.extents) {
      const first = (pc - this.base) >>> GUARD_LINE_SHIFT;
      const last = (pc - this.base + 2 * halfwords.length - 1) >>> GUARD_LINE_SHIFT;
      for (let line = first; line <= last; line++) lines.add(line);
    }
    return lines;
  }
}
