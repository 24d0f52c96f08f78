import { ShoalError } from '../../protocol/errors.ts';

export interface TextExpectations {
  /** All of them must be printed, in any order. */
  readonly expectText?: readonly string[];
  /** None of them may be. */
  readonly failText?: readonly string[];
}

/** Looks for texts in the lines that a program prints. */
export class ExpectedTexts {
  readonly #missing: Set<string>;
  readonly #failing: readonly string[];
  readonly #expectsSome: boolean;
  #failure: string | null = null;

  /** Throws USAGE for an empty text, which every line would have. */
  constructor({ expectText = [], failText = [] }: TextExpectations) {
    if ([...expectText, ...failText].includes('')) {
      throw new ShoalError('USAGE', 'an empty text is in every line: --expect-text and --fail-text want some letters');
    }
    this.#missing = new Set(expectText);
    this.#failing = failText;
    this.#expectsSome = expectText.length > 0;
  }

  /** Takes one line; does nothing when it is decided already. */
  line(line: string): void {
    if (this.isDecided) return;
    this.#failure = this.#failing.find((text) => line.includes(text)) ?? null;
    for (const text of this.#missing) if (line.includes(text)) this.#missing.delete(text);
  }

  /** The failing text that was printed, or null. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Texts that are expected and were not printed yet. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Every expected text was printed, and no failing one before the last of them. */
  get hasPassed(): boolean {
    return this.#expectsSome && this.#failure === null && this.#missing.size === 0;
  }

  /** What else is printed changes nothing. Where only failing texts are looked for, the program's end decides. */
  get isDecided(): boolean {
    return this.#failure !== null || this.hasPassed;
  }
}
