/** Which parts of a core's free memory are in use. Local byte addresses; everything is 8-aligned. */

interface Block {
  readonly start: number;
  readonly end: number;
}

const align8 = (value: number): number => (value + 7) & ~7;

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

  /** The lowest free address for so many bytes, or null if no gap is long enough. Nothing is reserved. */
  find(lengthBytes: number): number | null {
    const length = align8(lengthBytes);
    let address = this.start;
    for (const block of this.#blocks) {
      if (block.start - address >= length) return address;
      address = block.end;
    }
    return this.stackStart - address >= length ? address : null;
  }

  /** Reserves what `find` gives. */
  allocate(lengthBytes: number): number | null {
    const address = this.find(lengthBytes);
    if (address !== null) this.#insert({ start: address, end: address + align8(lengthBytes) });
    return address;
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
