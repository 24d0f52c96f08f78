import type { CoreMemory } from '../cores/core-memory.ts';

/** A memory in which arrays can be allocated. */
export interface Region {
  /** For messages: `shared memory`, `core 1,2`. */
  readonly name: string;
  /** Index of the core whose own memory it is, null for shared memory. */
  readonly core: number | null;
  readonly position: readonly [row: number, column: number] | null;
  readonly memory: CoreMemory;
  /** Mesh address of what `memory` calls address 0. */
  readonly meshBase: number;
  /** What kernels add to an address of `memory`. */
  readonly kernelBase: number;
}

/** A piece of a region, from its allocation until it is freed and no call uses it any more. */
export class Allocation {
  readonly region: Region;
  /** As `region.memory` counts. */
  readonly address: number;
  readonly lengthBytes: number;
  /** `Float32Array(100) of app.ts:12:3`, for messages. */
  readonly text: string;
  readonly #returned: () => void;
  #users = 0;
  #isFreed = false;

  /** `returned` is called once, when the memory was given back. */
  constructor(region: Region, address: number, lengthBytes: number, text: string, returned: () => void) {
    this.region = region;
    this.address = address;
    this.lengthBytes = lengthBytes;
    this.text = text;
    this.#returned = returned;
  }

  get isFreed(): boolean {
    return this.#isFreed;
  }

  /** Keeps the memory while a call uses it; the returned function ends that. */
  use(): () => void {
    this.#users++;
    return () => {
      this.#users--;
      this.#giveBack();
    };
  }

  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#giveBack();
  }

  #giveBack(): void {
    if (!this.#isFreed || this.#users > 0) return;
    this.region.memory.free(this.address);
    this.#returned();
  }
}
