/** Flash memory as NOR chips have it: erasing sets all bits of a page, programming can only clear some. */
export interface FlashMemoryShape {
  readonly address: number;
  readonly pageBytes: number;
  readonly pageCount: number;
}

const ERASED = 0xff;

export class FlashMemory {
  readonly address: number;
  readonly pageBytes: number;
  /** The contents; for looking, and for what stood there before. */
  readonly bytes: Uint8Array;
  /** Pages that were erased so far. */
  erasures = 0;
  /** Offsets of bytes that do not take what is programmed. */
  readonly #worn = new Set<number>();

  constructor({ address, pageBytes, pageCount }: FlashMemoryShape) {
    this.address = address;
    this.pageBytes = pageBytes;
    this.bytes = new Uint8Array(pageBytes * pageCount).fill(ERASED);
  }

  has(address: number, lengthBytes = 1): boolean {
    return address >= this.address && address + lengthBytes <= this.address + this.bytes.length;
  }

  /** The page that this address is in. */
  erase(address: number): void {
    const from = Math.floor((address - this.address) / this.pageBytes) * this.pageBytes;
    this.bytes.fill(ERASED, from, from + this.pageBytes);
    this.erasures++;
  }

  eraseAll(): void {
    for (let from = 0; from < this.bytes.length; from += this.pageBytes) this.erase(this.address + from);
  }

  /** False if the memory holds something else afterwards: it was not erased. Worn bytes are not noticed. */
  program(address: number, bytes: Uint8Array): boolean {
    let isRight = true;
    for (const [index, byte] of bytes.entries()) {
      const at = address - this.address + index;
      const before = this.bytes[at] as number;
      isRight &&= (before & byte) === byte;
      this.bytes[at] = this.#worn.has(at) ? before & byte & 0xfe : before & byte;
    }
    return isRight;
  }

  read(address: number, lengthBytes: number): Uint8Array {
    return this.bytes.slice(address - this.address, address - this.address + lengthBytes);
  }

  /** From now on bit 0 of the byte at this address is always programmed. */
  wearOut(address: number): void {
    this.#worn.add(address - this.address);
  }
}
