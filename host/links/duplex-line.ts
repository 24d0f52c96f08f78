import type { Duplex } from 'node:stream';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';

/** What a stream of Node's can do: bytes in order until it ends. */
export const STREAM_CAPABILITIES: LineCapabilities = {
  kind: 'stream',
  isNoisy: false,
  hasModemLines: false,
  hasBreak: false,
};

/** A line over one of Node's duplex streams: sockets, serial ports. The stream belongs to it from now on. */
export class DuplexLine implements Line {
  readonly capabilities: LineCapabilities;
  onBytes: (bytes: Uint8Array) => void = () => {};
  onDrain: () => void = () => {};
  onEnd: (reason: ShoalError) => void = () => {};
  readonly #stream: Duplex;
  #isCorked = false;
  #isOver = false;

  /** `name`: for messages, such as `tcp://localhost:4000`. */
  constructor(name: string, stream: Duplex, capabilities: LineCapabilities = STREAM_CAPABILITIES) {
    this.capabilities = capabilities;
    this.#stream = stream;
    stream.on('data', (bytes: Uint8Array) => this.onBytes(bytes));
    let cause: Error | undefined;
    stream.on('error', (error) => {
      cause = error;
    });
    stream.on('close', () => {
      if (this.#isOver) return;
      this.#isOver = true;
      const why = cause === undefined ? 'the other side closed it' : cause.message;
      this.onEnd(new ShoalError('LINK_LOST', `${name} was cut: ${why}`, { retryable: true, cause }));
    });
    stream.resume();
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#isCorked) {
      this.#stream.write(bytes);
      return;
    }
    // Frames of one turn go to the system in one piece.
    this.#isCorked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#stream.uncork();
    });
    // The event 'drain' comes only after more than the stream's high-water mark; links wait for much less to leave.
    this.#stream.write(bytes, () => {
      if (!this.#isOver) this.onDrain();
    });
  }

  /** What was written still goes out. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onBytes = () => {};
    this.#stream.end(() => {
      // The other side of a socket may be writing: if it met a closed end, it would not read what was written last.
      if (this.capabilities.kind !== 'stream') this.#stream.destroy();
    });
    // An other side that reads no more does not hold us.
    setTimeout(() => this.#stream.destroy(), CLOSE_TIMEOUT_MS).unref();
  }
}

const CLOSE_TIMEOUT_MS = 1000;
