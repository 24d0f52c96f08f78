import type { ConsoleOutput } from '../../emulator/index.ts';

/** Gives on what programs print, line by line, each line of one stream. */
export class ConsoleLines {
  readonly #onLine: (stream: 1 | 2, line: string) => void;
  readonly #decoders = { 1: new TextDecoder(), 2: new TextDecoder() } as const;
  readonly #rests = { 1: '', 2: '' };

  /** Lines come without their line feed. */
  constructor(onLine: (stream: 1 | 2, line: string) => void) {
    this.#onLine = onLine;
  }

  push({ stream, bytes }: Pick<ConsoleOutput, 'stream' | 'bytes'>): void {
    const lines = (this.#rests[stream] + this.#decoders[stream].decode(bytes, { stream: true })).split('\n');
    this.#rests[stream] = lines.pop() ?? '';
    for (const line of lines) this.#onLine(stream, line);
  }

  /** Gives on what came after the last line feeds. */
  end(): void {
    for (const stream of [1, 2] as const) {
      const rest = this.#rests[stream];
      this.#rests[stream] = '';
      if (rest !== '') this.#onLine(stream, rest);
    }
  }
}
