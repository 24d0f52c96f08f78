/** What the systems of suite `rpc` do over the wire, the same for each. */

/** One system with its other end in another process or thread. */
export interface Subject {
  readonly system: string;
  /** What carries it. */
  readonly over: string;
  nothing(): Promise<unknown>;
  /** Sends an array by value; the answer is its length. */
  take(bytes: Uint8Array): Promise<number>;
  /** Gets an object, calls it, gives it back. Not of systems without objects. */
  cycle?(): Promise<unknown>;
  /** Four calls, each on the result of the one before: pipelined where the system can. */
  chain?(): Promise<unknown>;
  close(): unknown;
}

/** An object of the other end. */
export class Item {
  readonly #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  touch(): void {}

  next(): Item {
    return new Item(this.#depth + 1);
  }

  depth(): number {
    return this.#depth;
  }
}

export const take = (bytes: Uint8Array): number => bytes.length;

/** What our own ends export. */
export const service = { nothing: (): void => {}, take, make: (): Item => new Item(0) };

/** Where the other ends listen on TCP. */
export interface Ports {
  readonly raw: number;
  readonly capnweb: number;
  readonly shoal: number;
}
