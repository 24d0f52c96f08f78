/** Bytes that come in pieces, as lines with the time at which each began. */

export interface LogLine {
  readonly time: Date;
  readonly text: string;
}

/** A line that does not end is shown after so many characters. */
const MAX_LINE = 4096;

export class LogLines {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: LogLine) => void;
  readonly #now: () => Date;
  #text = '';
  #began: Date | undefined;

  constructor(onLine: (line: LogLine) => void, now: () => Date = () => new Date()) {
    this.#onLine = onLine;
    this.#now = now;
  }

  push(bytes: Uint8Array): void {
    this.#append(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Shows the beginning of a line that will not go on. */
  end(): void {
    this.#append(this.#decoder.decode());
    if (this.#text !== '') this.#append('\n');
  }

  #append(text: string): void {
    if (text === '') return;
    const now = this.#now();
    this.#began ??= now;
    this.#text += text;
    for (;;) {
      const feed = this.#text.indexOf('\n');
      const end = feed < 0 && this.#text.length > MAX_LINE ? MAX_LINE : feed;
      if (end < 0) break;
      this.#onLine({ time: this.#began, text: printable(this.#text.slice(0, end)) });
      this.#text = this.#text.slice(feed === end ? end + 1 : end);
      this.#began = now;
    }
    if (this.#text === '') this.#began = undefined;
  }
}

/** Without what would move the cursor of the terminal, or worse; colours stay. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  return text.replace(/\r$/, '').replace(/\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g, '\ufffd');
}

/** `14:03:07.250`, of the local time. */
export function timeText(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}
