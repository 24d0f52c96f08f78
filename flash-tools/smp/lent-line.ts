import type { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';

/**
 * A line for somebody who closes what he has used, while the line is to stay open: opening a serial port again resets
 * some boards.
 */
export class LentLine implements Line {
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onEnd: (reason: ShoalError) => void = () => undefined;
  readonly #line: Line;
  #isBack = false;
  #isGiven = false;

  constructor(line: Line) {
    this.#line = line;
    line.onBytes = (bytes) => this.onBytes(bytes);
    line.onDrain = () => this.onDrain();
    line.onEnd = (reason) => this.onEnd(reason);
  }

  get capabilities(): LineCapabilities {
    return this.#line.capabilities;
  }

  get bufferedBytes(): number {
    return this.#line.bufferedBytes;
  }

  write(bytes: Uint8Array): void {
    if (!this.#isBack) this.#line.write(bytes);
  }

  /** From now on whoever closes it closes the line. */
  give(): void {
    this.#isGiven = true;
  }

  close(): void {
    this.#isBack = true;
    if (this.#isGiven) this.#line.close();
  }
}
