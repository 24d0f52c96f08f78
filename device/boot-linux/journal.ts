/** What the supervisor and the runtimes that it starts say, line by line. */

/** Until a runtime serves that can pass them on. */
const KEPT_LINES = 100;

export class Journal {
  readonly #write: (text: string) => void;
  readonly #seconds: () => number;
  #kept: string[] = [];
  #follower: ((line: string) => void) | null = null;
  #isHeard = false;

  /** `seconds`: since the start; they stand in front of each line for the follower, as in the log of a kernel. */
  constructor(write: (text: string) => void, seconds: () => number = () => performance.now() / 1000) {
    this.#write = write;
    this.#seconds = seconds;
  }

  add(text: string): void {
    const line = `[${this.#seconds().toFixed(3).padStart(9)}] ${text}`;
    this.#write(text);
    this.#follower?.(line);
    if (this.#isHeard) return;
    this.#kept.push(line);
    if (this.#kept.length > KEPT_LINES) this.#kept.shift();
  }

  /** Gives `onLine` what no follower has heard, and all that comes, until the returned function is called. */
  follow(onLine: (line: string) => void): () => void {
    this.#follower = onLine;
    for (const line of this.#kept) onLine(line);
    return () => {
      if (this.#follower !== onLine) return;
      this.#follower = null;
      this.#isHeard = false;
    };
  }

  /** The follower has shown that it works: what it was told has been heard. */
  heard(): void {
    this.#isHeard = true;
    this.#kept = [];
  }
}
