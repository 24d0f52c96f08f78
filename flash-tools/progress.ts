/** How far things have come: bars on a terminal, a line every tenth elsewhere. */

/** Where progress is shown: standard error, as a rule. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** One thing that goes on. */
export interface ProgressBar {
  /** `done` of `total`, in bytes. A total that changes is taken over. */
  update(done: number, total: number): void;
  /** The last state: `done`, `failed: …`. The bar stays as it is, with this text behind it. */
  end(text: string): void;
}

interface BarState {
  readonly name: string;
  readonly startMs: number;
  done: number;
  total: number;
  ending: string | null;
  /** The last tenth that got a line. */
  shownTenth: number;
}

const DEFAULT_COLUMNS = 80;
const BAR_CELLS = 12;
/** Terminals over slow lines would do nothing but draw. */
const REDRAW_MS = 100;

export class Progress {
  readonly #target: ProgressTarget;
  readonly #isTerminal: boolean;
  readonly #now: () => number;
  readonly #bars: BarState[] = [];
  #drawnLines = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds, for rates. */
  constructor(target: ProgressTarget, now: () => number = () => performance.now()) {
    this.#target = target;
    this.#isTerminal = target.isTTY === true && process.env.TERM !== 'dumb';
    this.#now = now;
  }

  /** Adds a bar below the others. `name`: what goes on, such as the selector of a board. */
  bar(name: string): ProgressBar {
    const state: BarState = { name, startMs: this.#now(), done: 0, total: 0, ending: null, shownTenth: -1 };
    this.#bars.push(state);
    return {
      update: (done, total) => {
        state.done = done;
        state.total = total;
        this.#show(state, false);
      },
      end: (text) => {
        state.ending = text;
        this.#show(state, true);
      },
    };
  }

  #show(state: BarState, isFinal: boolean): void {
    if (!this.#isTerminal) {
      this.#line(state);
      return;
    }
    const now = this.#now();
    if (!isFinal && now - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = now;
    const up = this.#drawnLines === 0 ? '' : `\x1b[${this.#drawnLines}A`;
    this.#target.write(up + this.#bars.map((bar) => `\r\x1b[K${this.#barText(bar, now)}\r\n`).join(''));
    this.#drawnLines = this.#bars.length;
  }

  #line(state: BarState): void {
    if (state.ending !== null) {
      this.#target.write(`${state.name}: ${state.ending}\n`);
      return;
    }
    const tenth = Math.floor((10 * state.done) / Math.max(1, state.total));
    if (tenth <= state.shownTenth) return;
    state.shownTenth = tenth;
    this.#target.write(`${state.name}: ${tenth * 10} %\n`);
  }

  #barText({ name, startMs, done, total, ending }: BarState, now: number): string {
    const share = Math.min(1, done / Math.max(1, total));
    const cells = '#'.repeat(Math.floor(share * BAR_CELLS)).padEnd(BAR_CELLS, '-');
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const rate = (1000 * done) / Math.max(1, now - startMs);
    const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
    const state = ending ?? `${bytesText(done)} of ${bytesText(total)}, ${bytesText(rate)}/s${left}`;
    return `${name}  [${cells}] ${percent}  ${state}`.slice(0, (this.#target.columns || DEFAULT_COLUMNS) - 1);
  }
}

/** `1.2 MB`, `310 KB`, `12 B`. */
export function bytesText(bytes: number): string {
  if (bytes >= 1024 ** 2) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  if (bytes >= 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${Math.round(bytes)} B`;
}
