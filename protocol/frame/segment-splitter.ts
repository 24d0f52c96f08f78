/**
 * Splits what comes from a byte line at its zeros, whatever the chunks and whatever the bytes, in bounded memory: a
 * segment that is longer than any frame comes in pieces, marked so.
 */
export class SegmentSplitter {
  readonly #buffer: Uint8Array;
  readonly #onSegment: (segment: Uint8Array, isWhole: boolean) => void;
  #length = 0;
  #isCut = false;

  /**
   * `onSegment` gets the bytes between two zeros, valid until it returns, never empty ones. `isWhole` false: a piece of
   * a segment over `maxBytes`.
   */
  constructor(maxBytes: number, onSegment: (segment: Uint8Array, isWhole: boolean) => void) {
    this.#buffer = new Uint8Array(maxBytes);
    this.#onSegment = onSegment;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const zero = bytes.indexOf(0, from);
      const end = zero < 0 ? bytes.length : zero;
      while (from < end) {
        if (this.#length === this.#buffer.length) this.#flush(false);
        const part = bytes.subarray(from, Math.min(end, from + this.#buffer.length - this.#length));
        this.#buffer.set(part, this.#length);
        this.#length += part.length;
        from += part.length;
      }
      if (zero >= 0) {
        this.#flush(true);
        from++;
      }
    }
  }

  #flush(atZero: boolean): void {
    const segment = this.#buffer.subarray(0, this.#length);
    const isWhole = atZero && !this.#isCut;
    this.#length = 0;
    this.#isCut = !atZero;
    if (segment.length > 0) this.#onSegment(segment, isWhole);
  }

  /** Takes lines of plain text out of an unfinished segment: what a board says before its first frame. */
  takeText(): Uint8Array | undefined {
    const pending = this.#buffer.subarray(0, this.#length);
    const end = pending.lastIndexOf(NEWLINE) + 1;
    // One byte may be the beginning of a frame; the second one of a hello or of log text is no character.
    if (end < 2 || !isText(pending.subarray(0, end))) return undefined;
    const text = pending.slice(0, end);
    this.#buffer.copyWithin(0, end, this.#length);
    this.#length -= end;
    return text;
  }

  /** Forgets an unfinished segment: the line was cut. */
  reset(): void {
    this.#length = 0;
    this.#isCut = false;
  }
}

const NEWLINE = 10;

/** True for what a terminal shows: printable characters, UTF-8, tabs, line ends and escapes. */
export function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 8 && byte <= 13 && byte !== 11) || byte === 27);
}
