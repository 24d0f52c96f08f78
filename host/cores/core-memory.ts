/** Which parts of a core's free memory are in use. Local byte addresses; everything is 8-aligned. */

interface Block {
  readonly start: number;
  readonly end: number;
  /** Its content outlives a reset of the core. */
  readonly kept: boolean;
}

const align8 = (value: number): number => Math.ceil(value / 8) * 8;

/** First fit from the bottom, so that the stack at the top has the longest room to grow. */
export class CoreMemory {
  readonly start: number;
  readonly #limit: number;
  #stackBytes = 0;
  /** Sorted by address, without overlaps. */
  readonly #blocks: Block[] = [];

  /** Free memory is [start, limit). */
  constructor(start: number, limit: number) {
    this.start = align8(start);
    this.#limit = limit & ~7;
  }

  /** First address of the stack's room. */
  get stackStart(): number {
    return this.#limit - this.#stackBytes;
  }

  /** Bytes between the runtime and the stack, used or not. */
  get capacityBytes(): number {
    return this.stackStart - this.start;
  }

  get usedBytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.end - block.start, 0);
  }

  /** Keeps the top for the stack. Returns false, and changes nothing, if a block is in the way. */
  reserveStack(lengthBytes: number): boolean {
    const wanted = align8(lengthBytes);
    const highest = this.#blocks.at(-1)?.end ?? this.start;
    if (this.#limit - wanted < highest) return false;
    this.#stackBytes = wanted;
    return true;
  }

  /**
   * The lowest free address for so many bytes, not below `from`, or null if no gap is long enough. Nothing is reserved.
   */
  find(lengthBytes: number, from: number = this.start): number | null {
    const length = align8(lengthBytes);
    let address = align8(from);
    for (const block of this.#blocks) {
      if (block.start - address >= length) return address;
      address = Math.max(address, block.end);
    }
    return this.stackStart - address >= length ? address : null;
  }

  /** Reserves what `find` gives; `kept`: what stands there outlives a reset of the core. */
  allocate(lengthBytes: number, kept: boolean = false): number | null {
    const address = this.find(lengthBytes);
    if (address !== null) this.#insert({ start: address, end: address + align8(lengthBytes), kept });
    return address;
  }

  /** Reserves a place that is free. */
  allocateAt(address: number, lengthBytes: number): void {
    if (this.find(lengthBytes, address) !== address) throw new RangeError(`0x${address.toString(16)} is taken`);
    this.#insert({ start: address, end: address + align8(lengthBytes), kept: false });
  }

  /** Reserves the lowest address that is free in all memories, in each of them; null, and nothing, if there is none. */
  static allocateInAll(memories: readonly CoreMemory[], lengthBytes: number): number | null {
    let address = 0;
    for (let isCommon = false; !isCommon; ) {
      isCommon = true;
      for (const memory of memories) {
        const found = memory.find(lengthBytes, Math.max(address, memory.start));
        if (found === null) return null;
        if (found > address) [address, isCommon] = [found, memory === memories[0]];
      }
    }
    for (const memory of memories) memory.#insert({ start: address, end: address + align8(lengthBytes), kept: false });
    return address;
  }

  /** The parts whose content outlives a reset, by rising address. */
  get kept(): readonly { readonly start: number; readonly end: number }[] {
    return this.#blocks.filter((block) => block.kept);
  }

  /** Bytes of the longest gap. */
  get longestFree(): number {
    let longest = 0;
    let address = this.start;
    for (const { start, end } of [...this.#blocks, { start: this.stackStart, end: 0 }]) {
      longest = Math.max(longest, start - address);
      address = end;
    }
    return longest;
  }

  /** Gives back what `allocate` gave. */
  free(address: number): void {
    const index = this.#blocks.findIndex((block) => block.start === address);
    if (index < 0) throw new RangeError(`0x${address.toString(16)} was not allocated`);
    this.#blocks.splice(index, 1);
  }

  #insert(block: Block): void {
    const index = this.#blocks.findIndex((other) => other.start > block.start);
    this.#blocks.splice(index < 0 ? this.#blocks.length : index, 0, block);
  }
}
