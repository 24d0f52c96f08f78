import { ShoalError } from '../../protocol/errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { ExpectedTexts, type TextExpectations } from './expected-texts.ts';

export interface WatchOptions extends TextExpectations {
  /** Seconds, as given on the command line. */
  readonly timeout?: string;
}

/** Timers of Node take no longer ones. */
const MAX_TIMEOUT_SECONDS = 2_000_000;

/** Decides what a program that runs has come to: by what it prints, by a deadline, by its end. */
export class ProgramWatch {
  readonly #name: string;
  readonly #texts: ExpectedTexts;
  readonly #timeoutSeconds: number | null;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  #isLate = false;

  /** `name`: of the program, for messages. The time runs from now on. Throws USAGE. */
  constructor(name: string, options: WatchOptions) {
    this.#name = name;
    this.#texts = new ExpectedTexts(options);
    this.#timeoutSeconds = options.timeout === undefined ? null : secondsOf(options.timeout);
    if (this.#timeoutSeconds === null) return;
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#over.abort();
    }, this.#timeoutSeconds * 1000);
  }

  /** Aborted when it is decided before the program has ended: then the program is to be ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Takes a line that the program has printed. */
  line(line: string): void {
    this.#texts.line(line);
    if (this.#texts.isDecided) this.#over.abort();
  }

  /**
   * The exit code of the command. `exitCode`: of the program, if it has ended by itself. Throws PROGRAM_FAILED or
   * PROGRAM_TIMEOUT, which say why.
   */
  settle(exitCode: number | null): number {
    clearTimeout(this.#timer);
    const { failure, hasPassed, missing } = this.#texts;
    if (failure !== null) throw this.#failed(`printed '${failure}'`);
    if (hasPassed) return EXIT_CODES.ok;
    const waiting = missing.length === 0 ? '' : `; it has not printed ${missing.map((text) => `'${text}'`).join(', ')}`;
    if (this.#isLate) {
      throw new ShoalError('PROGRAM_TIMEOUT', `${this.#name} did not end within ${this.#timeoutSeconds} s${waiting}`);
    }
    if (missing.length > 0) throw this.#failed(`has ended with ${exitCode}${waiting}`);
    return exitCode ?? EXIT_CODES.failed;
  }

  #failed(why: string): ShoalError {
    return new ShoalError('PROGRAM_FAILED', `${this.#name} ${why}`);
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  throw new ShoalError('USAGE', `--timeout wants seconds above 0, up to ${MAX_TIMEOUT_SECONDS}, not '${text}'`);
}
