/** What the thread of a board does for its program: objects that the program calls without `await`. */
import type { Board } from '../board.ts';
import type { CoreSelector, Kernels } from '../kernels/kernel-types.ts';
import type { LogEvent } from '../logs/log-event.ts';
import { arrayBytes, type PackedValues, unpackValues } from './kernel-values.ts';

/** Which kernels of a module a call means. */
export interface KernelPlace {
  readonly core?: CoreSelector;
  readonly isEverywhere?: boolean;
  readonly timeoutMs?: number;
}

export interface KernelAnswer {
  readonly result: unknown;
  /** Of each argument that is an array: its bytes after the call. */
  readonly arrays: readonly (Uint8Array | undefined)[];
}

export class BoardService {
  readonly #board: Board;

  constructor(board: Board) {
    this.#board = board;
  }

  async load(url: string): Promise<KernelService> {
    return new KernelService(await this.#board.load<unknown>(url.startsWith('file:') ? new URL(url) : url));
  }

  /** Hands on what kernels log. */
  listen(onLog: (event: LogEvent) => unknown): void {
    this.#board.on('log', (event) => void onLog(event));
  }

  reset(): Promise<void> {
    return this.#board.reset();
  }
}

type Call = (...values: unknown[]) => Promise<unknown>;

/** Besides its kernels. */
const OWN_NAMES: readonly string[] = ['at', 'everywhere', 'with'];

export class KernelService {
  readonly #kernels: Kernels<unknown>;

  constructor(kernels: Kernels<unknown>) {
    this.#kernels = kernels;
  }

  names(): string[] {
    return Object.keys(this.#kernels).filter((name) => !OWN_NAMES.includes(name));
  }

  async call(
    { core, isEverywhere, timeoutMs }: KernelPlace,
    name: string,
    packed: PackedValues,
  ): Promise<KernelAnswer> {
    const kernels = timeoutMs === undefined ? this.#kernels : this.#kernels.with({ timeoutMs });
    const chosen: object = isEverywhere ? kernels.everywhere : core === undefined ? kernels : kernels.at(core);
    const values = unpackValues(packed);
    const result = await (chosen as Readonly<Record<string, Call>>)[name]?.(...values);
    return { result, arrays: arrayBytes(values) };
  }
}
