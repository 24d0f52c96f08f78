/** A part of the stream of messages: `endsMessage` if a message ends with its last byte. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly endsMessage: boolean;
}

/** Messages that wait for their frames. Small ones share a frame, large ones are cut. */
export class SendQueue {
  #pieces: Piece[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#pieces.length;
  }

  push(message: Uint8Array): void {
    this.#pieces.push({ bytes: message, endsMessage: true });
  }

  /** Bytes of the first message, or of what is left of it. Must not be empty. */
  get nextBytes(): number {
    return (this.#pieces[this.#first] as Piece).bytes.length;
  }

  /** The payload of the next frame, 1 to `limit` bytes; messages are joined while they fit. Must not be empty. */
  take(limit: number, fits: (payloadBytes: number) => boolean): Piece {
    const head = this.#pieces[this.#first] as Piece;
    if (head.bytes.length > limit) {
      this.#pieces[this.#first] = { bytes: head.bytes.subarray(limit), endsMessage: head.endsMessage };
      return { bytes: head.bytes.subarray(0, limit), endsMessage: false };
    }
    let end = this.#first + 1;
    let length = head.bytes.length;
    if (head.endsMessage) {
      for (; end < this.#pieces.length; end++) {
        const next = this.#pieces[end] as Piece;
        if (!next.endsMessage || length + next.bytes.length > limit || !fits(length + next.bytes.length)) break;
        length += next.bytes.length;
      }
    }
    const piece = end === this.#first + 1 ? head : joined(this.#pieces.slice(this.#first, end), length);
    this.#first = end;
    if (this.#first === this.#pieces.length || this.#first > 1024) {
      this.#pieces.splice(0, this.#first);
      this.#first = 0;
    }
    return piece;
  }

  /** Puts pieces that were taken back in front, in their order. */
  restore(pieces: readonly Piece[]): void {
    this.#pieces.splice(0, this.#first, ...pieces);
    this.#first = 0;
  }

  clear(): void {
    this.#pieces = [];
    this.#first = 0;
  }
}

/** Pieces one after another; the last one says whether a message ends there. */
export function joined(pieces: readonly Piece[], length: number): Piece {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, at);
    at += piece.bytes.length;
  }
  return { bytes, endsMessage: pieces.at(-1)?.endsMessage ?? true };
}
