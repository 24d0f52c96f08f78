import type { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities, LineKind } from '../../protocol/line.ts';
import type { Embedding } from './embedding.ts';

/** One line of the embedding as a Line. */
export class EngineLine implements Line {
  readonly capabilities: LineCapabilities;
  readonly bufferedBytes = 0;
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onEnd: (reason: ShoalError) => void = () => undefined;
  readonly #embedding: Embedding;
  readonly #port: number;
  #isOver = false;

  constructor(embedding: Embedding, port: number, kind: LineKind, isNoisy: boolean) {
    this.#embedding = embedding;
    this.#port = port;
    this.capabilities = { kind, isNoisy, hasModemLines: false, hasBreak: false };
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver) return;
    // The embedding gets a buffer that holds these bytes and nothing else.
    this.#embedding.write(this.#port, bytes.slice().buffer);
  }

  /** It has ended by itself: nothing is written to it any more. */
  ended(reason: ShoalError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onEnd(reason);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#embedding.closeLine(this.#port);
  }
}
