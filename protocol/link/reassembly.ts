import { ShoalError } from '../errors.ts';
import { joined, type Piece } from './send-queue.ts';

/** Puts messages together again that came in several frames. */
export class Reassembly {
  readonly #maxMessageBytes: number;
  #pieces: Piece[] = [];
  #length = 0;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /**
   * One or several whole messages, if some end with this piece. Throws PROTOCOL_INVALID if a message that came in
   * parts is too long.
   */
  push(piece: Piece): Uint8Array | undefined {
    if (piece.endsMessage && this.#pieces.length === 0) return piece.bytes;
    this.#length += piece.bytes.length;
    // The last frame may hold further messages; only what comes before it is surely of one message.
    if (!piece.endsMessage && this.#length > this.#maxMessageBytes) {
      throw new ShoalError('PROTOCOL_INVALID', `a message of more than ${this.#maxMessageBytes} bytes came`);
    }
    this.#pieces.push(piece);
    if (!piece.endsMessage) return undefined;
    const { bytes } = joined(this.#pieces, this.#length);
    this.clear();
    return bytes;
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }
}
